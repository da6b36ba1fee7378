"""Streaming indicators: update(…) returns the value, or None while it warms up."""
