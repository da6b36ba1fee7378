"""noctule: a Binance USD-M futures trading daemon for one machine and one account."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from noctule.app.backtest.api import backtest

__all__ = ["__version__", "backtest"]

__version__ = "0.1.0"

# What research needs is loaded when it is asked for: a daemon never does.
_ON_DEMAND: Final = {"backtest": "noctule.app.backtest.api"}


def __getattr__(name: str) -> Any:
    """Return what is loaded on demand."""
    module = _ON_DEMAND.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(module), name)
