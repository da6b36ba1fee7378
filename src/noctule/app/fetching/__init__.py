"""`data fetch`: the market's past, from the exchange or from its archive, into files."""
