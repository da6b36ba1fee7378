"""Why a strategy did what it did: the candles before it, what it saw there, and a chart of both."""
