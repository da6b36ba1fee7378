"""A storm as a value: what the market does, what goes wrong and when; a seed draws it whole.

Whatever is in here is all that a run depends on: the same story gives the same run, event by
event. A shorter one, with fewer troubles, is a story too, which is how a failure is made small.
"""

from enum import StrEnum
from random import Random
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.switches import Switches

__all__ = [
    "OWN_SETTINGS",
    "ClockJump",
    "Crash",
    "DiskFailure",
    "Hand",
    "HandDeed",
    "KeyEnd",
    "Mishap",
    "Operate",
    "OperatorDeed",
    "Outage",
    "Reload",
    "Restart",
    "Shock",
    "ShockKind",
    "SlowStreams",
    "Step",
    "Story",
    "Trouble",
    "WireFault",
]


class Step(StrEnum):
    """The requests that a round trip is made of; a trouble may wait for one of them."""

    ENTRY = "entry"
    STOP = "stop"
    TARGET = "target"
    EXIT = "exit"
    CANCEL = "cancel"
    QUESTION = "question"  # anything signed that changes nothing


class Trouble(Struct, frozen=True, kw_only=True, tag=True):
    """Something that goes wrong: so long after the opening, or on the next such request then."""

    at_ms: int
    on: Step | None = None


class WireFault(Trouble, frozen=True, kw_only=True):
    """The exchange's own fault, armed; what matches next, or so many times, is befallen."""

    fault: Fault


class Outage(Trouble, frozen=True, kw_only=True):
    """A fault that befalls all that matches for so long."""

    fault: Fault
    for_ms: int


class Crash(Trouble, frozen=True, kw_only=True):
    """The process dies: so many awaits later, and is started again after a while."""

    awaits: int
    down_ms: int


class Restart(Trouble, frozen=True, kw_only=True):
    """The process is asked to stop, leaves in order, and is started again after a while."""

    down_ms: int


class DiskFailure(Trouble, frozen=True, kw_only=True):
    """Nothing can be written for so long."""

    for_ms: int


class ClockJump(Trouble, frozen=True, kw_only=True):
    """The wall clock of the bot's machine is set; monotonic time goes on as before."""

    by_ms: int


class SlowStreams(Trouble, frozen=True, kw_only=True):
    """The bot reads its streams so late, for so long."""

    delay_ms: int
    for_ms: int


class KeyEnd(Trouble, frozen=True, kw_only=True):
    """The listen key of the account's stream ends, with a word or without one."""

    is_told: bool


class OperatorDeed(StrEnum):
    """What the owner tells the bot."""

    PAUSE = "pause"
    RESUME = "resume"
    FLATTEN = "flatten"
    FLATTEN_ONE = "flatten_one"
    CANCEL = "cancel"
    KILL_SWITCH = "kill_switch"
    NO_KILL_SWITCH = "no_kill_switch"
    DISABLE = "disable"
    ENABLE = "enable"
    MOVE_STOP = "move_stop"  # nearer to the price


class Operate(Trouble, frozen=True, kw_only=True):
    """The owner commands the bot."""

    deed: OperatorDeed
    symbol: str  # none: that of the request it waits for


class HandDeed(StrEnum):
    """What the owner does in the exchange's app, or the exchange to him."""

    CLOSE = "close"
    HALVE = "halve"
    ADD = "add"
    FLIP = "flip"
    CANCEL_STOPS = "cancel_stops"
    CANCEL_ALL = "cancel_all"
    PLACE_STOP = "place_stop"
    REST = "rest"  # an order of his own rests
    WITHDRAW = "withdraw"  # his own orders go
    DELEVERAGE = "deleverage"
    DEPOSIT = "deposit"
    LEVERAGE = "leverage"


class Hand(Trouble, frozen=True, kw_only=True):
    """The owner does something behind the bot's back."""

    deed: HandDeed
    symbol: str  # none: that of the request it waits for


class Reload(Trouble, frozen=True, kw_only=True):
    """The configuration is written anew, and the bot told to read it."""

    setting: str
    value: str


Mishap = (
    WireFault
    | Outage
    | Crash
    | Restart
    | DiskFailure
    | ClockJump
    | SlowStreams
    | KeyEnd
    | Operate
    | Hand
    | Reload
)


class ShockKind(StrEnum):
    """What a market may do that it does not do every day."""

    CRASH = "crash"  # down by a share within a minute, and back for a part
    SURGE = "surge"
    GAP = "gap"  # from one trade to the next
    HALT = "halt"  # nobody trades, the mark stands
    SILENCE = "silence"  # nobody trades, the mark goes on
    WICK = "wick"  # there and back within a few trades
    MARK_ALONE = "mark_alone"  # the mark leaves the price, and comes back
    DELISTED = "delisted"  # the contract is not open for trading for a while
    RULES = "rules"  # the contract's tick and step change
    FUNDING = "funding"  # an extreme rate, about to be paid
    LISTED = "listed"  # until now nobody has traded it


class Shock(Struct, frozen=True, kw_only=True):
    """One of these, on one symbol."""

    at_ms: int
    kind: ShockKind
    symbol: str
    size: float = 0.0  # a share of the price, signed, where it has one
    for_ms: int = 0


OWN_SETTINGS: Final = ("risk", "trading", "api")


class Story(Struct, frozen=True, kw_only=True):
    """Everything that a run depends on."""

    seed: int
    profile: str
    minutes: int
    symbols: tuple[str, ...]
    volatility: float = 1.0  # of the market between its shocks
    way_ms: tuple[int, int] = (2, 40)  # a request's and a frame's time on the network
    settings: tuple[str, ...] = ()  # section.key=value of the bot's configuration
    signals: float = 0.1  # the share of candles on which the strategy has an opinion
    deposit: int = 100_000
    troubles: tuple[Mishap, ...] = ()
    shocks: tuple[Shock, ...] = ()
    depth_quote: int | None = None  # worth on each of twenty levels; None: all at the best price
    quirks: Switches = Switches()  # how the exchange plays what its documents leave open

    def dice(self, name: str) -> Random:
        """Return what somebody or something throws, the same in every run."""
        return Random(f"{self.seed} {name}")  # noqa: S311  # a seeded storm
