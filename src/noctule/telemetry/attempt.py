"""A failure as a value: what is written down must hurt neither its caller nor its writer."""

from collections.abc import Callable
from typing import TypeVar

__all__ = ["attempted", "contained"]

R = TypeVar("R")


def attempted(call: Callable[[], R]) -> R | Exception:
    """Return what the call returns, or what it raised; a sink or a stranger may raise anything."""
    outcome = contained(call)
    if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
        raise outcome
    return outcome


def contained(call: Callable[[], R]) -> R | BaseException:
    """Return what a stranger's code returns, or whatever it raised: even what would end us."""
    try:
        return call()
    except BaseException as exc:  # noqa: BLE001  # the one place that lets nothing through
        return exc
