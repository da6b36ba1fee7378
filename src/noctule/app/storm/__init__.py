"""Storms: the whole bot on virtual time against disasters that a seed draws."""
