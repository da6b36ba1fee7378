"""Orders across the counter: placed, refused, asked for and cancelled as over the wire."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.fills import Fills, Ladder
from noctule.adapters.sim.switches import Switches
from noctule.app.backtest.executor import algo_spec, order_spec
from noctule.domain.order import (
    ClientOrderId,
    Leg,
    OrderKind,
    OrderRequest,
    TimeInForce,
    WorkingType,
)
from noctule.domain.values import Price, Side, Symbol
from tests.fakes.counter_orders import BTC, LTC, START_MS, named, order
from tests.fakes.two_roads import Road, played

ENTRY = order(Leg.ENTRY)
LIMIT = order(Leg.ENTRY, OrderKind.LIMIT, price="59900")
STOP = order(Leg.STOP, OrderKind.STOP_MARKET, at="59000")
TARGET = order(Leg.TARGET, OrderKind.TAKE_PROFIT_MARKET, at="61000")
TRAILING = order(Leg.STOP, OrderKind.TRAILING_STOP_MARKET, callback_share=Decimal("0.01"))
UNHEARD = order(Leg.PROTECT).client_order_id

REFUSED = {
    "dearer than the purse": replace(ENTRY, quantity=Decimal(100)),
    "a step too fine": replace(ENTRY, quantity=Decimal("0.0101")),
    "less than the least": replace(LIMIT, quantity=Decimal("0.0001")),
    "more than the most": replace(ENTRY, quantity=Decimal(121)),
    "worth too little": replace(LIMIT, quantity=Decimal("0.001"), price=Price(Decimal(40_000))),
    "off the grid": replace(LIMIT, price=Price(Decimal("59900.05"))),
    "too far above the mark": replace(LIMIT, price=Price(Decimal(70_000))),
    "no such contract": replace(ENTRY, symbol=Symbol("NONEUSDT")),
    "a name of no kind": replace(ENTRY, client_order_id=ClientOrderId("a name")),
    "nothing to reduce": replace(ENTRY, reduces_only=True),
    "nothing to close": replace(STOP, quantity=None, reduces_only=False),
    "triggered at once": replace(STOP, trigger_price=Price(Decimal(60_500))),
    "trigger off the grid": replace(STOP, trigger_price=Price(Decimal("59000.05"))),
    "callback too wide": replace(TRAILING, callback_share=Decimal("0.5")),
    "callback too fine": replace(TRAILING, callback_share=Decimal("0.0055")),
    "maker that would take": replace(
        LIMIT, price=Price(Decimal(60_100)), time_in_force=TimeInForce.GTX
    ),
    "a date too near": replace(
        LIMIT, time_in_force=TimeInForce.GTD, good_till_ms=START_MS + 60_000
    ),
}
LIVES = {
    "market": (ENTRY,),
    "limit": (LIMIT,),
    "filled at once": (replace(LIMIT, price=Price(Decimal(60_100))),),
    "stop": (ENTRY, STOP),
    "target": (ENTRY, TARGET),
    "stop that closes": (ENTRY, replace(STOP, quantity=None, reduces_only=False)),
    "stop by the mark": (ENTRY, replace(STOP, working_type=WorkingType.MARK_PRICE)),
    "limited stop": (ENTRY, order(Leg.STOP, OrderKind.STOP, price="58900", at="59000")),
    "limited stop that rests": (ENTRY, order(Leg.STOP, OrderKind.STOP, price="59100", at="59000")),
    "limited target": (
        ENTRY,
        order(Leg.TARGET, OrderKind.TAKE_PROFIT, price="60900", at="61000", quantity="0.005"),
    ),
    "trailing": (ENTRY, TRAILING),
    "sell": (
        replace(ENTRY, side=Side.SELL),
        replace(STOP, side=Side.BUY, trigger_price=Price(Decimal(61_000))),
    ),
}


@pytest.mark.parametrize("request_", REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_is_the_same_error_with_the_same_words(request_: OrderRequest) -> None:
    async def story(road: Road) -> None:
        await road.note()
        await road.place(request_)

    _snapshot, refused = played(story)

    assert isinstance(refused, tuple)


@pytest.mark.parametrize("again", [LIMIT, STOP], ids=["regular", "conditional"])
def test_a_name_is_not_taken_twice_while_its_order_is_open(again: OrderRequest) -> None:
    async def story(road: Road) -> None:
        await road.place(ENTRY, again, again)
        await road.ask(road.executor.cancel(BTC, again.client_order_id, again.kind))
        await road.place(again)

    told = [line for line in played(story) if isinstance(line, tuple)]

    assert told == [("DuplicateClientId", "-4116: ClientOrderId is duplicated.")]


@pytest.mark.parametrize("placed", LIVES.values(), ids=LIVES.keys())
@pytest.mark.parametrize("hides_child", [False, True])
def test_an_order_is_reported_alike_in_every_part_of_its_life(
    placed: tuple[OrderRequest, ...], hides_child: bool
) -> None:
    async def story(road: Road) -> None:
        await road.place(*placed)
        for price in (None, "59500", "58950", "58950", "61000", "60500", "59500.2"):
            if price is not None:
                await road.trade(price)
            for each in placed:
                await road.ask(road.executor.query(BTC, each.client_order_id, each.kind))
        last = placed[-1]
        await road.ask(road.executor.cancel(BTC, last.client_order_id, last.kind))
        await road.ask(road.executor.query(BTC, last.client_order_id, last.kind))
        await road.ask(road.executor.query(BTC, last.client_order_id, OrderKind.LIMIT))

    switches = Switches(finished_hides_child=hides_child)
    fills = Fills(depth=Ladder(level_quote=Decimal(250), levels=2, level_ticks=3))
    played(story, switches=switches)
    played(story, switches=switches, fills=fills)


@pytest.mark.parametrize("kind", [OrderKind.MARKET, OrderKind.LIMIT, OrderKind.STOP_MARKET])
def test_of_an_unheard_name_nothing_is_known(kind: OrderKind) -> None:
    async def story(road: Road) -> None:
        await road.ask(road.executor.query(BTC, UNHEARD, kind))
        await road.ask(road.executor.cancel(BTC, UNHEARD, kind))
        await road.ask(road.executor.query(Symbol("NONEUSDT"), UNHEARD, kind))
        await road.ask(road.executor.cancel(Symbol("NONEUSDT"), UNHEARD, kind))

    known, refused, *_rest = [line for line in played(story) if line is None or type(line) is tuple]
    assert known is None
    assert refused == ("OrderUnknown", "-2011: Unknown order sent.")


def test_a_child_that_is_forgotten_leaves_its_parent_as_it_is_told() -> None:
    async def story(road: Road) -> None:
        await road.place(ENTRY, STOP)
        await road.trade("59000")
        await road.do(road.account.history.orders._entries.clear)
        await road.ask(road.executor.query(BTC, STOP.client_order_id, STOP.kind))

    played(story)


def test_what_was_not_filled_is_forgotten_after_three_days() -> None:
    async def story(road: Road) -> None:
        await road.place(LIMIT, STOP)
        await road.ask(road.executor.cancel(BTC, LIMIT.client_order_id, LIMIT.kind))
        await road.ask(road.executor.cancel(BTC, STOP.client_order_id, STOP.kind))
        await road.wait(3 * 86_400_000 + 1)
        await road.ask(road.executor.query(BTC, LIMIT.client_order_id, LIMIT.kind))
        await road.ask(road.executor.query(BTC, STOP.client_order_id, STOP.kind))

    assert played(story)[-2:] == [None, None]


def test_a_countdown_is_set_called_off_and_refused_alike() -> None:
    async def story(road: Road) -> None:
        await road.place(LIMIT)
        await road.ask(road.executor.count_down(BTC, timeout_ms=1_000))
        await road.ask(road.executor.count_down(BTC, timeout_ms=0))
        await road.ask(road.executor.count_down(Symbol("NONEUSDT"), timeout_ms=1_000))
        await road.wait(2_000)
        await road.ask(road.executor.count_down(BTC, timeout_ms=86_400_000))
        await road.ask(road.executor.count_down(BTC, timeout_ms=86_400_001))
        await road.ask(road.executor.close())

    played(story)


def test_an_order_asks_for_what_the_request_says() -> None:
    date = replace(LIMIT, time_in_force=TimeInForce.GTD, good_till_ms=1_999)

    assert order_spec(ENTRY).tif is None
    assert order_spec(LIMIT).tif == "GTC"
    assert order_spec(date).good_till_ms == 1_000
    assert algo_spec(TRAILING).callback_rate == 1
    assert algo_spec(replace(STOP, quantity=None)).reduce_only is False
    assert algo_spec(STOP).price_protect is False


def test_another_contract_has_its_own_orders() -> None:
    async def story(road: Road) -> None:
        await road.place(order(Leg.ENTRY, symbol=LTC, quantity="1.000"), ENTRY)
        name = named(Leg.ENTRY, symbol=LTC)
        await road.ask(road.executor.query(LTC, name, OrderKind.MARKET))
        await road.ask(road.executor.query(BTC, name, OrderKind.MARKET))

    assert played(story)[-1] is None
