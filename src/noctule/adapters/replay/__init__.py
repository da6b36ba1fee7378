"""Recorded candles and funding, read fast and checked before anybody believes them."""
