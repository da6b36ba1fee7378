"""Connections that are kept alive, and who listens on them."""
