"""The gate between a signal and an order: may we trade, and how much."""
