"""The life of a position, and what it amounts to."""
