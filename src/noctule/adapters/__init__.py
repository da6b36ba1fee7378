"""The world: each package here implements ports, and knows no sibling and no trading logic."""
