"""What is lost at the stop, with fees both ways, is at most what a trade may risk."""

from noctule.app.storm.promises.sizing import RiskIsKept
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.storm_court import BTC, Court
from tests.fakes.storm_scene import OPEN_MS

SIGNAL = SignalGenerated(
    at_ms=OPEN_MS,
    trace="",
    symbol=Symbol(BTC),
    timeframe=Timeframe.M1,
    strategy="StormIdea",
    close_ms=OPEN_MS - 1,
    price=60_000.0,
    signal=Signal(direction=Direction.LONG, reason="the test"),
)
AUTHORIZED = TradingAuthorized(
    at_ms=OPEN_MS,
    trace="",
    symbol=Symbol(BTC),
    strategy="StormIdea",
    direction=Direction.LONG,
    reason="the test",
    gates={},
)


def _enter(court: Court[RiskIsKept], amount: str) -> None:
    court.rule.heard(SIGNAL)
    court.rule.heard(AUTHORIZED)
    court.enter(amount)


def test_a_size_that_keeps_to_it_is_fine() -> None:
    court = Court(RiskIsKept)
    _enter(court, "0.9")  # of 100,000 one share in a hundred
    court.stop("59000")
    assert court.told == []


def test_one_that_leaves_out_the_fees_is_not() -> None:
    court = Court(RiskIsKept)
    _enter(court, "1")
    court.stop("59000")
    assert court.told == ["BTCUSDT: 1 from 60000.0 to 59000 loses 1059.50, at most 1000.00"]


def test_slices_are_reckoned_together() -> None:
    court = Court(RiskIsKept)
    _enter(court, "0.9")
    court.stop("59000")
    court.enter("0.9", attempt=1)
    assert len(court.told) == 1


def test_a_stop_that_moves_later_is_not_the_one() -> None:
    court = Court(RiskIsKept)
    _enter(court, "0.9")
    court.stop("59000")
    court.stop("50000", attempt=1)
    assert court.told == []


def test_after_a_crash_a_stop_may_be_guessed() -> None:
    court = Court(RiskIsKept)
    _enter(court, "0.9")
    court.end()
    court.begin()
    court.stop("50000")
    assert court.told == []
