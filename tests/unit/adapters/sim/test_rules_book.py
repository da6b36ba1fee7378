"""The listed contracts: every one can be traded, and brackets join without a jump."""

from decimal import Decimal
from itertools import pairwise

import pytest

from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.rules_book import default_rules, ladder, usual_brackets

LISTED = {each.symbol: each for each in default_rules()}


def test_the_majors_a_thin_and_a_four_hourly_symbol_are_listed() -> None:
    assert list(LISTED) == [
        *("BTCUSDT", "ETHUSDT", "SOLUSDT", "LTCUSDT", "DOGEUSDT", "XRPUSDT", "BNBUSDT"),
        *("THINUSDT", "FASTUSDT"),
    ]
    assert LISTED["FASTUSDT"].funding_interval_hours == 4


def test_bitcoin_has_the_live_filters() -> None:
    btc = LISTED["BTCUSDT"]
    assert (btc.tick, btc.min_price, btc.max_price) == (
        Decimal("0.10"),
        Decimal("556.80"),
        Decimal(4529764),
    )
    assert (btc.step, btc.max_qty, btc.market_max_qty, btc.min_notional) == (
        Decimal("0.001"),
        Decimal(1000),
        Decimal(120),
        Decimal(50),
    )


def test_bitcoins_first_brackets_are_the_documented_ones() -> None:
    brackets = LISTED["BTCUSDT"].brackets[:4]
    assert [(each.initial_leverage, each.maint_margin_ratio, each.cum) for each in brackets] == [
        (125, Decimal("0.004"), Decimal(0)),
        (100, Decimal("0.005"), Decimal(50)),
        (75, Decimal("0.0065"), Decimal(950)),
        (50, Decimal("0.01"), Decimal(11450)),
    ]


@pytest.mark.parametrize("rules", LISTED.values(), ids=LISTED)
def test_maintenance_margin_does_not_jump_between_brackets(rules: Rules) -> None:
    for below, above in pairwise(rules.brackets):
        edge = below.notional_cap
        assert above.notional_floor == edge
        assert above.initial_leverage < below.initial_leverage
        assert edge * below.maint_margin_ratio - below.cum == (
            edge * above.maint_margin_ratio - above.cum
        )


@pytest.mark.parametrize("rules", LISTED.values(), ids=LISTED)
def test_smallest_and_largest_lie_on_the_grid(rules: Rules) -> None:
    assert rules.min_price % rules.tick == rules.max_price % rules.tick == 0
    assert rules.min_qty % rules.step == rules.max_qty % rules.step == 0
    assert rules.market_max_qty <= rules.max_qty
    assert -rules.tick.normalize().as_tuple().exponent <= rules.price_precision  # type: ignore[operator]  # finite


def test_a_ladder_of_one_rung_has_no_cum() -> None:
    (only,) = ladder([(5, Decimal(100), Decimal("0.1"))])
    assert (only.bracket, only.notional_floor, only.cum) == (1, Decimal(0), Decimal(0))


def test_a_contract_that_is_not_listed_has_the_tiers_of_a_small_one() -> None:
    assert usual_brackets("BTCUSDT") == LISTED["BTCUSDT"].brackets
    assert usual_brackets("NEWUSDT") == LISTED["THINUSDT"].brackets
