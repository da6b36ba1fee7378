"""After several outages in a row nobody knocks but now and then, and who guards."""

import pytest

from noctule.adapters.binance.rest.breaker import Breaker, BreakerSettings, ExchangeDown
from noctule.adapters.binance.rest.calls import Lane

SETTINGS = BreakerSettings(outages_max=3, first_pause_ms=1_000, pause_ms_max=3_000)


def broken(at_ms: int = 0) -> Breaker:
    breaker = Breaker(SETTINGS)
    for _ in range(3):
        breaker.outage(at_ms)
    return breaker


def test_it_stays_closed_while_signs_of_life_come_between() -> None:
    breaker = Breaker(SETTINGS)
    for _ in range(10):
        breaker.outage(0)
        breaker.outage(0)
        breaker.sign_of_life()
    breaker.admit(Lane.ENTRY, 0)
    assert not breaker.is_open


def test_it_opens_after_so_many_outages_in_a_row() -> None:
    breaker = broken()
    assert breaker.is_open
    with pytest.raises(ExchangeDown, match="3 outages in a row, next try in 600 ms"):
        breaker.admit(Lane.READ, 400)


def test_one_probe_passes_when_its_time_has_come() -> None:
    breaker = broken()
    breaker.admit(Lane.READ, 1_000)
    with pytest.raises(ExchangeDown):
        breaker.admit(Lane.READ, 1_000)
    breaker.sign_of_life()
    breaker.admit(Lane.ENTRY, 1_001)


def test_every_failed_probe_doubles_the_pause_up_to_its_bound() -> None:
    breaker = broken()
    breaker.outage(1_000)
    with pytest.raises(ExchangeDown, match="next try in 2000 ms"):
        breaker.admit(Lane.READ, 1_000)
    for _ in range(100):
        breaker.outage(3_000)
    with pytest.raises(ExchangeDown, match="next try in 3000 ms"):
        breaker.admit(Lane.READ, 3_000)


def test_a_probe_of_which_nothing_was_heard_does_not_close_the_way_for_ever() -> None:
    breaker = broken()
    breaker.admit(Lane.READ, 1_000)
    breaker.admit(Lane.READ, 2_000)


def test_what_guards_a_position_passes_always() -> None:
    breaker = broken()
    for _ in range(5):
        breaker.admit(Lane.GUARD, 0)
