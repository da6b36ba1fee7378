"""What we know of the market right now."""
