"""The account's events at the counter: the very ones that the wire and the adapter would tell."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim import model
from noctule.adapters.sim.specs import OrderSpec
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    AccountUpdated,
    FundingPaid,
    LeverageChanged,
    MarginCalled,
    OrderExpired,
    OrderFilled,
)
from noctule.domain.order import Leg, OrderKind
from noctule.domain.values import Side
from tests.fakes.counter_orders import BTC, ETH, START_MS, named, order
from tests.fakes.two_roads import Road, played

ENTRY = order(Leg.ENTRY)
STOP = order(Leg.STOP, OrderKind.STOP_MARKET, at="59000")
TARGET = order(Leg.TARGET, OrderKind.TAKE_PROFIT_MARKET, at="61000")
BRACKET = (ENTRY, STOP, TARGET)


def words(diary: list[object]) -> list[str]:
    return [type(line).__name__ for line in diary if isinstance(line, OrderEvent)]


def test_a_target_that_is_hit_is_told_step_by_step() -> None:
    async def story(road: Road) -> None:
        await road.note()
        await road.place(*BRACKET)
        await road.trade("61000.1")
        await road.ask(road.executor.cancel(BTC, STOP.client_order_id, STOP.kind))

    assert words(played(story)) == [
        "AccountSnapshotTaken",
        "OrderAccepted",
        "PositionReported",
        "AccountUpdated",
        "OrderFilled",
        "OrderAccepted",
        "OrderAccepted",
        "OrderTriggered",
        "PositionReported",
        "AccountUpdated",
        "OrderFilled",
        "OrderCanceled",
    ]


@pytest.mark.parametrize("margin_type", ["crossed", "isolated"])
@pytest.mark.parametrize("rate", ["0.0001", "-0.00025", "0"])
def test_funding_is_told_with_its_sign(margin_type: str, rate: str) -> None:
    async def story(road: Road) -> None:
        await road.ask(road.setup.apply((BTC,), leverage=5, margin_type=margin_type))
        await road.place(ENTRY)
        await road.mark("60100.123456", rate=rate)
        await road.wait(8 * 3_600_000)
        await road.wait(8 * 3_600_000)

    told = played(story)

    paid = [line for line in told if isinstance(line, FundingPaid)]
    assert len(paid) == (2 if Decimal(rate) else 0)
    assert all((line.amount < 0) == (Decimal(rate) > 0) for line in paid)


def test_funding_of_one_minute_is_told_once() -> None:
    async def story(road: Road) -> None:
        await road.place(ENTRY)
        await road.mark("60000", next_funding_ms=START_MS + 60_000)
        await road.wait(60_000)
        await road.mark("60000", next_funding_ms=START_MS + 90_000)
        await road.wait(30_000)

    told = played(story)

    assert sum(isinstance(line, FundingPaid) for line in told) == 1
    assert words(told).count("AccountUpdated") == 3  # the entry's, and both payments'


@pytest.mark.parametrize("margin_type", ["crossed", "isolated"])
def test_a_margin_call_and_a_liquidation_are_told(margin_type: str) -> None:
    async def story(road: Road) -> None:
        await road.ask(road.setup.apply((BTC,), leverage=20, margin_type=margin_type))
        await road.place(
            order(Leg.ENTRY, quantity="3.000"),
            order(Leg.TARGET, OrderKind.LIMIT, price="61000", quantity="3.000"),
            replace(STOP, quantity=None, trigger_price=Decimal(50_000), reduces_only=False),
        )
        for price in ("57800", "57300", "57150", "57000", "56800", "55000"):
            await road.trade(price)
            await road.mark(price)

    told = played(story)

    assert next(line.symbols for line in told if isinstance(line, MarginCalled)) == (BTC,)
    forced = [line.fill for line in told if isinstance(line, OrderFilled)][-1]
    assert forced.client_order_id.startswith("autoclose-")
    causes = [line.cause for line in told if isinstance(line, OrderExpired)]
    assert "liquidation" in causes


def test_what_others_do_with_the_account_is_told_too() -> None:
    async def story(road: Road) -> None:
        exchange, account = road.exchange, road.account
        foreign = OrderSpec(
            symbol=ETH, side=model.Side.SELL, type=model.OrderType.MARKET, qty=Decimal("0.5")
        )
        await road.do(lambda: exchange.place(account, foreign))
        await road.do(lambda: exchange.transfer(account, Decimal("123.4")))
        await road.do(lambda: exchange.transfer(account, Decimal("-23.4")))
        await road.do(lambda: exchange.set_leverage(account, BTC, 7))
        await road.do(lambda: exchange.set_margin_type(account, BTC, model.MarginType.ISOLATED))
        await road.do(lambda: exchange.set_margin_type(account, BTC, model.MarginType.CROSSED))
        await road.do(lambda: exchange.set_multi_assets(account, multi_assets=True))
        await road.do(lambda: exchange.cancel_all_algo(account, BTC))

    told = played(story)

    assert [(line.symbol, line.leverage) for line in told if isinstance(line, LeverageChanged)] == [
        (BTC, 7)
    ]
    changes = [line.changes for line in told if isinstance(line, AccountUpdated) if line.changes]
    assert changes == [{"USDT": Decimal("123.4")}, {"USDT": Decimal("-23.4")}]


def test_a_position_taken_for_anothers_bankruptcy_is_told() -> None:
    async def story(road: Road) -> None:
        await road.place(ENTRY, STOP)
        await road.do(lambda: road.exchange.deleverage(road.account, BTC, model.PositionSide.BOTH))

    fill = [line.fill for line in played(story) if isinstance(line, OrderFilled)][-1]
    assert fill.client_order_id.startswith("adl_autoclose-")
    assert fill.fee == 0


def test_legs_of_hedge_mode_are_left_out() -> None:
    async def story(road: Road) -> None:
        exchange, account = road.exchange, road.account
        spec = OrderSpec(
            symbol=BTC,
            side=model.Side.BUY,
            type=model.OrderType.MARKET,
            position_side=model.PositionSide.LONG,
            qty=Decimal("0.1"),
        )
        await road.do(lambda: exchange.set_position_mode(account, dual_side=True))
        await road.do(lambda: exchange.place(account, spec))

    assert "PositionReported" not in words(played(story))


def test_a_whole_day_of_both_sides_is_told_alike() -> None:
    async def story(road: Road) -> None:
        await road.note()
        for day, (side, exit_) in enumerate([(Side.BUY, "61000"), (Side.SELL, "59000")] * 3):
            sells = Side.SELL if side is Side.BUY else Side.BUY
            below, above = ("59500", "60500") if side is Side.BUY else ("60500", "59500")
            await road.trade("60000")
            await road.place(
                order(Leg.ENTRY, side=side, attempt=day, quantity="0.013"),
                order(Leg.STOP, OrderKind.STOP_MARKET, side=sells, at=below, attempt=day),
                order(Leg.TARGET, OrderKind.TAKE_PROFIT_MARKET, side=sells, at=above, attempt=day),
            )
            await road.trade(exit_)
            await road.place(order(Leg.FLATTEN, side=sells, quantity="0.050", attempt=day))
            name = named(Leg.STOP, day)
            await road.ask(road.executor.cancel(BTC, name, OrderKind.STOP_MARKET))

    told = played(story)

    assert words(told).count("OrderFilled") == 18
