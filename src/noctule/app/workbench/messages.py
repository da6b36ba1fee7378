"""What goes between a trial, which has a process of its own, and whoever started it."""

import signal
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from noctule.app.online.findings import Finding
from noctule.app.strategy_source import Reference, read_reference

__all__ = [
    "WHERE",
    "Found",
    "Message",
    "Our",
    "Progress",
    "Told",
    "TrialRequest",
    "Wrong",
    "read_message",
]

WHERE: Final = signal.SIGUSR1  # asks a trial where it is; a traceback on stderr is the answer


class TrialRequest(Struct, frozen=True, kw_only=True):
    """What is to be tried, and on what."""

    strategy: str  # FILE.py, FILE.py:CLASS, or a name
    own: tuple[str, ...] = ()  # KEY=VALUE of its settings
    data: tuple[str, ...] = ()
    symbol: str | None = None
    interval: str | None = None
    higher: str | None = None  # None: of the usual ones those that fit
    usual_higher: tuple[str, ...] = ()
    candles_max: int = 3_000
    seed: int = 1
    is_echo: bool = False  # only say what was signalled, for another process to compare

    @property
    def file(self) -> str:
        """Return the strategy's file as it is written."""
        reference = read_reference(self.strategy, home=Path.cwd())
        return reference.shown if isinstance(reference, Reference) else self.strategy

    @property
    def folder(self) -> Path:
        """Return where the owner's files are."""
        here = Path.cwd()
        reference = read_reference(self.strategy, home=here)
        return reference.path.resolve().parent if isinstance(reference, Reference) else here


class Found(Struct, frozen=True, tag="found"):
    """Something was looked at."""

    finding: Finding


class Progress(Struct, frozen=True, tag="progress"):
    """It lives, and so much is done of what there is to do; this also keeps it from being ended."""

    done: int
    total: int


class Told(Struct, frozen=True, tag="told"):
    """The end, with a digest of what it signalled: in every process the same; empty: of nothing."""

    digest: str


class Wrong(Struct, frozen=True, tag="wrong"):
    """It cannot be tried like this: nothing is said of the strategy."""

    problems: tuple[str, ...]


class Our(Struct, frozen=True, tag="our"):
    """A mistake of ours."""

    traceback: str


Message = Found | Progress | Told | Wrong | Our


def read_message(line: bytes) -> Message:
    """Read one line."""
    return msgspec.json.decode(line, type=Found | Progress | Told | Wrong | Our)
