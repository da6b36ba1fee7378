"""The counter as one thing: ports that never wait, and events in the exchange's order."""

from collections.abc import Callable, Coroutine
from decimal import Decimal
from functools import partial
from random import Random

import pytest

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.fills import Fills, Ladder
from noctule.adapters.sim.rules_book import default_rules
from noctule.app.backtest.account_events import AccountEvents
from noctule.app.backtest.desk import ExchangeDesk
from noctule.domain.events.order import AccountSnapshotTaken, OrderAccepted, OrderFilled
from noctule.domain.order import Leg, OrderKind
from noctule.domain.values import Side
from noctule.engine.outcome import at_once
from noctule.ports.executor import Executor
from noctule.ports.setup import Setup
from noctule.ports.venue import Venue
from tests.fakes.counter_orders import BTC, ETH, START_MS, order
from tests.fakes.two_roads import Road, played


def opened() -> tuple[ExchangeDesk, Exchange, Account]:
    told = AccountEvents()
    exchange = Exchange(
        default_rules(), fills=Fills(), random=Random(1), start_ms=START_MS, listener=told.hear
    )
    account = exchange.open_account(key="k", secret="s", deposit=Decimal(10_000))
    other = exchange.open_account(key="k2", secret="s2", deposit=Decimal(10_000))
    zero = Decimal(0)
    exchange.tick(
        Tick(
            symbol=BTC,
            time_ms=START_MS,
            price=Decimal(60_000),
            qty=zero,
            quote_qty=zero,
            count=0,
            taker_buy_qty=zero,
            taker_buy_quote=zero,
        )
    )
    return ExchangeDesk(exchange, account, told), exchange, other


def test_its_ports_are_the_engines() -> None:
    desk, _exchange, _other = opened()

    executor: Executor = desk.executor
    venue: Venue = desk.venue
    setup: Setup = desk.setup

    assert {executor, venue, setup} == {desk.executor, desk.venue, desk.setup}


def test_nothing_is_told_before_it_begins_and_each_thing_once_after() -> None:
    desk, _exchange, _other = opened()
    limit = order(Leg.ENTRY, OrderKind.LIMIT, price="59900")

    at_once(desk.executor.place(limit))
    before = desk.take()
    desk.begin()
    at_once(desk.executor.place(order(Leg.ENTRY, attempt=1)))
    after = desk.take()

    assert before == []
    assert isinstance(after[0], AccountSnapshotTaken)
    assert [each.client_order_id for each in after[0].snapshot.orders] == [limit.client_order_id]
    assert [type(each).__name__ for each in after[1:]] == [
        "OrderAccepted",
        "PositionReported",
        "AccountUpdated",
        "OrderFilled",
    ]
    assert desk.take() == []


def test_an_order_from_before_goes_on_without_being_announced() -> None:
    desk, exchange, _other = opened()
    at_once(desk.executor.place(order(Leg.ENTRY, OrderKind.LIMIT, price="59900")))
    at_once(desk.executor.place(order(Leg.ENTRY, attempt=1)))
    at_once(desk.executor.place(order(Leg.STOP, OrderKind.STOP_MARKET, at="59000")))
    desk.begin()

    at_once(desk.executor.cancel(BTC, order(Leg.ENTRY).client_order_id, OrderKind.LIMIT))
    at_once(desk.executor.cancel(BTC, order(Leg.STOP).client_order_id, OrderKind.STOP_MARKET))

    assert [type(each).__name__ for each in desk.take()[1:]] == ["OrderCanceled"] * 2
    assert exchange.now_ms == START_MS


def test_what_happens_to_another_account_is_not_told() -> None:
    desk, exchange, other = opened()
    desk.begin()

    exchange.transfer(other, Decimal(5))

    assert len(desk.take()) == 1


def test_the_same_orders_are_told_the_same_in_every_run() -> None:
    runs = []
    for _ in range(2):
        desk, _exchange, _other = opened()
        desk.begin()
        at_once(desk.executor.place(order(Leg.ENTRY)))
        runs.append(desk.take())

    assert runs[0] == runs[1]
    assert any(isinstance(each, OrderAccepted) for each in runs[0])
    assert isinstance(runs[0][-1], OrderFilled)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("margin_type", ["crossed", "isolated"])
def test_whatever_is_done_is_answered_and_told_as_over_the_wire(
    seed: int, margin_type: str
) -> None:
    async def story(road: Road) -> None:
        random = Random(seed)
        await road.ask(road.setup.apply((BTC, ETH), leverage=20, margin_type=margin_type))
        for attempt in range(60):
            await _deed(road, random, attempt % 36)
        await road.ask(road.venue.snapshot())
        for symbol in (BTC, ETH):
            await road.ask(road.venue.orders_since(symbol, START_MS))

    fills = Fills(depth=Ladder(level_quote=Decimal(2_000), levels=4, level_ticks=20))
    told = played(story, fills=fills if seed % 2 else None, deposit="1500")

    assert sum(isinstance(line, OrderFilled) for line in told) > 5


async def _deed(road: Road, random: Random, attempt: int) -> None:
    """Do one of the things that a bot, its owner or the market may do."""
    symbol = random.choice((BTC, BTC, ETH))
    last = road.exchange.quote(symbol).last
    away = [(last * Decimal(random.randint(985, 1015)) / 1000).quantize(Decimal("0.1"))] * 2
    price, trigger = map(str, away)
    quantity = str(Decimal(random.randint(1, 400)) / (1_000 if symbol is BTC else 100))
    side = random.choice((Side.BUY, Side.SELL))
    ours = partial(order, symbol=symbol, side=side, attempt=attempt)
    conditional = random.choice((OrderKind.STOP_MARKET, OrderKind.TAKE_PROFIT_MARKET))
    is_closing = random.random() < 0.5
    size = None if is_closing else quantity
    deeds: list[Callable[[], Coroutine[object, None, None]]] = [
        lambda: road.place(ours(Leg.ENTRY, quantity=quantity)),
        lambda: road.place(ours(Leg.ENTRY, OrderKind.LIMIT, price=price, quantity=quantity)),
        lambda: road.place(ours(Leg.STOP, conditional, at=trigger, quantity=size)),
        lambda: road.place(ours(Leg.FLATTEN, quantity=quantity)),
        lambda: road.ask(road.executor.cancel(symbol, ours(Leg.STOP).client_order_id, conditional)),
        lambda: road.trade(price, symbol=symbol),
        lambda: road.trade(price, symbol=symbol, qty=quantity),
        lambda: road.mark(price, symbol=symbol),
        lambda: road.wait(random.choice((1_000, 3_600_000))),
        lambda: road.ask(road.venue.look(symbol)),
    ]
    await random.choice(deeds)()
