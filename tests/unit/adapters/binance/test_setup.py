"""Leverage, margin type and modes on the simulated exchange: set, kept and told."""

from collections import Counter
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
import pytest_asyncio
from msgspec import structs

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.setup import AccountSetup
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest
from noctule.adapters.clock import SystemClock, VirtualClock
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import VenueRefused
from noctule.domain.values import Symbol
from noctule.ports.setup import SetupReport
from tests.builders import BTCUSDT, instrument, order_request
from tests.fakes.answers import ScriptedTransport, saying, scripted_rest
from tests.fakes.nearby import Nearby, nearby

SYMBOLS = (BTCUSDT, Symbol("ETHUSDT"), Symbol("SOLUSDT"))


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Nearby]:
    async with nearby(SystemClock()) as exchange:
        yield exchange


@pytest.fixture
def rest(exchange: Nearby) -> BinanceRest:
    return exchange.reach.rest


async def test_leverage_and_margin_type_are_set_as_wished(rest: BinanceRest) -> None:
    (report,) = await AccountSetup(rest).apply([BTCUSDT], leverage=7, margin_type="isolated")
    assert report == SetupReport(symbol=BTCUSDT, leverage=7, margin_type="isolated")


async def test_what_is_so_already_is_not_set_again(exchange: Nearby, rest: BinanceRest) -> None:
    setup = AccountSetup(rest)
    await setup.apply([BTCUSDT], leverage=7, margin_type="isolated")
    exchange.arm(FaultKind.REFUSED, "POST *", times=None, code=-9999, msg="must not be asked")

    (report,) = await setup.apply([BTCUSDT], leverage=7, margin_type="isolated")

    assert report.deferred == ()


async def test_no_need_to_change_is_a_success(exchange: Nearby, rest: BinanceRest) -> None:
    exchange.arm(FaultKind.REFUSED, "POST /fapi/v1/marginType", code=-4046)
    (report,) = await AccountSetup(rest).apply([BTCUSDT], leverage=5, margin_type="isolated")
    assert report.deferred == ()


async def test_with_a_position_open_the_old_settings_are_kept_told_and_applied_when_flat(
    rest: BinanceRest,
) -> None:
    setup, orders = AccountSetup(rest), OrderExecutionManager(rest)
    await setup.apply([BTCUSDT], leverage=7, margin_type="isolated")
    await orders.place(order_request(quantity="0.010"))

    (held,) = await setup.apply([BTCUSDT], leverage=3, margin_type="crossed")
    assert (held.leverage, held.margin_type) == (7, "isolated")
    assert held.deferred == (
        "margin type stays isolated: a position is open",
        "leverage stays 7: a position is open",
    )

    await rest.client.new_order("BTCUSDT", "SELL", "MARKET", quantity="0.010", reduceOnly="true")
    (flat,) = await setup.apply([BTCUSDT], leverage=3, margin_type="crossed")
    assert flat == SetupReport(symbol=BTCUSDT, leverage=3, margin_type="crossed")


async def test_a_leverage_the_symbol_does_not_allow_becomes_the_highest_it_does(
    exchange: Nearby, rest: BinanceRest
) -> None:
    setup = AccountSetup(rest)
    tiers = await setup.brackets(BTCUSDT)
    exchange.arm(FaultKind.REFUSED, "POST /fapi/v1/leverage", code=-4028, msg="not valid")

    (report,) = await setup.apply([BTCUSDT], leverage=500, margin_type="isolated")

    assert report.leverage == tiers[0].leverage_max == 125
    assert report.deferred == ("leverage is 125: BTCUSDT allows no more",)


async def test_a_cap_on_the_account_is_told_and_the_old_leverage_kept(
    exchange: Nearby, rest: BinanceRest
) -> None:
    setup = AccountSetup(rest)
    await setup.apply([BTCUSDT], leverage=4, margin_type="isolated")
    exchange.arm(FaultKind.REFUSED, "POST /fapi/v1/leverage", code=-4205, msg="region")

    (report,) = await setup.apply([BTCUSDT], leverage=20, margin_type="isolated")

    assert report.leverage == 4
    assert report.deferred == ("leverage stays 4: Binance caps this account's leverage",)


async def test_another_refusal_is_not_swallowed(exchange: Nearby, rest: BinanceRest) -> None:
    exchange.arm(FaultKind.REFUSED, "POST /fapi/v1/leverage", code=-1121, msg="Invalid symbol.")
    with pytest.raises(VenueRefused, match="-1121"):
        await AccountSetup(rest).apply([BTCUSDT], leverage=9, margin_type="isolated")


async def test_a_symbol_that_is_not_listed_is_refused(rest: BinanceRest) -> None:
    with pytest.raises(VenueRefused):
        await AccountSetup(rest).apply([Symbol("NOSUCH")], leverage=9, margin_type="isolated")


