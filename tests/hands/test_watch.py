"""The judge himself can be trusted: each guarantee, broken on purpose, is told as broken."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.sim.exchange import OrderSpec
from noctule.adapters.sim.model import OrderType, Side, Tif
from noctule.app.storm.scene import is_covered
from noctule.domain.ids import account_tag, client_order_id
from noctule.domain.order import Leg, OrderKey
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_life import entered
from tests.fakes.hands_market import MINUTE_MS, OPEN_MS
from tests.fakes.hands_owner import Owner
from tests.fakes.loopback import KEY


async def test_a_position_is_naked_from_its_fill_until_its_stop_rests(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        owner = Owner(exchange)
        owner.buy("0.100")
        await asyncio.sleep(0.1)
        owner.stop("59400")
        (span,) = exchange.watch.spans
        assert span.ended_ms is not None
        assert exchange.watch.longest_naked_ms() >= 50
        assert not exchange.watch.is_naked


async def test_a_stop_that_goes_leaves_the_position_naked_again(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        owner = Owner(exchange)
        owner.buy("0.100")
        owner.stop("59400")
        owner.cancel_stops()
        owner.close()
        assert len(exchange.watch.spans) == 2
        assert not exchange.watch.is_naked


async def test_a_stop_for_half_of_it_covers_nothing(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        owner = Owner(exchange)
        owner.buy("0.100")
        owner.stop("59400", closes_all=False)
        assert is_covered(exchange.account, "BTCUSDT", Decimal("0.100"))
        owner.buy("0.100")
        assert exchange.watch.is_naked
        assert not is_covered(exchange.account, "BTCUSDT", Decimal("0.200"))


async def test_time_without_answers_is_not_counted_and_then_counted_from_the_beginning(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        Owner(exchange).buy("0.100")
        with exchange.watch.outage():
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.05)
        assert exchange.watch.longest_naked_ms() < 150


async def test_a_signal_entered_twice_is_told(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        for attempt in range(2):
            _enter(exchange, attempt)
        ((_, orders),) = entered(exchange).items()
        assert len(orders) == 2


@pytest.mark.parametrize("is_flat", [True, False])
async def test_orders_of_ours_are_left_over_on_a_flat_symbol_only(
    tmp_path: Path, is_flat: bool
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        if not is_flat:
            Owner(exchange).buy("0.100")
        _enter(exchange, 0, kind=OrderType.LIMIT)
        assert bool(exchange.leftovers) is is_flat


def _enter(exchange: HandsExchange, attempt: int, *, kind: OrderType = OrderType.MARKET) -> None:
    key = OrderKey(
        close_ms=OPEN_MS + MINUTE_MS - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=attempt
    )
    name = client_order_id(
        account=account_tag(KEY), strategy="scripted", symbol=Symbol("BTCUSDT"), key=key
    )
    exchange.protocol.venue.exchange.place(
        exchange.account,
        OrderSpec(
            symbol="BTCUSDT",
            side=Side.BUY,
            type=kind,
            qty=Decimal("0.010"),
            price=Decimal(59_000) if kind is OrderType.LIMIT else None,
            tif=Tif.GTC if kind is OrderType.LIMIT else None,
            client_id=name,
        ),
    )
