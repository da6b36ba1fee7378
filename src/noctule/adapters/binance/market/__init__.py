"""From frames and answers to what happens in the market, each candle once."""
