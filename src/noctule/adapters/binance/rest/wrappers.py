"""The stock connector's endpoint wrappers, without what it would send requests with."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

__all__ = ["StockWrappers"]

_BASE: Final = "binance.api"
_FUTURES: Final = "binance.um_futures"


def _wrappers() -> type[Any]:
    """Import the connector's class on a base that is empty.

    Its own loads requests, urllib3 and a library of ciphers, 7 MB that nobody here uses. Whoever
    imports the connector elsewhere in this process gets it whole.
    """
    stand_in = ModuleType(_BASE)
    stand_in.API = object  # type: ignore[attr-defined]  # a module's names are its own
    aside = {name: sys.modules.pop(name) for name in tuple(sys.modules) if _is_ours(name)}
    sys.modules[_BASE] = stand_in
    try:
        return import_module(_FUTURES).UMFutures  # type: ignore[no-any-return]  # has no types
    finally:
        for name in [name for name in sys.modules if _is_ours(name)]:
            del sys.modules[name]
        sys.modules.update(aside)


def _is_ours(name: str) -> bool:
    return name in (_BASE, _FUTURES) or name.startswith(f"{_FUTURES}.")


StockWrappers: Final = _wrappers()
