"""Contracts across the counter: the rules and tiers that the wire and the adapter would tell."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.model import Rules
from noctule.app.backtest.contracts import brackets_of, instrument_of, instruments_of
from noctule.domain.instrument import Instrument, InstrumentStatus
from tests import wire_builders
from tests.fakes.counter_orders import BTC, ETH, LTC
from tests.fakes.two_roads import Road, played

ZERO = Decimal(0)


def test_the_contracts_are_those_of_the_wire() -> None:
    async def story(road: Road) -> None:
        await road.ask(road.venue.instruments())

    told = next(line for line in played(story) if isinstance(line, dict))

    assert [*told] == [BTC, ETH, LTC]
    assert all(isinstance(each, Instrument) for each in told.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "SETTLING"},
        {"min_price": ZERO, "max_price": ZERO},
        {"min_qty": ZERO, "market_max_qty": ZERO},
        {"market_step": ZERO, "multiplier_up": ZERO, "multiplier_down": ZERO},
        {"max_num_orders": 0, "min_notional": ZERO},
        {"tick": ZERO},
        {"step": ZERO},
        {"max_qty": ZERO},
    ],
)
def test_odd_rules_are_read_as_over_the_wire(changes: dict[str, object]) -> None:
    async def story(road: Road) -> None:
        odd = replace(road.exchange.rules[BTC], symbol="ODDUSDT", **changes)
        road.exchange.rules["ODDUSDT"] = odd
        await road.ask(road.venue.instruments())

    told = next(line for line in played(story) if isinstance(line, dict))

    assert ("ODDUSDT" in told) == (not {"tick", "step", "max_qty"} & changes.keys())


def test_changed_rules_are_seen_by_whoever_holds_the_mapping() -> None:
    async def story(road: Road) -> None:
        listed = await road.venue.instruments()
        btc: Rules = road.exchange.rules[BTC]
        road.exchange.set_rules(replace(btc, tick=Decimal("0.50"), status="SETTLING"))
        road.exchange.set_rules(replace(road.exchange.rules[ETH], tick=ZERO))
        await road.venue.instruments()
        await road.note(listed[BTC], listed[LTC])

    btc, _ltc = (line for line in played(story) if isinstance(line, Instrument))
    assert (btc.tick, btc.status) == (Decimal("0.50"), InstrumentStatus.NOT_TRADING)


def test_tiers_begin_with_the_smallest_notional() -> None:
    rules = wire_builders.rules()
    turned = replace(rules, brackets=rules.brackets[::-1])

    assert [tier.bracket for tier in brackets_of(turned)] == [1, 2]
    assert instrument_of(replace(rules, tick=ZERO)) is None
    assert instruments_of({BTC: rules, ETH: replace(rules, step=ZERO)}).keys() == {BTC}
