"""The account stream on real sockets: what it begins with, what it heals, and how soon."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from msgspec import structs

from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.pacing import ByHand
from noctule.domain.errors import VenueRefused
from noctule.domain.events.order import (
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
    AccountUpdated,
    FundingPaid,
    LeverageChanged,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    PositionReported,
)
from tests.builders import BTCUSDT
from tests.fakes.account_desk import (
    GENEROUS,
    QUICK,
    AccountDesk,
    account_desk,
    until,
    venue_of,
)
from tests.fakes.loopback import Loopback, loopback, market_of

NEVER = structs.replace(QUICK, exposed_audit_ms=600_000, flat_audit_ms=600_000)


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Loopback]:
    market = market_of("BTCUSDT", "ETHUSDT")
    async with loopback(market, pace=ByHand(), terms=GENEROUS) as exchange:
        yield exchange


@pytest_asyncio.fixture
async def desk(exchange: Loopback) -> AsyncIterator[AccountDesk]:
    async with account_desk(exchange) as desk:
        yield desk


async def resting(desk: AccountDesk, **changes: Any) -> Any:
    usual = {"type": "LIMIT", "price": desk.near("0.96"), "time_in_force": "GTC"}
    return await desk.order(**{**usual, **changes})


async def test_the_snapshot_comes_first_and_tells_what_there_is(exchange: Loopback) -> None:
    async with account_desk(exchange) as before:
        await before.order()
        await resting(before, new_client_order_id="rests")
        await before.stop()
    async with account_desk(exchange) as desk:
        await until(lambda: bool(desk.told))
        first = desk.told[0]

    assert isinstance(first, AccountSnapshotTaken)
    assert [str(each.signed_quantity) for each in first.snapshot.positions] == ["0.010"]
    assert {each.client_order_id for each in first.snapshot.orders} == {"rests", "stop"}
    assert desk.fills == []


async def test_an_order_is_accepted_and_filled(desk: AccountDesk) -> None:
    await desk.order(new_client_order_id="mine")
    await until(lambda: desk.is_complete)

    accepted, filled = desk.of(OrderAccepted)[0], desk.of(OrderFilled)[0]
    assert (accepted.client_order_id, filled.fill.client_order_id) == ("mine", "mine")
    assert filled.remaining == 0
    assert desk.of(PositionReported)[0].position.signed_quantity == filled.fill.quantity
    assert desk.of(AccountUpdated)[0].cause == "ORDER"


async def test_a_cancelled_order_is_told(desk: AccountDesk) -> None:
    order = await resting(desk)
    await desk.cancel(order["orderId"])
    await until(lambda: bool(desk.of(OrderCanceled)))

    assert desk.of(OrderCanceled)[0].client_order_id == order["clientOrderId"]


async def test_a_changed_leverage_is_told(desk: AccountDesk) -> None:
    await desk.rest.client.change_leverage("BTCUSDT", leverage=7)
    await until(lambda: bool(desk.of(LeverageChanged)))

    assert (desk.of(LeverageChanged)[0].symbol, desk.of(LeverageChanged)[0].leverage) == (
        "BTCUSDT",
        7,
    )


async def test_a_silent_stream_is_healed_and_replaced(desk: AccountDesk) -> None:
    await desk.order()
    await until(lambda: desk.is_complete)
    desk.exchange.arm(FaultKind.MUTE_SOCKET)
    await desk.order()
    await until(lambda: desk.is_complete)
    assert [each.cause for each in desk.of(PositionReported)][-1] == "asked"

    await until(lambda: bool(desk.of(AccountFeedRestored)))
    assert desk.of(AccountFeedLost)[0].reason == "it does not tell what REST tells"
    await desk.order("SELL", "0.020")
    await until(lambda: desk.is_complete)
    assert [each.cause for each in desk.of(PositionReported)][-1] == "ORDER"


async def test_a_stop_that_fired_in_silence_is_told_long_before_the_next_audit(
    exchange: Loopback,
) -> None:
    rare = structs.replace(NEVER, pulse_ms=150, patience_ms=60_000)
    async with account_desk(exchange, settings=rare) as desk:
        await desk.order()
        await desk.stop()
        await until(lambda: desk.is_complete and len(desk.of(OrderAccepted)) == 2)
        exchange.silence_account()
        desk.move("0.98")
        await until(lambda: desk.is_complete and bool(desk.of(AccountFeedLost)))

    assert [str(each.signed_quantity) for each in desk.fills] == ["0.010", "-0.010"]
    assert desk.of(PositionReported)[-1].position.is_flat
    assert desk.of(AccountFeedLost)[0].reason == "it does not tell what REST tells"


async def test_an_entry_in_silence_is_told_long_before_the_next_audit(exchange: Loopback) -> None:
    rare = structs.replace(NEVER, pulse_ms=150, flat_pulse_ms=300, patience_ms=60_000)
    async with account_desk(exchange, settings=rare) as desk:
        exchange.silence_account()
        await desk.order()
        await until(lambda: desk.is_complete and bool(desk.of(AccountFeedLost)))


async def test_a_market_that_runs_away_from_our_clock_hides_nothing() -> None:
    async with (
        loopback(market_of("BTCUSDT"), speed=3_600, terms=GENEROUS) as exchange,
        account_desk(exchange) as desk,
    ):
        await asyncio.sleep(0.2)  # twelve minutes of the market
        exchange.arm(FaultKind.MUTE_SOCKET)
        await desk.order()
        await until(lambda: desk.is_complete)
        began_ms = desk.trades[desk.fills[0].symbol, desk.fills[0].trade_id].time_ms - 5
        assert len(await venue_of(desk).fills_since(BTCUSDT, began_ms)) == 1


async def test_a_silent_stream_is_healed_when_nothing_is_held_too(desk: AccountDesk) -> None:
    desk.exchange.arm(FaultKind.MUTE_SOCKET)
    await desk.order()
    await until(lambda: desk.is_complete)


async def test_an_order_that_ended_in_silence_is_told(desk: AccountDesk) -> None:
    order = await resting(desk)
    stop = await desk.stop(quantity="0.010", reduce_only="false")
    await until(lambda: len(desk.of(OrderAccepted)) == 2)
    desk.exchange.protocol.silence_listen_key(desk.exchange.account)
    await desk.cancel(order["orderId"])
    await desk.rest.client.cancel_algo_order(algo_id=stop["algoId"])
    await until(lambda: len(desk.of(OrderCanceled)) == 2)


async def test_an_order_placed_and_filled_in_silence_is_told_whole(desk: AccountDesk) -> None:
    desk.exchange.protocol.silence_listen_key(desk.exchange.account)
    order = await resting(desk, price=desk.near("0.999"))
    desk.move("0.998")
    await until(lambda: desk.is_complete)

    fill = desk.fills[0]
    assert fill.client_order_id == order["clientOrderId"]
    assert [each.client_order_id for each in desk.of(OrderAccepted)] == [fill.client_order_id]
    assert desk.of(OrderFilled)[0].remaining == 0


@pytest.mark.parametrize("kind", [FaultKind.CUT_SOCKET, FaultKind.CLOSED_SOCKET])
async def test_what_is_missed_in_a_break_is_told_before_the_feed_is_restored(
    exchange: Loopback, kind: FaultKind
) -> None:
    async with account_desk(exchange, settings=NEVER) as desk:
        exchange.arm(kind)
        await desk.order()
        await until(lambda: bool(desk.of(AccountFeedRestored)))

        kinds = [type(each).__name__ for each in desk.told]
        assert kinds.index("AccountFeedLost") < kinds.index("OrderFilled")
        assert kinds[-2:] == ["AccountSnapshotTaken", "AccountFeedRestored"]
        assert desk.of(AccountFeedRestored)[0].missed >= 1
        snapshot = desk.of(AccountSnapshotTaken)[-1].snapshot
        assert snapshot.positions[0].signed_quantity == desk.fills[0].quantity


async def test_a_break_in_which_nothing_moved_tells_no_second_snapshot(
    exchange: Loopback,
) -> None:
    async with account_desk(exchange, settings=NEVER) as desk:
        exchange.protocol.expire_listen_key(exchange.account)
        await until(lambda: bool(desk.of(AccountFeedRestored)))

        assert len(desk.of(AccountSnapshotTaken)) == 1
        assert desk.of(AccountFeedRestored)[0].missed == 0


async def test_a_lost_trade_is_asked_for_after_its_hint(exchange: Loopback) -> None:
    async with account_desk(exchange, settings=NEVER) as desk:
        exchange.arm(FaultKind.DROPPED_FRAME, "ORDER_TRADE_UPDATE", times=None)
        exchange.arm(FaultKind.DROPPED_FRAME, "ACCOUNT_UPDATE", times=None)
        await desk.order()
        await until(lambda: desk.is_complete)


async def test_a_lost_trade_is_asked_for_after_the_position_it_does_not_explain(
    exchange: Loopback,
) -> None:
    async with account_desk(exchange, settings=NEVER) as desk:
        exchange.arm(FaultKind.DROPPED_FRAME, "ORDER_TRADE_UPDATE", times=None)
        exchange.arm(FaultKind.DROPPED_FRAME, "TRADE_LITE", times=None)
        await desk.order()
        await until(lambda: desk.is_complete)


async def test_what_cannot_be_read_is_asked_for(exchange: Loopback) -> None:
    async with account_desk(exchange, settings=NEVER) as desk:
        exchange.arm(FaultKind.TRUNCATED_FRAME, times=None)
        await desk.order()
        await until(lambda: desk.is_complete)


async def test_funding_is_told_by_symbol_and_once(desk: AccountDesk) -> None:
    await desk.order()
    market = desk.exchange.protocol.venue.exchange
    desk.exchange.arm(FaultKind.REPEATED_FRAME, "ACCOUNT_UPDATE", times=None)
    due_ms = next(each.time_ms for each in desk.exchange.account.history.incomes)
    market.advance(due_ms + 9 * 3_600_000)
    await until(lambda: bool(desk.of(FundingPaid)))
    await asyncio.sleep(0.05)

    paid = [
        line for line in desk.exchange.account.history.incomes if line.income_type == "FUNDING_FEE"
    ]
    assert [(each.symbol, each.amount) for each in desk.of(FundingPaid)] == [
        (line.symbol, line.income) for line in paid
    ]


async def test_funding_of_a_break_is_told_too(exchange: Loopback) -> None:
    async with account_desk(exchange, settings=NEVER) as desk:
        await desk.order()
        exchange.arm(FaultKind.DROPPED_FRAME, "ACCOUNT_UPDATE", times=None)
        market = exchange.protocol.venue.exchange
        market.advance(market.now_ms + 9 * 3_600_000)
        exchange.protocol.expire_listen_key(exchange.account)
        await until(lambda: bool(desk.of(FundingPaid)))


@pytest.mark.parametrize("subject", ["POST /fapi/v1/listenKey", "GET /fapi/v3/*"])
async def test_refused_keys_end_the_start(exchange: Loopback, subject: str) -> None:
    exchange.arm(FaultKind.REFUSED, subject, times=None, code=-2015, msg="Invalid API-key")
    with pytest.raises(VenueRefused):
        async with account_desk(exchange):
            pass


async def test_an_exchange_that_is_down_for_a_moment_delays_the_start(exchange: Loopback) -> None:
    exchange.arm(FaultKind.UNAVAILABLE, "GET /fapi/v3/*", times=6)
    async with account_desk(exchange) as desk:
        await until(lambda: bool(desk.told))
