"""Years of candles through the very same bot, on a virtual clock and an exchange in process."""
