"""Whether the account can pay for the smallest order, told before the first signal."""

from collections.abc import Mapping

from noctule.domain.errors import ConfigError
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.ids import candle_trace
from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Refused, Signal
from noctule.domain.values import Symbol
from noctule.engine.cases import Cases
from noctule.engine.desk import Desk
from noctule.risk.limits import RiskLimits
from noctule.risk.sizing import size_entry
from noctule.telemetry.logs import get_log

__all__ = ["refuse_too_little"]

_log = get_log(__name__)
_TRIAL = Signal(direction=Direction.LONG, reason="could the smallest order be paid for?")


def refuse_too_little(
    desks: Mapping[Symbol, Desk], cases: Cases, limits: RiskLimits, *, is_busy: bool
) -> None:
    """Warn of each symbol that is out of reach; raise ConfigError if all are.

    A bot that has something to guard goes on guarding it, whatever it could enter. A regime that
    takes less of the risk passes, so it is no reason not to start.
    """
    limits = limits.model_copy(update={"regime_scale": ()})
    problems = {
        symbol: problem
        for symbol, desk in desks.items()
        if (problem := _problem(desk, cases, limits)) is not None
    }
    for symbol, problem in problems.items():
        _log.warning("too little balance", symbol=symbol, reason=problem)
    if problems and len(problems) == len(desks) and not is_busy:
        raise ConfigError(
            [
                f"[trading] symbols: {symbol} cannot be entered, {problem}; or deposit more"
                for symbol, problem in problems.items()
            ]
        )


def _problem(desk: Desk, cases: Cases, limits: RiskLimits) -> str | None:
    """Try a long entry at the last close; what a stop of the strategy's would change is unknown."""
    history = desk.board.series[desk.board.base].history
    if not len(history):
        return None
    case = cases.case_of(_signal_at(history[-1], desk.label))
    if isinstance(case, Refused):
        return None
    sized = size_entry(case, limits)
    if not isinstance(sized, Refused):
        return None
    return "; ".join(each.text for each in sized.reasons)


def _signal_at(candle: Candle, strategy: str) -> SignalGenerated:
    return SignalGenerated(
        at_ms=candle.close_ms,
        trace=candle_trace(candle.symbol, candle.timeframe, candle.close_ms),
        symbol=candle.symbol,
        timeframe=candle.timeframe,
        strategy=strategy,
        close_ms=candle.close_ms,
        price=candle.close,
        signal=_TRIAL,
    )
