"""The life of an order, and of the bracket it belongs to."""
