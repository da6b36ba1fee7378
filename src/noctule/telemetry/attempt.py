"""A failure as a value: what is written down must hurt neither its caller nor its writer."""

from collections.abc import Callable
from typing import TypeVar

__all__ = ["attempted"]

R = TypeVar("R")


def attempted(call: Callable[[], R]) -> R | Exception:
    """Return what the call returns, or what it raised."""
    try:
        return call()
    except Exception as exc:  # noqa: BLE001  # a sink or a stranger's __str__ may raise anything
        return exc
