"""Binance USD-M futures: requests, streams, and their translation to our words."""
