"""What trades is put together once; entries are off until it knows all, and when it leaves."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock
from noctule.domain.commands import CancelAll
from noctule.domain.events.data import MarkPriceUpdated
from noctule.domain.events.order import AccountUpdated
from noctule.domain.market import MarkPrice
from noctule.domain.memory import DeskMemory, HaltMemory
from noctule.domain.position import Balance
from noctule.domain.trade import ExitReason
from noctule.domain.values import Side, Symbol, quantity, quote
from noctule.engine.timers import Axis
from noctule.orders.plan import EntryTerms
from noctule.risk.limits import RiskLimits
from tests.builders import BTCUSDT, START_MS, fill
from tests.fakes.desk_events import ACCOUNT, OURS
from tests.fakes.floor import plan
from tests.fakes.quiet_collector import QuietCollector
from tests.fakes.trading_room import new_room

SOME = EntryTerms(quantity=quantity("0.010"))


def clock() -> VirtualClock:
    return VirtualClock(START_MS)


def mark(price: float) -> MarkPriceUpdated:
    told = MarkPrice(
        symbol=BTCUSDT,
        mark_price=price,
        index_price=price,
        funding_rate=0.0,
        next_funding_ms=START_MS + 1,
    )
    return MarkPriceUpdated(at_ms=START_MS, trace="t", mark=told)


async def test_entries_are_off_until_it_is_opened_for_them(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock())
    assert room.reasons() == {"start": "the bot is starting"}
    room.trading.open_for_entries()
    assert room.reasons() == {}


async def test_without_an_account_they_stay_off_and_the_reason_is_said(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock(), has_account=False)
    room.trading.open_for_entries()
    assert room.reasons() == {"account": "there is no account to trade on: signals only"}


async def test_a_halt_of_the_process_before_us_holds_on(tmp_path: Path) -> None:
    halt = HaltMemory(check="drawdown", cause="20 % below", actor="risk", ends_ms=None)
    remembered = DeskMemory(halts=(halt,))
    room = await new_room(tmp_path, clock(), memory=remembered, has_account=False)
    await room.trading.recover()
    assert room.reasons()["drawdown"] == "20 % below; until somebody resumes"


async def test_the_kill_switch_is_looked_at_before_the_first_signal(tmp_path: Path) -> None:
    switch = tmp_path / "STOP"
    switch.write_text("")
    room = await new_room(tmp_path, clock(), f"risk.kill_switch_file={switch}")
    room.trading.open_for_entries()
    assert room.reasons() == {"kill switch": f"{switch} exists, remove it to enter again"}


@pytest.mark.parametrize(
    ("has_account", "names"),
    [
        (True, ["caretaker", "key", "kill switch", "memory", "rates", "strategies", "terms"]),
        (False, ["kill switch", "memory", "strategies"]),
    ],
)
async def test_what_goes_on_beside_the_queues(
    tmp_path: Path, has_account: bool, names: list[str]
) -> None:
    room = await new_room(tmp_path, clock(), has_account=has_account)
    assert sorted(room.trading.upkeep()) == names


async def test_a_refused_key_is_tried_on_a_symbol_where_nothing_of_ours_is(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock())
    assert room.trading._idle_symbol() == BTCUSDT
    room.trading.desk.begin(plan(), SOME)
    assert room.trading._idle_symbol() is None


async def test_equity_is_looked_at_each_minute_from_then_on(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock())
    room.trading.open_for_entries()
    assert room.machine.timers.next_ms(Axis.MARKET) == START_MS + 60_000


async def test_when_entries_go_off_those_that_have_not_left_are_taken_back(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock())
    room.trading.open_for_entries()
    (requested,) = room.trading.desk.begin(plan(), SOME)
    room.trading.desk.send(requested)  # and nobody carries it: the lanes do not run
    room.trading.departing("keep").halt()
    assert room.reasons() == {"entries": "the bot is shutting down"}
    assert room.trading.lanes.drop_entries() == ()  # it is taken back already
    assert not room.trading.lanes.is_idle  # its outcome is to be told


async def test_leaving_needs_to_know_whether_anything_is_held_or_owed(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock(), "shutdown.policy=flatten")
    leaving = room.trading.departing("flatten")
    assert (leaving.policy, leaving.is_idle(), leaving.is_quiet(), leaving.is_flat()) == (
        "flatten",
        True,
        True,
        True,
    )
    room.trading.desk.begin(plan(), SOME)
    assert (leaving.is_quiet(), leaving.is_flat()) == (False, False)


async def test_a_command_goes_by_the_order_queue(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock())
    await room.trading.departing("keep").submit(CancelAll(actor="ana", origin="test"))
    assert room.machine.bus.metrics().queues["order"].depth == 1


async def test_a_mark_price_values_what_is_held_by_its_shortest_text(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock())
    room.trading.market.on_mark_price_updated(mark(60_000.1))
    assert room.trading.book._marks == {BTCUSDT: Decimal("60000.1")}


async def test_other_limits_hold_from_the_next_signal_on_and_what_is_entered_keeps_its_own(
    tmp_path: Path,
) -> None:
    room = await new_room(tmp_path, clock())
    trading = room.trading
    trading.desk.begin(plan(), SOME)
    changed = {"max_positions": 7, "naked_position_limit_ms": 900, "take_profit_order": "limit"}
    trading.adopt(RiskLimits.model_validate(changed))
    trading.desk.begin(replace(plan(), symbol=Symbol("ETHUSDT")), SOME)
    patience = {str(key): each._state.patience for key, each in trading.desk.brackets.items()}
    words = {str(key): each._state.words for key, each in trading.desk.brackets.items()}
    assert trading.risk.limits.max_positions == 7
    assert {key: each.naked_ms for key, each in patience.items()} == {
        "BTCUSDT": 2_000,
        "ETHUSDT": 900,
    }
    assert {key: each.has_limit_target for key, each in words.items()} == {
        "BTCUSDT": False,
        "ETHUSDT": True,
    }


async def test_a_fee_in_an_asset_that_the_account_owns_counts_by_its_index_price(
    tmp_path: Path,
) -> None:
    room = await new_room(tmp_path, clock())
    trading = room.trading
    assert isinstance(trading._world.collector, QuietCollector)
    trading._world.collector.index_prices[Symbol("BNBUSDT")] = 500.0
    trading.desk.begin(plan(), SOME)
    bnb = Balance(asset="BNB", wallet=quote("2"), available=quote("2"))
    trading.rates.on_account_updated(AccountUpdated(at_ms=START_MS, trace="t", balances=(bnb,)))
    keeping = asyncio.get_running_loop().create_task(trading.upkeep()["rates"]())
    await asyncio.sleep(0)
    keeping.cancel()
    paid = replace(fill(fee="0.0004"), fee_asset="BNB")
    trading.trades.hear(paid, ExitReason.STOP)
    out = replace(paid, side=Side.SELL, trade_id=paid.trade_id + 1)
    closed = trading.trades.hear(out, ExitReason.STOP)
    assert closed is not None
    assert (closed.fees, closed.has_converted_fees) == (Decimal("0.4"), True)


async def test_orders_bear_the_mark_of_the_account(tmp_path: Path) -> None:
    room = await new_room(tmp_path, clock())
    (requested,) = room.trading.desk.begin(plan(), SOME)
    assert requested.request.client_order_id == OURS
    assert ACCOUNT in OURS
