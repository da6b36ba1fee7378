"""What rests where nothing is held is gone within five seconds."""

import pytest

from noctule.app.storm.promises.leftovers import NothingLeftOver
from noctule.domain.order import Leg
from tests.fakes.storm_court import Court
from tests.fakes.storm_life import a_name


@pytest.fixture
def court() -> Court[NothingLeftOver]:
    court = Court(NothingLeftOver)
    court.enter()
    court.stop(quantity="0.1")  # of such a stop the exchange does not rid us
    return court


def test_behind_a_position_it_may_rest_for_ever(court: Court[NothingLeftOver]) -> None:
    court.wait(60_000)
    assert court.told == []


def test_on_a_flat_symbol_it_may_not(court: Court[NothingLeftOver]) -> None:
    court.leave()
    court.wait(6_000)
    assert [each.split(" rest")[0] for each in court.told] == [f"BTCUSDT: ['{a_name(Leg.STOP)}']"]


def test_it_is_swept_in_time(court: Court[NothingLeftOver]) -> None:
    court.leave()
    court.wait(4_000)
    court.cancel_stop()
    court.wait(60_000)
    assert court.told == []


def test_nor_may_it_stay_behind_a_position_of_the_owners() -> None:
    court = Court(NothingLeftOver)
    court.scene.market("BTCUSDT", "0.1")
    court.stop()
    court.wait(6_000)
    assert len(court.told) == 1


def test_an_entry_rests_before_anything_is_held() -> None:
    court = Court(NothingLeftOver)
    court.order(a_name(), "0.1", type="LIMIT", price="59000", timeInForce="GTC")
    court.wait(60_000)
    assert court.told == []
