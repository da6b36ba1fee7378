"""What an operator may ask of a running bot."""

from typing import ClassVar

from msgspec import Struct

from noctule.domain.values import Symbol

__all__ = [
    "AnyCommand",
    "CancelAll",
    "Command",
    "CommandOutcome",
    "CommandRefused",
    "DisableStrategy",
    "EnableStrategy",
    "Flatten",
    "Pause",
    "ReloadOutcome",
    "Resume",
    "SettingChange",
    "Stop",
]


class Command(Struct, frozen=True, kw_only=True, tag=True):
    """Something asked for, by someone, from somewhere; both go to the audit trail."""

    word: ClassVar[str]  # what it is called in logs and the audit trail

    actor: str
    origin: str  # e.g. "control socket", "telegram", "kill switch file"


class Pause(Command, frozen=True, kw_only=True):
    """Open nothing new; go on guarding what is open."""

    word: ClassVar[str] = "pause"

    reason: str = ""


class Resume(Command, frozen=True, kw_only=True):
    """Open positions again."""

    word: ClassVar[str] = "resume"


class Flatten(Command, frozen=True, kw_only=True):
    """Close one symbol's position, or all of them."""

    word: ClassVar[str] = "flatten"

    symbol: Symbol | None = None


class CancelAll(Command, frozen=True, kw_only=True):
    """Cancel unfilled entries of one symbol, or of all; protection stays."""

    word: ClassVar[str] = "cancel entries"

    symbol: Symbol | None = None


class DisableStrategy(Command, frozen=True, kw_only=True):
    """Ask one strategy no more, on none of its symbols; what is held stays guarded."""

    word: ClassVar[str] = "disable strategy"

    strategy: str  # as its section is called


class EnableStrategy(Command, frozen=True, kw_only=True):
    """Make one strategy anew on all of its symbols, and ask it from the next candle on."""

    word: ClassVar[str] = "enable strategy"

    strategy: str  # as its section is called


class Stop(Command, frozen=True, kw_only=True):
    """Shut down gracefully."""

    word: ClassVar[str] = "stop"


AnyCommand = Pause | Resume | Flatten | CancelAll | DisableStrategy | EnableStrategy | Stop


class CommandOutcome(Struct, frozen=True, kw_only=True):
    """What a command came to, once it was carried out."""

    at_ms: int  # market time
    symbols: tuple[Symbol, ...] = ()  # that it concerned
    lifted: tuple[str, ...] = ()  # what had kept entries off until then
    halts: tuple[str, ...] = ()  # what keeps entries off now


class CommandRefused(Struct, frozen=True, kw_only=True):
    """Why a command was not carried out: nothing has changed."""

    problem: str
    is_early: bool = False  # in a moment it may be


class SettingChange(Struct, frozen=True, kw_only=True):
    """One setting that is written otherwise now."""

    key: str  # section.key
    before: str | None  # None: it was not there
    now: str | None


class ReloadOutcome(Struct, frozen=True, kw_only=True):
    """What reading the configuration anew came to; with a problem nothing was changed."""

    problems: tuple[str, ...] = ()
    applied: tuple[SettingChange, ...] = ()
    frozen: tuple[SettingChange, ...] = ()  # until the next start
