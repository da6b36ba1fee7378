"""The names of a bracket's orders: derived, and each used once."""

import pytest

from noctule.domain.ids import ATTEMPTS_MAX, parse_client_order_id
from noctule.domain.order import Leg, OrderKey
from noctule.domain.values import MINUTE_MS, Timeframe
from noctule.orders.names import OrderNames
from tests.builders import BTCUSDT, START_MS
from tests.fakes.bracket_desk import ENTRY_KEY, name_of


def names() -> OrderNames:
    return OrderNames(account="qpai6s", strategy="sma", symbol=BTCUSDT, key=ENTRY_KEY)


def test_each_leg_counts_its_own_attempts() -> None:
    made = names()
    taken = [made.next(leg, now_ms=START_MS) for leg in (Leg.ENTRY, Leg.STOP, Leg.STOP)]
    assert taken == [name_of("e0"), name_of("s0"), name_of("s1")]


def test_after_thirty_six_names_of_the_candle_come_those_of_the_minute() -> None:
    made, now_ms = names(), START_MS + 90_000
    for _ in range(ATTEMPTS_MAX):
        made.next(Leg.CLOSE, now_ms=now_ms)
    keys = [parse_client_order_id(made.next(Leg.CLOSE, now_ms=now_ms)) for _ in range(2)]
    minute = START_MS + MINUTE_MS - 1
    assert keys == [
        OrderKey(close_ms=minute, timeframe=Timeframe.M1, leg=Leg.CLOSE, attempt=attempt)
        for attempt in (0, 1)
    ]


@pytest.mark.parametrize("pause_ms", [0, 100, 5_000])
def test_a_bracket_that_closes_for_hours_never_uses_a_name_twice(pause_ms: int) -> None:
    made = names()
    taken = {made.next(Leg.CLOSE, now_ms=START_MS + number * pause_ms) for number in range(500)}
    assert len(taken) == 500


def test_a_name_that_somebody_used_is_skipped() -> None:
    made = names()
    made.skip(name_of("s2"))
    made.skip(name_of("s1"))
    made.skip("web_abc")
    assert made.next(Leg.STOP, now_ms=START_MS) == name_of("s3")
