"""Every signal gets its answer: an entry, an exit, or every reason against it at once."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.events.desk import EntryRefused, ExitRequested, StopMoveRequested
from noctule.domain.events.order import OrderRequested, TradingAuthorized
from noctule.domain.events.signal import (
    ProtectionMoveWanted,
    RegimeChanged,
    SignalRefused,
)
from noctule.domain.order import Leg
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Reason
from noctule.domain.trade import ExitReason
from noctule.domain.values import MINUTE_MS, Price, Side, Symbol, Timeframe
from tests.builders import BTCUSDT, START_MS
from tests.fakes.desk_events import SIGNAL, STRATEGY, TRACE
from tests.fakes.floor import ETHUSDT
from tests.fakes.signal_queue import new_queue, signal

OFF = Reason(check="pause", text="paused")


def move_wanted(stop: float, symbol: Symbol = BTCUSDT) -> ProtectionMoveWanted:
    return ProtectionMoveWanted(
        at_ms=START_MS, trace=TRACE, symbol=symbol, stop=stop, reason="break even"
    )


EXIT = ExitRequested(
    at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, reason=ExitReason.SIGNAL, actor="strategy"
)


async def test_an_approved_signal_becomes_an_order_and_what_every_gate_said() -> None:
    queue = await new_queue()
    requested, authorized = await queue.hear(SIGNAL)
    assert isinstance(requested, OrderRequested)
    assert (requested.request.leg, requested.request.side) == (Leg.ENTRY, Side.BUY)
    assert isinstance(authorized, TradingAuthorized)
    assert requested.trace == authorized.trace == SIGNAL.trace


async def test_a_refused_one_says_why_with_every_reason_at_once() -> None:
    queue = await new_queue()
    queue.floor.halts.observe(OFF)
    queue.floor.boards[BTCUSDT].mark = None
    blind = Reason(check="price_band", text="no mark price is known yet")
    (refused,) = await queue.hear(SIGNAL)
    assert isinstance(refused, SignalRefused)
    assert refused.gates["position"] == "nothing is held"  # those that are open are told, too
    assert (refused.gates["pause"], refused.gates["price_band"]) == (OFF.text, blind.text)
    assert replace(refused, gates={}) == SignalRefused(
        at_ms=START_MS,
        trace=TRACE,
        symbol=BTCUSDT,
        strategy=STRATEGY,
        direction=Direction.LONG,
        reasons=(OFF, blind),
    )


async def test_a_signal_for_what_is_held_already_is_refused() -> None:
    queue = await new_queue()
    _, _, refused = await queue.hear(SIGNAL, signal(Direction.LONG))
    assert isinstance(refused, SignalRefused)
    assert [each.check for each in refused.reasons] == ["position"]


@pytest.mark.parametrize("direction", [Direction.FLAT, Direction.SHORT])
async def test_a_signal_against_what_is_held_leaves_it(direction: Direction) -> None:
    queue = await new_queue()
    _, _, leaving = await queue.hear(SIGNAL, signal(direction))
    assert leaving == EXIT


async def test_flat_where_nothing_is_held_is_nothing() -> None:
    queue = await new_queue()
    assert await queue.hear(signal(Direction.FLAT)) == []


async def test_leaving_works_while_entries_are_off() -> None:
    queue = await new_queue()
    await queue.hear(SIGNAL)
    queue.floor.halts.observe(OFF)
    assert await queue.hear(signal(Direction.FLAT)) == [EXIT]


async def test_a_strategy_that_reverses_enters_the_other_way_once_it_is_flat() -> None:
    queue = await new_queue(reverses=True)
    await queue.hear(SIGNAL, signal(Direction.SHORT))
    queue.floor.desk.brackets.clear()  # it is flat
    told = queue.handler.take_reversal(BTCUSDT)
    assert [type(each) for each in told] == [OrderRequested, TradingAuthorized]
    assert isinstance(told[0], OrderRequested)
    assert told[0].request.side is Side.SELL
    assert queue.handler.take_reversal(BTCUSDT) == ()


@pytest.mark.parametrize("since", [Direction.FLAT, Direction.LONG])
async def test_what_is_wanted_since_takes_a_reversal_back(since: Direction) -> None:
    queue = await new_queue(reverses=True)
    await queue.hear(SIGNAL, signal(Direction.SHORT), signal(since))
    queue.floor.desk.brackets.clear()
    assert queue.handler.take_reversal(BTCUSDT) == ()


async def test_an_operator_who_wants_it_flat_takes_a_reversal_back() -> None:
    queue = await new_queue(reverses=True)
    await queue.hear(SIGNAL, signal(Direction.SHORT))
    queue.floor.desk.brackets.clear()
    queue.handler.drop_reversal(BTCUSDT)
    assert queue.handler.take_reversal(BTCUSDT) == ()


async def test_a_reversal_is_not_entered_when_its_candle_is_old() -> None:
    queue = await new_queue(reverses=True)
    await queue.hear(SIGNAL, signal(Direction.SHORT))
    queue.floor.desk.brackets.clear()
    queue.floor.wait(2 * MINUTE_MS + 1)
    assert queue.handler.take_reversal(BTCUSDT) == ()


async def test_one_that_does_not_stays_out() -> None:
    queue = await new_queue()
    await queue.hear(SIGNAL, signal(Direction.SHORT))
    queue.floor.desk.brackets.clear()
    assert queue.handler.take_reversal(BTCUSDT) == ()


async def test_flat_is_no_reversal() -> None:
    queue = await new_queue(reverses=True)
    await queue.hear(SIGNAL, signal(Direction.FLAT))
    queue.floor.desk.brackets.clear()
    assert queue.handler.take_reversal(BTCUSDT) == ()


async def test_a_reversal_that_is_refused_says_why() -> None:
    queue = await new_queue(reverses=True)
    await queue.hear(SIGNAL, signal(Direction.SHORT))
    queue.floor.desk.brackets.clear()
    queue.floor.halts.observe(OFF)
    (refused,) = queue.handler.take_reversal(BTCUSDT)
    assert isinstance(refused, EntryRefused)
    assert {"position", "daily_loss", "size", "pause"} <= set(refused.gates)
    assert replace(refused, gates={}) == EntryRefused(
        at_ms=START_MS,
        trace=TRACE,
        symbol=BTCUSDT,
        strategy=STRATEGY,
        direction=Direction.SHORT,
        reasons=(OFF,),
    )


async def test_a_wanted_stop_of_a_long_is_put_on_the_tick_below() -> None:
    queue = await new_queue()
    await queue.hear(SIGNAL)
    await queue.handler.on_protection_move_wanted(move_wanted(59_500.19))
    assert queue.floor.bus.events[-1] == StopMoveRequested(
        at_ms=START_MS,
        trace=TRACE,
        symbol=BTCUSDT,
        stop=Price(Decimal("59500.10")),
        reason="break even",
    )


async def test_that_of_a_short_on_the_tick_above() -> None:
    queue = await new_queue()
    await queue.hear(signal(Direction.SHORT))
    await queue.handler.on_protection_move_wanted(move_wanted(60_499.91))
    moved = queue.floor.bus.events[-1]
    assert isinstance(moved, StopMoveRequested)
    assert moved.stop == Decimal("60500.00")


async def test_where_nothing_is_held_no_stop_moves() -> None:
    queue = await new_queue()
    await queue.handler.on_protection_move_wanted(move_wanted(59_500.0, ETHUSDT))
    assert queue.floor.bus.events == []


async def test_every_answer_but_an_entry_is_told_at_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    queue = await new_queue()
    flat = signal(Direction.FLAT)
    await queue.hear(flat, SIGNAL, SIGNAL, flat)
    outcomes = [vars(each)["fields"]["outcome"] for each in caplog.records]
    assert outcomes == ["nothing is held", "position, duplicate", "exit"]
    assert vars(caplog.records[1])["fields"] == {
        "symbol": "BTCUSDT",
        "direction": "LONG",
        "price": 60_000.0,
        "reason": "crossed",
        "outcome": "position, duplicate",
    }


@pytest.mark.parametrize(("before", "word"), [(None, "unknown"), (Regime.RANGE, "range")])
async def test_a_regime_is_told_with_what_was_measured(
    before: Regime | None, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    queue = await new_queue()
    queue.handler.on_regime_changed(
        RegimeChanged(
            at_ms=START_MS,
            trace=TRACE,
            symbol=BTCUSDT,
            timeframe=Timeframe.M5,
            before=before,
            after=Regime.TREND_UP,
            trend=0.234,
            volatility=1.5,
            liquidity=0.987,
        )
    )
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("INFO", "regime changed")
    assert vars(record)["fields"] == {
        "symbol": "BTCUSDT",
        "timeframe": "5m",
        "before": word,
        "after": "trend_up",
        "trend": "+0.23",
        "volatility": "1.50",
        "liquidity": "0.99",
    }