async def test_an_account_that_fits_has_no_problems(rest: BinanceRest) -> None:
    assert await AccountSetup(rest).unfit() == ()


async def test_hedge_mode_is_told_with_its_remedy_and_never_switched(rest: BinanceRest) -> None:
    await rest.client.change_position_mode("true")

    (problem,) = await AccountSetup(rest).unfit()

    assert "hedge mode" in problem
    assert "One-way" in problem
    still = await rest.client.get_position_mode()
    assert b'"dualSidePosition":true' in still.body


async def test_multi_assets_mode_is_told_with_its_remedy_and_never_switched(
    rest: BinanceRest,
) -> None:
    await rest.client.change_multi_asset_mode("true")

    (problem,) = await AccountSetup(rest).unfit()

    assert "Single-Asset" in problem
    still = await rest.client.get_multi_asset_mode()
    assert b'"multiAssetsMargin":true' in still.body


async def test_terms_are_what_is_set_what_it_costs_and_how_far_it_goes(rest: BinanceRest) -> None:
    setup = AccountSetup(rest)
    await setup.apply([BTCUSDT], leverage=7, margin_type="isolated")

    terms = (await setup.terms([instrument()]))[BTCUSDT]

    assert (terms.leverage, terms.is_isolated) == (7, True)
    assert (terms.maker_fee, terms.taker_fee) == (Decimal("0.0002"), Decimal("0.0005"))
    assert terms.brackets == await setup.brackets(BTCUSDT)
    assert terms.brackets[0].notional_floor == 0
    await setup.apply([BTCUSDT], leverage=7, margin_type="crossed")
    assert not (await setup.terms([instrument()]))[BTCUSDT].is_isolated


async def test_terms_without_a_bracket_are_none() -> None:
    config = {"symbol": "BTCUSDT", "marginType": "ISOLATED", "leverage": 5}
    transport = ScriptedTransport(saying([config]), saying([]))
    with pytest.raises(VenueRefused, match="leverageBracket does not tell of BTCUSDT"):
        await AccountSetup(scripted_rest(transport, VirtualClock(0))).terms([instrument()])


async def test_many_symbols_are_read_with_one_question_each_time(exchange: Nearby) -> None:
    asked = noted(exchange)
    reports = await AccountSetup(exchange.reach.rest).apply(
        SYMBOLS, leverage=7, margin_type="isolated"
    )
    assert [(each.symbol, each.leverage) for each in reports] == [(each, 7) for each in SYMBOLS]
    assert asked == {
        "GET /fapi/v1/symbolConfig": 2,
        "POST /fapi/v1/marginType": 3,
        "POST /fapi/v1/leverage": 3,
    }


async def test_of_many_symbols_each_tells_what_it_keeps(rest: BinanceRest) -> None:
    await OrderExecutionManager(rest).place(order_request(quantity="0.010"))
    reports = await AccountSetup(rest).apply(SYMBOLS, leverage=7, margin_type="isolated")
    assert [bool(each.deferred) for each in reports] == [True, False, False]


async def test_the_terms_of_many_symbols_take_three_questions_while_one_asset_settles_them(
    exchange: Nearby,
) -> None:
    asked = noted(exchange)
    listed = [instrument(symbol=each) for each in SYMBOLS]
    terms = await AccountSetup(exchange.reach.rest).terms(listed)
    assert tuple(terms) == SYMBOLS
    assert terms[SYMBOLS[1]].brackets != terms[SYMBOLS[2]].brackets
    assert asked == {
        "GET /fapi/v1/symbolConfig": 1,
        "GET /fapi/v1/leverageBracket": 1,
        "GET /fapi/v1/commissionRate": 1,
    }


async def test_fees_are_asked_for_every_asset_that_settles(exchange: Nearby) -> None:
    asked = noted(exchange)
    one, other, third = (instrument(symbol=each) for each in SYMBOLS)
    listed = [one, structs.replace(other, margin_asset="USDC"), third]
    await AccountSetup(exchange.reach.rest).terms(listed)
    assert asked["GET /fapi/v1/commissionRate"] == 2


async def test_a_symbol_that_no_answer_tells_of_is_named(rest: BinanceRest) -> None:
    listed = [instrument(), instrument(symbol=Symbol("NOSUCH"))]
    with pytest.raises(VenueRefused, match="symbolConfig does not tell of NOSUCH"):
        await AccountSetup(rest).terms(listed)


def noted(exchange: Nearby) -> Counter[str]:
    """Count what the exchange is asked from now on."""
    asked, answer = Counter[str](), exchange.transport.request

    async def counted(request: HttpRequest) -> HttpAnswer:
        asked[f"{request.method} {request.path}"] += 1
        return await answer(request)

    exchange.transport.request = counted  # type: ignore[method-assign]  # it only counts
    return asked
