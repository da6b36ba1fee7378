"""An order's life as the counter tells it: step by step what would come over the wire."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.fills import Fills, Ladder, Latency
from noctule.adapters.sim.switches import Switches
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderTriggered,
)
from noctule.domain.order import Leg, OrderKind, TimeInForce
from noctule.domain.values import Side
from tests.fakes.counter_orders import BTC, START_MS, order
from tests.fakes.two_roads import Road, played

ENTRY = order(Leg.ENTRY)
STOP = order(Leg.STOP, OrderKind.STOP_MARKET, at="59000")
TARGET = order(Leg.TARGET, OrderKind.TAKE_PROFIT_MARKET, at="61000")
BRACKET = (ENTRY, STOP, TARGET)
CLOSING = (
    replace(STOP, quantity=None, reduces_only=False),
    replace(TARGET, quantity=None, reduces_only=False),
)
SWITCHES = {
    "as it is": Switches(),
    "fills told first": Switches(child_fill_first=True),
    "child unnamed at the end": Switches(finished_hides_child=True),
    "child with a name of its own": Switches(child_keeps_client_id=False),
}


def words(diary: list[object]) -> list[str]:
    return [type(line).__name__ for line in diary if isinstance(line, OrderEvent)]


@pytest.mark.parametrize("switches", SWITCHES.values(), ids=SWITCHES.keys())
@pytest.mark.parametrize("price", ["59000", "61000", "58000.5", "61234.5"])
def test_stop_and_target_that_close_a_position_end_each_other(
    price: str, switches: Switches
) -> None:
    async def story(road: Road) -> None:
        await road.place(ENTRY, *CLOSING)
        await road.trade(price)

    told = played(story, switches=switches)

    (expired,) = (line for line in told if isinstance(line, OrderExpired))
    fill = [line for line in told if isinstance(line, OrderFilled)][-1].fill
    other = TARGET if Decimal(price) < 60_000 else STOP
    assert expired.client_order_id == other.client_order_id
    assert expired.cause == "told by the exchange"
    assert {fill.client_order_id, expired.client_order_id} == {
        STOP.client_order_id,
        TARGET.client_order_id,
    }


def test_an_entry_in_parts_says_what_is_left_and_what_was_filled_when_it_was_cancelled() -> None:
    entry = order(Leg.ENTRY, OrderKind.LIMIT, quantity="0.020", price="59900")

    async def story(road: Road) -> None:
        await road.place(entry)
        await road.trade("59900", qty="0.007")
        await road.trade("59900", qty="0.003")
        await road.ask(road.executor.cancel(BTC, entry.client_order_id, entry.kind))

    told = played(story, fills=Fills(depth=Ladder(level_quote=Decimal(0))))

    fills = [line for line in told if isinstance(line, OrderFilled)]
    (cancelled,) = (line for line in told if isinstance(line, OrderCanceled))
    assert [str(line.remaining) for line in fills] == ["0.014", "0.011"]
    assert [line.fill.is_maker for line in fills] == [True, True]
    assert cancelled.filled == Decimal("0.009")


def test_what_the_market_does_not_give_expires_with_its_reason() -> None:
    ioc = replace(
        order(Leg.ENTRY, OrderKind.LIMIT, quantity="0.020", price="60000.2"),
        time_in_force=TimeInForce.IOC,
    )

    async def story(road: Road) -> None:
        await road.place(ioc, order(Leg.ENTRY, quantity="0.200", attempt=1))

    told = played(story, fills=Fills(depth=Ladder(level_quote=Decimal(500), levels=3)))

    causes = [line.cause for line in told if isinstance(line, OrderExpired)]
    assert causes == ["the rest of an immediate-or-cancel order", "the rest of a market order"]


@pytest.mark.parametrize("switches", SWITCHES.values(), ids=SWITCHES.keys())
def test_an_order_that_is_refused_at_its_trigger_says_why(switches: Switches) -> None:
    async def story(road: Road) -> None:
        await road.place(*BRACKET)
        await road.trade("58000")

    told = played(story, switches=replace(switches, trigger_refusal="Margin is insufficient."))

    (rejected,) = (line for line in told if isinstance(line, OrderRejected))
    assert (rejected.client_order_id, rejected.code, rejected.message) == (
        STOP.client_order_id,
        0,
        "Margin is insufficient.",
    )


@pytest.mark.parametrize("switches", SWITCHES.values(), ids=SWITCHES.keys())
def test_a_child_that_rests_is_told_under_its_parents_name(switches: Switches) -> None:
    stop = order(Leg.STOP, OrderKind.STOP, price="59100", at="59000")

    async def story(road: Road) -> None:
        await road.place(ENTRY, stop)
        await road.trade("59000")
        (child,) = road.account.orders
        await road.do(
            lambda: road.exchange.cancel(road.account, BTC, order_id=child, client_id=None)
        )

    told = played(story, switches=switches)

    (triggered,) = (line for line in told if isinstance(line, OrderTriggered))
    (cancelled,) = (line for line in told if isinstance(line, OrderCanceled))
    assert triggered.client_order_id == cancelled.client_order_id == stop.client_order_id


def test_a_trailing_stop_says_nothing_until_it_fires() -> None:
    trailing = order(Leg.STOP, OrderKind.TRAILING_STOP_MARKET, callback_share=Decimal("0.010"))

    async def story(road: Road) -> None:
        await road.place(ENTRY, trailing)
        for price in ("60500", "61000", "60700", "60300"):
            await road.trade(price)

    told = played(story)

    assert words(told)[-4:] == [
        "OrderTriggered",
        "PositionReported",
        "AccountUpdated",
        "OrderFilled",
    ]


def test_a_countdown_that_runs_out_cancels_what_rests_and_not_what_waits() -> None:
    entry = order(Leg.ENTRY, OrderKind.LIMIT, price="59900")

    async def story(road: Road) -> None:
        await road.place(entry, replace(STOP, reduces_only=False))
        await road.ask(road.executor.count_down(BTC, timeout_ms=10_000))
        await road.ask(road.executor.count_down(BTC, timeout_ms=30_000))
        await road.wait(10_000)
        await road.wait(20_000)
        await road.ask(road.venue.look(BTC))

    told = played(story)

    (cancelled,) = (line for line in told if isinstance(line, OrderCanceled))
    assert cancelled.client_order_id == entry.client_order_id
    assert cancelled.at_ms == START_MS + 30_000


def test_an_order_until_a_date_expires_then() -> None:
    entry = replace(
        order(Leg.ENTRY, OrderKind.LIMIT, price="59900"),
        time_in_force=TimeInForce.GTD,
        good_till_ms=START_MS + 700_999,
    )

    async def story(road: Road) -> None:
        await road.place(entry)
        await road.wait(699_999)
        await road.wait(1)

    (expired,) = (line for line in played(story) if isinstance(line, OrderExpired))
    assert (expired.cause, expired.at_ms) == ("EXPIRED", START_MS + 700_000)


def test_an_order_on_its_way_meets_the_market_when_it_has_arrived() -> None:
    async def story(road: Road) -> None:
        await road.place(ENTRY)
        await road.trade("60010", after_ms=100)
        await road.trade("60020", after_ms=200)

    told = played(story, fills=Fills(latency=Latency(entry_ms=250)))

    (fill,) = (line.fill for line in told if isinstance(line, OrderFilled))
    assert fill.price == Decimal("60020.1")


def test_our_own_resting_order_expires_before_we_trade_with_ourselves() -> None:
    async def story(road: Road) -> None:
        await road.place(
            order(Leg.ENTRY, OrderKind.LIMIT, price="59990"),
            order(Leg.CLOSE, OrderKind.LIMIT, price="59980", side=Side.SELL, reduces_only=False),
        )

    thin = Ladder(level_quote=Decimal(100), level_ticks=50)  # so the sell gets as far as the buy
    told = played(story, fills=Fills(depth=thin))

    causes = [line.cause for line in told if isinstance(line, OrderExpired)]
    assert causes == ["self-trade prevention"]
