"""How long something stands is counted in time in which it could have been ended."""

import pytest
from typing_extensions import override

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.app.storm.promises.standing import Standing, round_trip_ms
from noctule.domain.events.order import OrderFilled
from noctule.domain.values import quantity
from tests.builders import START_MS, fill
from tests.fakes.storm_court import BTC, Court
from tests.fakes.storm_scene import StormScene


class _NothingHeld(Standing):
    name = "nothing held"

    @property
    @override
    def limit_ms(self) -> int:
        return 10_000

    @override
    def stands(self, symbol: str) -> str | None:
        amount = self.scene.amount(symbol)
        return f"{amount:f} is held" if amount else None


@pytest.fixture
def court() -> Court[_NothingHeld]:
    return Court(_NothingHeld)


def test_what_ends_in_time_is_fine(court: Court[_NothingHeld]) -> None:
    court.enter()
    court.wait(9_900)
    court.leave()
    court.wait(60_000)
    assert court.told == []


def test_what_does_not_is_told_once(court: Court[_NothingHeld]) -> None:
    court.enter()
    court.wait(60_000)
    assert court.told == [f"{BTC}: 0.1 is held for 11000 ms, at most 10000"]


def test_it_may_begin_again(court: Court[_NothingHeld]) -> None:
    for attempt in range(3):
        court.enter(attempt=attempt)
        court.wait(8_000)
        court.leave(attempt=attempt)
    assert court.told == []


def test_what_the_bot_cannot_know_counts_from_when_it_is_told(court: Court[_NothingHeld]) -> None:
    court.rule.befallen(Fault(kind=FaultKind.DROPPED_FRAME), "ORDER_TRADE_UPDATE")
    court.enter()
    court.wait(20_000)
    assert court.told == []
    court.rule.heard(OrderFilled(at_ms=START_MS, trace="", fill=fill(), remaining=quantity("0")))
    court.wait(9_000)
    assert court.told == []
    court.wait(2_000)
    assert len(court.told) == 1


def test_nor_does_what_it_might_have_heard_count_for_ever(court: Court[_NothingHeld]) -> None:
    court.rule.befallen(Fault(kind=FaultKind.DROPPED_FRAME), "ORDER_TRADE_UPDATE")
    court.enter()
    court.wait(50_000)
    assert len(court.told) == 1


def test_a_round_trip_is_there_and_back_with_a_thought_between() -> None:
    assert round_trip_ms(StormScene()) == 280
