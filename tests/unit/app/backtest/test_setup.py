"""Leverage, margin type and terms across the counter: set, kept and told as over the wire."""

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.model import Bracket
from noctule.domain.instrument import TradingTerms
from noctule.domain.order import Leg, OrderKind
from noctule.domain.values import Symbol
from noctule.ports.setup import SetupReport
from tests.fakes.counter_orders import BTC, ETH, LTC, order
from tests.fakes.two_roads import Road, played

ALL = (BTC, ETH, LTC)


def reports(diary: list[object]) -> list[SetupReport]:
    return [each for line in diary if isinstance(line, list) for each in line]


@pytest.mark.parametrize("margin_type", ["crossed", "isolated"])
@pytest.mark.parametrize("leverage", [1, 5, 20, 75, 100, 125])
def test_what_differs_is_set_and_what_is_too_high_is_set_as_high_as_it_goes(
    leverage: int, margin_type: str
) -> None:
    async def story(road: Road) -> None:
        for symbol in ALL:
            await road.ask(road.setup.apply((symbol,), leverage=leverage, margin_type=margin_type))
        await road.ask(road.setup.apply(ALL, leverage=leverage, margin_type=margin_type))
        await road.ask(road.setup.terms((await road.venue.instruments()).values()))

    told = played(story)

    assert {each.margin_type for each in reports(told)} == {margin_type}
    assert {each.leverage for each in reports(told)} == {leverage, min(leverage, 75)}


def test_what_a_position_or_an_order_forbids_waits() -> None:
    async def story(road: Road) -> None:
        await road.ask(road.setup.apply(ALL, leverage=20, margin_type="isolated"))
        await road.place(
            order(Leg.ENTRY), order(Leg.ENTRY, OrderKind.LIMIT, symbol=ETH, price="2900")
        )
        for symbol in ALL:
            await road.ask(road.setup.apply((symbol,), leverage=10, margin_type="crossed"))

    btc, eth, ltc = reports(played(story))[-3:]

    assert btc.deferred == (
        "margin type stays isolated: a position is open",
        "leverage stays 20: a position is open",
    )
    assert eth.deferred == ("margin type stays isolated: orders are open",)
    assert ltc.deferred == ()


def test_what_the_account_cannot_carry_is_an_error() -> None:
    async def story(road: Road) -> None:
        await road.place(order(Leg.ENTRY, quantity="3.000"))
        await road.ask(road.setup.apply((BTC,), leverage=1, margin_type="crossed"))
        await road.ask(road.setup.apply((BTC,), leverage=125, margin_type="crossed"))

    assert isinstance(played(story)[-1], tuple)


def test_of_an_unknown_contract_nothing_is_set_or_told() -> None:
    async def story(road: Road) -> None:
        none = Symbol("NONEUSDT")
        btc = (await road.venue.instruments())[BTC]
        await road.ask(road.setup.apply((none,), leverage=5, margin_type="isolated"))
        await road.ask(road.setup.terms((replace(btc, symbol=none),)))

    assert [line for line in played(story) if isinstance(line, tuple)] == [
        ("VenueRefused", "-1121: Invalid symbol.")
    ] * 2


def test_terms_tell_leverage_and_fees_and_tiers() -> None:
    async def story(road: Road) -> None:
        contracts = await road.venue.instruments()
        await road.ask(road.setup.apply((ETH,), leverage=3, margin_type="isolated"))
        for symbol in ALL:
            await road.ask(road.setup.terms((contracts[symbol],)))
        await road.ask(road.setup.terms(()))

    told = [line for line in played(story) if isinstance(line, dict)]

    assert [len(each) for each in told] == [1, 1, 1, 0]
    terms = told[1][ETH]
    assert isinstance(terms, TradingTerms)
    assert (terms.leverage, terms.is_isolated, len(terms.brackets)) == (3, True, 12)


def test_fees_are_told_once_for_all_that_is_paid_in_one_asset() -> None:
    async def story(road: Road) -> None:
        rules = road.exchange.rules[ETH]
        road.exchange.set_rules(replace(rules, taker_rate=rules.taker_rate * 2))
        contracts = await road.venue.instruments()
        await road.ask(road.setup.terms((contracts[ETH], contracts[BTC])))

    terms = next(line for line in played(story) if isinstance(line, dict))

    assert terms[BTC].taker_fee == terms[ETH].taker_fee


def test_a_contract_that_offers_less_than_is_set_is_at_what_it_offers() -> None:
    async def story(road: Road) -> None:
        rules = road.exchange.rules[BTC]
        tiers = [replace(tier, initial_leverage=8) for tier in rules.brackets]
        road.exchange.set_rules(replace(rules, brackets=tuple[Bracket, ...](tiers)))
        await road.ask(road.setup.apply((BTC,), leverage=20, margin_type="crossed"))

    (report,) = reports(played(story))

    assert (report.leverage, report.deferred) == (
        8,
        ("leverage is 8: BTCUSDT allows no more",),
    )


def test_an_account_in_hedge_or_multi_assets_mode_is_unfit() -> None:
    async def story(road: Road) -> None:
        await road.ask(road.setup.unfit())
        await road.do(lambda: road.exchange.set_position_mode(road.account, dual_side=True))
        await road.do(lambda: road.exchange.set_multi_assets(road.account, multi_assets=True))
        problems = await road.setup.unfit()
        await road.note([each.partition(",")[0].partition(":")[0] for each in problems])

    told = [line for line in played(story) if isinstance(line, tuple | list)]

    assert told == [
        (),
        [
            "the account is in hedge mode and noctule trades one-way",
            "the account is in multi-assets mode",
        ],
    ]
