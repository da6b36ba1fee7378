"""Two events are the same, or every field in which they differ is told."""

import math

import pytest

from noctule.app.replay.comparing import FieldDifference, differences
from noctule.domain.events.base import Event
from noctule.domain.events.order import (
    AlertRaised,
    MarginCalled,
    OrderCanceled,
    OrderTimerFired,
    TradingAuthorized,
    TradingHalted,
)
from noctule.domain.events.signal import RegimeChanged
from noctule.domain.order import ClientOrderId
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction
from noctule.domain.values import Quantity, Timeframe, quantity
from tests.builders import BTCUSDT

NAME = ClientOrderId("x")


def canceled(filled: Quantity | None) -> OrderCanceled:
    return OrderCanceled(at_ms=1, trace="t", symbol=BTCUSDT, client_order_id=NAME, filled=filled)


def authorized(**gates: str) -> TradingAuthorized:
    return TradingAuthorized(
        at_ms=1,
        trace="t",
        symbol=BTCUSDT,
        strategy="s",
        direction=Direction.LONG,
        reason="r",
        gates=gates,
    )


def regime(trend: float) -> RegimeChanged:
    return RegimeChanged(
        at_ms=1,
        trace="t",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        before=None,
        after=next(iter(Regime)),
        trend=trend,
        volatility=1.0,
        liquidity=1.0,
    )


def halted(trace: str, at_ms: int = 1) -> TradingHalted:
    return TradingHalted(at_ms=at_ms, trace=trace, cause="c", actor="a", ends_ms=None)


def found(expected: Event, got: Event) -> list[tuple[str, str, str]]:
    told = differences(expected, got, slack_ms=5)
    return [(each.field, each.expected, each.got) for each in told]


def test_another_kind_is_another_event() -> None:
    timer = OrderTimerFired(at_ms=1, trace="t", timer="x")
    alert = AlertRaised(at_ms=1, trace="t", text="x", is_urgent=False)
    assert differences(timer, alert, slack_ms=0) == (
        FieldDifference(field="kind", expected="OrderTimerFired", got="AlertRaised"),
    )


@pytest.mark.parametrize(
    ("expected", "got", "told"),
    [
        (canceled(None), canceled(None), []),
        (canceled(quantity("1")), canceled(None), [("filled", "1", "nothing")]),
        (regime(math.nan), regime(math.nan), []),
        (regime(1.0), regime(1.5), [("trend", "1.0", "1.5")]),
        (authorized(size="1"), authorized(size="2"), [("gates.size", "1", "2")]),
        (authorized(size="1"), authorized(), [("gates.size", "1", "nothing")]),
        (authorized(), authorized(size="1"), [("gates.size", "nothing", "1")]),
    ],
)
def test_every_field_is_compared(
    expected: Event, got: Event, told: list[tuple[str, str, str]]
) -> None:
    assert found(expected, got) == told


def test_rows_are_compared_one_by_one_and_by_their_number() -> None:
    def called(*symbols: str) -> MarginCalled:
        return MarginCalled(at_ms=1, trace="t", symbols=symbols)  # type: ignore[arg-type]  # texts

    assert found(called("A", "B"), called("A", "C")) == [("symbols[1]", "B", "C")]
    assert found(called("A"), called()) == [("symbols", "('A',)", "()")]


def test_a_time_of_our_own_may_differ_by_as_long_as_an_event_waited() -> None:
    assert found(halted("t", 1), halted("t", 6)) == []
    assert found(halted("t", 1), halted("t", 7)) == [("at_ms", "1", "7")]


def test_the_trace_of_a_halt_is_a_time_of_our_own() -> None:
    assert found(halted("equity 1"), halted("equity 2")) == []


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("last heard of 3 ms ago, at most 500", "last heard of 4 ms ago, at most 500"),
        ("the candle closed 1,302.39 s after the start", "the candle closed 9 s after the start"),
        (
            "funding of 1% in 9.1 minutes, not within 0",
            "funding of 1% in 9.2 minutes, not within 0",
        ),
        ("CPI, for 9.1 minutes more", "CPI, for 9.0 minutes more"),
        ("1 of 30 entries in the last minute", "0 of 30 entries in the last minute"),
    ],
)
def test_what_hangs_on_the_very_moment_is_not_compared(expected: str, got: str) -> None:
    assert found(authorized(gate=expected), authorized(gate=got)) == []
    assert found(authorized(gate=expected), authorized(gate=f"{got}!")) != []
