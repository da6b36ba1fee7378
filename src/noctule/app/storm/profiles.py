"""The kinds of storms: what is traded and how, and how often what goes wrong."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from noctule.app.storm.contracts import SYMBOLS
from noctule.app.storm.story import ShockKind

__all__ = ["PROFILES", "Profile", "Woe"]


class Woe(StrEnum):
    """What may go wrong, by who is to blame."""

    NETWORK = "network"  # a request or its answer is lost, late or garbled
    STRAIN = "strain"  # the exchange cannot cope: 503s and their like
    REFUSAL = "refusal"  # the exchange says no, also to what is right
    THROTTLE = "throttle"  # 429, 418, 403
    FRAME = "frame"  # a frame is lost, late, twice, strange
    SOCKET = "socket"  # a stream ends, or says nothing more
    OUTAGE = "outage"  # all of one kind fails for a while
    CRASH = "crash"
    RESTART = "restart"
    DISK = "disk"
    CLOCK = "clock"
    SLOW = "slow"
    OPERATOR = "operator"
    HAND = "hand"
    RELOAD = "reload"


class Profile(Struct, frozen=True, kw_only=True):
    """One kind of storm; rates are times an hour, and of every symbol for the market's shocks."""

    name: str
    woes: Mapping[Woe, float] = {}
    shocks: Mapping[ShockKind, float] = {}
    violence: float = 1.0  # of the shocks
    symbols: tuple[str, ...] = SYMBOLS[:3]
    volatility: float = 1.0
    way_ms: tuple[int, int] = (2, 40)
    signals: float = 0.2
    deposit: int = 100_000
    settings: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # settings that a seed may take or leave


_OPTIONS: Final = (
    "trading.margin_type=crossed",
    "trading.leverage=20",
    "risk.working_type=MARK_PRICE",
    "risk.max_positions=1",
    "shutdown.policy=flatten",
    "risk.take_profit_order=limit",
)
# A little of everything.
_WOES: Final[Mapping[Woe, float]] = {
    Woe.NETWORK: 6,
    Woe.STRAIN: 6,
    Woe.REFUSAL: 4,
    Woe.THROTTLE: 0.5,
    Woe.FRAME: 6,
    Woe.SOCKET: 2,
    Woe.OUTAGE: 1,
    Woe.CRASH: 1,
    Woe.RESTART: 0.5,
    Woe.DISK: 0.5,
    Woe.CLOCK: 0.5,
    Woe.SLOW: 1,
    Woe.OPERATOR: 1,
    Woe.HAND: 2,
    Woe.RELOAD: 0.5,
}
_SHOCKS: Final[Mapping[ShockKind, float]] = {
    ShockKind.CRASH: 0.2,
    ShockKind.SURGE: 0.2,
    ShockKind.GAP: 0.5,
    ShockKind.HALT: 0.1,
    ShockKind.SILENCE: 0.2,
    ShockKind.WICK: 0.5,
    ShockKind.MARK_ALONE: 0.2,
    ShockKind.DELISTED: 0.1,
    ShockKind.RULES: 0.1,
    ShockKind.FUNDING: 0.2,
    ShockKind.LISTED: 0.03,
}

_ALL: Final = (
    Profile(name="calm"),
    Profile(
        name="flaky_network",
        way_ms=(5, 600),
        woes={
            **_WOES,
            Woe.NETWORK: 30,
            Woe.FRAME: 30,
            Woe.SOCKET: 8,
            Woe.OUTAGE: 3,
            Woe.SLOW: 4,
            Woe.CLOCK: 2,
        },
        shocks=_SHOCKS,
        options=_OPTIONS,
    ),
    Profile(
        name="overload",
        way_ms=(5, 250),
        volatility=1.5,
        woes={**_WOES, Woe.STRAIN: 40, Woe.REFUSAL: 20, Woe.THROTTLE: 2, Woe.OUTAGE: 6},
        shocks=_SHOCKS,
        options=_OPTIONS,
    ),
    Profile(
        name="crash_loop",
        woes={**_WOES, Woe.CRASH: 20, Woe.RESTART: 5, Woe.DISK: 2, Woe.HAND: 6},
        shocks=_SHOCKS,
        options=_OPTIONS,
    ),
    Profile(
        name="liquidation",
        volatility=1.5,
        violence=2,
        woes=_WOES,
        shocks={
            **_SHOCKS,
            ShockKind.CRASH: 1,
            ShockKind.SURGE: 1,
            ShockKind.GAP: 2,
            ShockKind.WICK: 2,
            ShockKind.MARK_ALONE: 2,
        },
        settings=("trading.leverage=50",),
        options=("trading.margin_type=crossed", "risk.max_total_exposure=20"),
    ),
    Profile(
        name="funding",
        woes=_WOES,
        shocks={**_SHOCKS, ShockKind.FUNDING: 4},
        options=(*_OPTIONS, "risk.funding_guard_minutes=2"),
    ),
    Profile(
        name="fifty_symbols",
        symbols=SYMBOLS,
        signals=0.05,
        deposit=1_000_000,
        woes=_WOES,
        shocks={kind: rate / 10 for kind, rate in _SHOCKS.items()},
        settings=(
            "risk.max_positions=50",
            "risk.risk_per_trade=0.002",
            "risk.max_total_exposure=20",
            "risk.max_orders_per_minute=300",
        ),
    ),
    Profile(
        name="operator",
        woes={**_WOES, Woe.OPERATOR: 15, Woe.HAND: 20, Woe.RELOAD: 6, Woe.RESTART: 3},
        shocks=_SHOCKS,
        options=_OPTIONS,
    ),
    Profile(
        name="disk",
        woes={**_WOES, Woe.DISK: 10, Woe.CRASH: 4, Woe.RESTART: 2, Woe.CLOCK: 6, Woe.RELOAD: 2},
        shocks=_SHOCKS,
        options=_OPTIONS,
    ),
    Profile(
        name="limit_entries",
        woes=_WOES,
        shocks=_SHOCKS,
        settings=(
            "trading.entry_order=limit",
            "trading.entry_offset=0.0005",
            "trading.entry_timeout_seconds=40",
        ),
        options=_OPTIONS,
    ),
    Profile(
        name="limit_targets",
        woes={**_WOES, Woe.REFUSAL: 10},
        shocks=_SHOCKS,
        settings=("risk.take_profit_order=limit",),
        options=_OPTIONS[:-1],
    ),
    Profile(
        name="breakers",
        volatility=2,
        woes=_WOES,
        shocks=_SHOCKS,
        settings=(
            "risk.max_daily_loss=0.05",
            "risk.max_drawdown=0.2",
            "risk.cooldown_losses=3",
            "risk.cooldown_minutes=10",
            "risk.max_correlation=0.9",
        ),
        options=_OPTIONS,
    ),
)
PROFILES: Final[Mapping[str, Profile]] = {each.name: each for each in _ALL}
