"""Asked with thought, never too often, and only for what a contract allows."""

from noctule.adapters.sim.faults import FaultKind
from noctule.app.storm.promises.manners import (
    NeverTooOften,
    NoHammering,
    OrdersFitTheirContract,
)
from noctule.app.storm.story import Shock, ShockKind
from tests.fakes.small_storms import a_story
from tests.fakes.storm_court import BTC, ETH, Court


def test_orders_one_after_the_other_are_fine() -> None:
    court = Court(NoHammering)
    for attempt in range(30):
        court.stop(attempt=attempt)
        court.wait(20)
    assert court.told == []


def test_sixteen_at_once_are_not() -> None:
    court = Court(NoHammering)
    for attempt in range(16):
        court.stop(attempt=attempt)
    assert court.told == ["16 orders of BTCUSDT in 0 ms"]


def test_a_limit_that_the_storm_reached_is_no_fault() -> None:
    court = Court(NeverTooOften)
    court.arm(FaultKind.TOO_MANY, "GET *")
    court.ask("GET", "/fapi/v3/balance")
    court.ask("GET", "/fapi/v3/balance")  # it had left already
    assert court.told == []


def test_who_goes_on_asking_is_at_fault() -> None:
    court = Court(NeverTooOften)
    court.arm(FaultKind.BANNED, "GET *")
    court.ask("GET", "/fapi/v3/balance")
    court.wait(20_000)
    court.ask("GET", "/fapi/v3/balance")
    assert court.told == ["GET /fapi/v3/balance was answered with 418"]


def test_orders_that_fit_are_fine() -> None:
    court = Court(OrdersFitTheirContract)
    court.enter()
    court.stop()
    court.leave()
    assert court.told == []


def test_a_quantity_that_is_too_fine_is_not() -> None:
    court = Court(OrdersFitTheirContract)
    court.enter("0.1234567")
    assert len(court.told) == 1
    assert court.told[0].startswith("BTCUSDT: -1111")


def test_a_refusal_that_the_storm_made_up_is_no_fault() -> None:
    court = Court(OrdersFitTheirContract)
    court.arm(FaultKind.REFUSED, "POST *", code=-4164)
    court.enter()
    assert court.told == []


def test_after_a_contract_has_changed_nobody_can_know_for_an_hour() -> None:
    change = Shock(at_ms=60_000, kind=ShockKind.RULES, symbol=BTC)
    court = Court(OrdersFitTheirContract, a_story(symbols=(BTC, ETH), shocks=(change,)))
    court.enter("0.1234567")
    assert court.told == []


def test_an_order_without_a_name_of_ours_is_told() -> None:
    court = Court(OrdersFitTheirContract)
    court.order("somebody-1", "0.1")
    assert court.told == ["an order of BTCUSDT left without a name of ours"]
