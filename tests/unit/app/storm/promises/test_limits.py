"""What the owner limits, the exchange never sees exceeded."""

from decimal import Decimal

from noctule.app.storm.promises.limits import LimitsHold
from noctule.risk.limits import RiskLimits
from tests.fakes.storm_court import BTC, ETH, Court, a_life, adopt_limits
from tests.fakes.storm_life import a_name


def _court(**limits: object) -> Court[LimitsHold]:
    return Court(LimitsHold, life=a_life(limits=RiskLimits.model_validate(limits)))


def test_entries_within_all_limits_are_fine() -> None:
    court = _court()
    court.enter()
    court.enter("1", symbol=ETH)
    assert court.told == []


def test_a_position_too_many_is_told() -> None:
    court = _court(max_positions=1)
    court.enter()
    court.enter("1", symbol=ETH)
    assert court.told == ["ETHUSDT is entered with ['BTCUSDT'] held already"]


def test_an_entry_that_rests_is_a_position_to_be() -> None:
    court = _court(max_positions=1)
    court.order(a_name(), "0.1", type="LIMIT", price="58000", timeInForce="GTC")
    court.enter("1", symbol=ETH)
    assert len(court.told) == 1


def test_the_owners_positions_do_not_count() -> None:
    court = _court(max_positions=1)
    court.scene.market(BTC, "0.1")
    court.enter("1", symbol=ETH)
    assert court.told == []


def test_too_large_an_exposure_is_told() -> None:
    court = _court(max_total_exposure=Decimal("0.1"))
    court.enter("0.1")
    assert court.told == []
    court.enter("2", symbol=ETH)
    assert [each.split(",")[0] for each in court.told] == [
        "ETHUSDT is entered with an exposure of 12000.00"
    ]


def test_too_large_a_notional_is_told() -> None:
    court = _court(max_position_notional=5_000)
    court.enter("0.1")
    assert court.told == ["BTCUSDT is entered with a notional of 6000.00"]


def test_too_many_entries_a_minute_are_told() -> None:
    court = _court(max_orders_per_minute=1)
    court.enter()
    court.wait(20_000)
    court.enter("1", symbol=ETH)
    assert court.told == ["ETHUSDT is entered with 2 entries in 50 s"]


def test_slices_and_repeated_requests_are_one_entry() -> None:
    court = _court(max_orders_per_minute=1, max_positions=1)
    court.enter()
    court.enter()
    court.enter(attempt=1)
    assert court.told == []


def test_what_was_decided_by_older_limits_may_arrive() -> None:
    court = _court(max_positions=2)
    court.enter()
    adopt_limits(court.life, RiskLimits(max_positions=1))
    court.enter("1", symbol=ETH)
    assert court.told == []
    court.wait(20_000)
    court.enter("1", symbol=ETH, attempt=1)
    assert len(court.told) == 1
