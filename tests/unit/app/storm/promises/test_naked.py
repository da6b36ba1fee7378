"""A position of the bot is guarded, or closed, within the limit: what counts and what does not."""

import pytest

from noctule.adapters.sim.faults import FaultKind
from noctule.app.storm.promises.naked import NeverNaked
from tests.fakes.storm_court import Court

ALGO = "POST /fapi/v1/algoOrder"


@pytest.fixture
def court() -> Court[NeverNaked]:
    return Court(NeverNaked)


def test_a_stop_in_time_keeps_the_promise(court: Court[NeverNaked]) -> None:
    court.enter()
    court.wait(1_500)
    court.stop()
    court.wait(60_000)
    assert court.told == []


def test_without_a_stop_it_is_broken_once(court: Court[NeverNaked]) -> None:
    court.enter()
    court.wait(60_000)
    assert court.told == ["BTCUSDT: 0.1 without a stop for 3000 ms, at most 2280"]


def test_a_close_in_time_keeps_it_too(court: Court[NeverNaked]) -> None:
    court.enter()
    court.wait(2_000)
    court.leave()
    court.wait(60_000)
    assert court.told == []


def test_a_stop_for_a_part_of_it_is_none(court: Court[NeverNaked]) -> None:
    court.enter()
    court.stop(quantity="0.05")
    court.wait(10_000)
    assert len(court.told) == 1


def test_the_owner_guards_what_is_his(court: Court[NeverNaked]) -> None:
    court.scene.market("BTCUSDT", "0.1")
    court.wait(60_000)
    assert court.told == []


def test_a_dead_process_guards_nothing_and_the_next_one_has_a_while(
    court: Court[NeverNaked],
) -> None:
    court.enter()
    court.end()
    court.wait(30_000)
    court.begin()
    court.wait(3_000)
    court.stop()
    assert court.told == []


def test_the_next_process_has_no_longer_than_that(court: Court[NeverNaked]) -> None:
    court.enter()
    court.end()
    court.wait(30_000)
    court.begin()
    court.wait(6_000)
    assert len(court.told) == 1


def test_an_outage_is_no_fault_of_the_bot(court: Court[NeverNaked]) -> None:
    court.enter()
    for attempt in range(5):
        court.arm(FaultKind.UNAVAILABLE, ALGO)
        court.stop(attempt=attempt)
        court.wait(1_000)
    court.stop(attempt=5)
    court.wait(60_000)
    assert court.told == []


def test_who_gives_up_after_an_outage_is_not_excused(court: Court[NeverNaked]) -> None:
    court.enter()
    court.arm(FaultKind.UNAVAILABLE, ALGO)
    court.stop()
    court.wait(10_000)
    assert len(court.told) == 1


def test_nothing_counts_while_the_exchange_has_banned_us(court: Court[NeverNaked]) -> None:
    court.enter()
    court.arm(FaultKind.BANNED, ALGO)
    court.stop()
    court.wait(60_000)
    assert court.told == []
