"""What the desk thinks, and what risk says to it."""

from msgspec import field

from noctule.domain.events.base import SignalEvent
from noctule.domain.regime import Regime
from noctule.domain.signals import Decision, Direction, Prediction, Reason, Signal
from noctule.domain.values import Symbol, Timeframe

__all__ = [
    "DecisionTaken",
    "LimitBreached",
    "PredictionMade",
    "ProtectionMoveWanted",
    "RegimeChanged",
    "SignalGenerated",
    "SignalRefused",
    "StrategyDisabled",
]


class SignalGenerated(SignalEvent, frozen=True, kw_only=True):
    """A strategy wants a position."""

    symbol: Symbol
    timeframe: Timeframe
    strategy: str
    close_ms: int  # of the candle it was seen at
    price: float  # its close
    signal: Signal
    received_ms: int | None = None  # when the candle was in


class SignalRefused(SignalEvent, frozen=True, kw_only=True):
    """Risk said no, and why: every reason at once."""

    symbol: Symbol
    strategy: str
    direction: Direction
    reasons: tuple[Reason, ...]
    gates: dict[str, str] = field(default_factory=dict)  # each that was asked, open or not


class PredictionMade(SignalEvent, frozen=True, kw_only=True):
    """An agent made a forecast."""

    symbol: Symbol
    prediction: Prediction


class DecisionTaken(SignalEvent, frozen=True, kw_only=True):
    """The council weighed its agents."""

    symbol: Symbol
    decision: Decision


class RegimeChanged(SignalEvent, frozen=True, kw_only=True):
    """The market's character changed, or became known: with what was measured."""

    symbol: Symbol
    timeframe: Timeframe  # of the candles that tell it
    before: Regime | None  # None: it was not known
    after: Regime
    trend: float
    volatility: float
    liquidity: float


class ProtectionMoveWanted(SignalEvent, frozen=True, kw_only=True):
    """A stop should stand elsewhere: break-even, or trailing."""

    symbol: Symbol
    stop: float
    reason: str


class LimitBreached(SignalEvent, frozen=True, kw_only=True):
    """A price move or a lost feed crossed a breaker."""

    limit: str
    text: str


class StrategyDisabled(SignalEvent, frozen=True, kw_only=True):
    """A strategy is asked no more on these symbols; what is held there stays guarded."""

    strategy: str
    symbols: tuple[Symbol, ...]
    reason: str
    remedy: str
