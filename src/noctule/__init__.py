"""noctule: a Binance USD-M futures trading daemon for one machine and one account."""

__all__ = ["__version__"]

__version__ = "0.1.0"
