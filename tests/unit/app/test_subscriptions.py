"""Each event finds whoever works on it, and the doors of the bot stand where they must."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock
from noctule.app.subscriptions import subscribe_all
from noctule.domain.commands import Pause
from noctule.domain.events.base import Event
from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleRevised,
    CandleUpdated,
    FeedLost,
    FeedRestored,
    MarkPriceUpdated,
)
from noctule.domain.events.order import (
    AccessRefused,
    AccessRestored,
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
    AccountUpdated,
    CommandReceived,
    LeverageChanged,
    OrderFilled,
    OrderTimerFired,
)
from noctule.domain.events.signal import ProtectionMoveWanted, RegimeChanged
from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.order import Leg
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.regime import Regime
from noctule.domain.values import Price, Symbol, Timeframe, quantity, quote
from noctule.engine.order_desk import desk_timer
from noctule.orders.plan import EntryTerms
from tests.builders import BTCUSDT, START_MS, candle, fill
from tests.fakes.desk_events import (
    CLOSED,
    EXIT_REQUESTED,
    FUNDING,
    MOVED,
    OURS,
    PROTECTED,
    SIGNAL,
    SUBMITTED,
    accepted,
)
from tests.fakes.feed import closed
from tests.fakes.floor import plan
from tests.fakes.quiet_collector import QuietCollector
from tests.fakes.trading_room import TradingRoom, new_room

MARK = MarkPrice(
    symbol=BTCUSDT, mark_price=2.0, index_price=2.0, funding_rate=0.0, next_funding_ms=1
)
BOOK = BookTicker(
    symbol=BTCUSDT,
    bid_price=1.0,
    bid_quantity=1.0,
    ask_price=2.0,
    ask_quantity=1.0,
    update_id=1,
)
FILLED = OrderFilled(
    at_ms=START_MS, trace="t", fill=fill(client_order_id=OURS), remaining=quantity("0")
)
BALANCE = Balance(asset="USDT", wallet=quote("10000"), available=quote("10000"))
SNAPSHOT = AccountSnapshotTaken(
    at_ms=START_MS,
    trace="t",
    snapshot=AccountSnapshot(at_ms=START_MS, balances=(BALANCE,), positions=()),
)


async def wired(
    home: Path,
    *,
    on_candle_closed: Callable[[CandleClosed], None] | None = None,
    seen: list[Event] | None = None,
) -> TradingRoom:
    """Put together what trades, and connect it; what comes to the doors is seen."""
    room, noted = await new_room(home, VirtualClock(START_MS)), [] if seen is None else seen
    subscribe_all(
        room.machine.bus,
        room.trading,
        on_candle_closed=on_candle_closed or noted.append,
        on_signal_generated=noted.append,
        on_order_filled=room.trading.orders.on_order_filled if seen is None else noted.append,
    )
    return room


async def test_the_doors_of_the_three_queues_are_the_bots_own(tmp_path: Path) -> None:
    seen: list[Event] = []
    room = await wired(tmp_path, seen=seen)

    async def opine(event: CandleClosed) -> None:
        await room.machine.bus.publish(SIGNAL)

    room.machine.bus.subscribe(CandleClosed, opine)
    room.machine.bus.drive(closed(candle()))
    room.machine.bus.drive(FILLED)
    assert seen == [closed(candle()), SIGNAL, FILLED]


async def test_what_else_the_market_tells_reaches_its_board(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = await wired(tmp_path)
    bus, market = room.machine.bus, room.trading.market
    board = room.trading._desks[BTCUSDT].board
    bus.drive(CandleUpdated(at_ms=1, trace="t", candle=candle()))
    assert market.freshness.silent_ms(BTCUSDT) == 0
    bus.drive(MarkPriceUpdated(at_ms=1, trace="t", mark=MARK))
    bus.drive(BookTickerUpdated(at_ms=1, trace="t", book=BOOK))
    assert (board.mark, board.book) == (MARK, BOOK)
    bus.drive(FeedLost(at_ms=1, trace="t", symbol=BTCUSDT, reason="silent"))
    assert market.freshness.is_lost(BTCUSDT)
    bus.drive(FeedRestored(at_ms=1, trace="t", symbol=BTCUSDT, gap_from_ms=None))
    assert not market.freshness.is_lost(BTCUSDT)
    bus.drive(CandleRevised(at_ms=1, trace="t", candle=candle(), published=candle()))
    assert caplog.records[-1].getMessage() == "candle revised"


async def test_a_trip_goes_from_order_to_protection_and_out_again(tmp_path: Path) -> None:
    room = await wired(tmp_path)
    bus, desk = room.machine.bus, room.trading.desk
    told: list[str] = []
    bus.add_tap(lambda event: told.append(type(event).__name__))
    bus.drive(SNAPSHOT)
    room.trading.open_for_entries()
    (requested,) = desk.begin(plan(target=None), EntryTerms(quantity=quantity("0.010")))
    for event in (requested, SUBMITTED, accepted(OURS), FILLED):
        bus.drive(event)
    assert told[-2:] == ["PositionChanged", "OrderRequested"]
    bus.drive(PROTECTED)
    assert room.notebook.pages[-1].brackets[0].stop == plan().stop
    stop = next(each for each in desk.blotter.live() if each.leg is Leg.STOP)
    bus.drive(accepted(stop.name))
    assert "PositionProtected" in told
    bus.drive(EXIT_REQUESTED)
    assert told[-1] == "OrderRequested"
    assert any(each.leg is Leg.CLOSE for each in desk.blotter.live())
    saved = len(room.notebook.pages)
    bus.drive(MOVED)
    bus.drive(CLOSED)
    assert len(room.notebook.pages) > saved + 1
    bus.drive(FUNDING)
    bus.drive(OrderTimerFired(at_ms=START_MS, trace="t", timer=desk_timer(BTCUSDT)))


async def test_a_wanted_stop_is_asked_for_on_the_order_queue(tmp_path: Path) -> None:
    room = await wired(tmp_path)
    room.trading.desk.begin(plan(), EntryTerms(quantity=quantity("0.010")))

    async def want(event: CandleClosed) -> None:
        await room.machine.bus.publish(
            ProtectionMoveWanted(
                at_ms=START_MS, trace="t", symbol=BTCUSDT, stop=59_500.0, reason="trail"
            )
        )

    room.machine.bus.subscribe(CandleClosed, want)
    room.machine.bus.drive(closed(candle()))
    assert room.trading.desk.brackets[BTCUSDT].stop == Price(quantity("59500"))


async def test_a_changed_regime_is_told_to_the_owner(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = await wired(tmp_path)
    changed = RegimeChanged(
        at_ms=START_MS,
        trace="t",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        before=None,
        after=Regime.RANGE,
        trend=0.0,
        volatility=1.0,
        liquidity=1.0,
    )

    async def change(event: CandleClosed) -> None:
        await room.machine.bus.publish(changed)

    caplog.set_level("INFO")
    room.machine.bus.subscribe(CandleClosed, change)
    room.machine.bus.drive(closed(candle()))
    assert caplog.records[-1].getMessage() == "regime changed"


async def test_the_account_and_its_money_are_followed(tmp_path: Path) -> None:
    room = await wired(tmp_path)
    bus = room.machine.bus
    bus.drive(SNAPSHOT)
    assert room.trading.book.is_told
    lost = Balance(asset="USDT", wallet=quote("9000"), available=quote("9000"))
    bus.drive(AccountUpdated(at_ms=START_MS, trace="t", balances=(lost,), cause="ORDER"))
    assert "daily_loss" in room.reasons()
    bus.drive(AccountFeedLost(at_ms=START_MS, trace="t", reason="silent"))
    bus.drive(AccessRefused(at_ms=START_MS, trace="t", code=-2015, message="revoked"))
    assert {"account", "access"} <= room.reasons().keys()
    bus.drive(AccountFeedRestored(at_ms=START_MS, trace="t", missed=0))
    bus.drive(AccessRestored(at_ms=START_MS, trace="t"))
    assert not {"account", "access"} & room.reasons().keys()


async def test_what_the_account_owns_is_known_to_whom_converts_fees(tmp_path: Path) -> None:
    room = await wired(tmp_path)
    bus, collector = room.machine.bus, room.trading._world.collector
    assert isinstance(collector, QuietCollector)
    collector.index_prices = {Symbol("BNBUSDT"): 500.0, Symbol("BTCUSDT"): 60_000.0}
    own = [Balance(asset=each, wallet=quote("1"), available=quote("1")) for each in ("BNB", "BTC")]
    bus.drive(replace(SNAPSHOT, snapshot=replace(SNAPSHOT.snapshot, balances=(BALANCE, own[0]))))
    bus.drive(AccountUpdated(at_ms=START_MS, trace="t", balances=(own[1],)))
    keeping = asyncio.get_running_loop().create_task(room.trading.rates.keep())
    await asyncio.sleep(0)
    keeping.cancel()
    rates = [room.trading.rates.rate_of(each) for each in ("BNB", "BTC")]
    assert rates == [Decimal(500), Decimal(60_000)]


async def test_terms_follow_what_the_owner_sets_and_are_in_doubt_after_a_gap(
    tmp_path: Path,
) -> None:
    room = await wired(tmp_path)
    bus, contracts = room.machine.bus, room.contracts
    bus.drive(LeverageChanged(at_ms=START_MS, trace="t", symbol=BTCUSDT, leverage=20))
    terms = contracts.terms(BTCUSDT)
    assert terms is not None
    assert terms.leverage == 20
    bus.drive(AccountFeedRestored(at_ms=START_MS, trace="t", missed=0))
    assert contracts.terms(BTCUSDT) is None


async def test_a_command_is_obeyed(tmp_path: Path) -> None:
    room = await wired(tmp_path)
    pause = Pause(actor="ana", origin="test", reason="news")
    room.machine.bus.drive(CommandReceived(at_ms=START_MS, trace="t", command=pause))
    assert room.reasons()["pause"] == "news; until somebody resumes"
