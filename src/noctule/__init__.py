"""noctule: a Binance USD-M futures trading daemon for one machine and one account."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from noctule.app.backtest.api import backtest

__all__ = ["__version__", "backtest"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load what research needs when it is asked for: a daemon never does."""
    if name == "backtest":
        from noctule.app.backtest.api import backtest

        return backtest
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
