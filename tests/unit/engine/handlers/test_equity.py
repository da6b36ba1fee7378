"""The account is followed in money, and entries are halted when too much of it is lost."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from noctule.domain.events.desk import PositionClosed
from noctule.domain.events.order import AccountUpdated, OrderTimerFired
from noctule.domain.memory import HaltMemory
from noctule.domain.position import Balance
from noctule.domain.values import MINUTE_MS, Timeframe, quote
from noctule.engine.handlers.equity import EQUITY_TIMER, EquityHandler
from noctule.engine.timers import Axis
from tests.builders import BTCUSDT, START_MS, position
from tests.fakes.desk_events import CLOSED, FUNDING, TRACE
from tests.fakes.floor import TradingFloor, known_contracts, new_floor

LOST = PositionClosed(
    at_ms=START_MS, trace=TRACE, trade=replace(CLOSED.trade, gross_pnl=quote("-5"))
)


class EquityDesk:
    """A handler on a floor, and the halts that it asked for."""

    def __init__(self, floor: TradingFloor) -> None:
        self.floor = floor
        self.halts: list[HaltMemory] = []
        self.traces: list[str] = []
        self.handler = EquityHandler(
            book=floor.book,
            desk=floor.desk,
            contracts=floor.contracts,
            risk=floor.risk,
            clock=floor.clock,
            timers=floor.timers,
            halt=self._halt,
            remember=floor.save,
        )

    async def wallet(self, amount: str, *, cause: str = "ORDER") -> None:
        """Let the venue tell the wallet."""
        told = Balance(asset="USDT", wallet=quote(amount), available=quote(amount))
        at_ms = self.floor.clock.now_ms()
        await self.handler.on_account_updated(
            AccountUpdated(at_ms=at_ms, trace=TRACE, balances=(told,), cause=cause)
        )

    @property
    def checks(self) -> list[str]:
        return [each.check for each in self.halts]

    async def _halt(self, halts: Iterable[HaltMemory], trace: str) -> None:
        self.halts += halts
        self.traces.append(trace)


async def test_a_day_that_lost_too_much_halts_until_midnight() -> None:
    desk = EquityDesk(await new_floor())
    await desk.handler.check()
    await desk.wallet("9501")
    assert desk.checks == []
    await desk.wallet("9500")
    (halt,) = desk.halts
    assert (halt.check, halt.actor) == ("daily_loss", "risk")
    assert halt.ends_ms == Timeframe.D1.next_open(START_MS)
    assert desk.traces[-1] == f"equity:{START_MS}"


async def test_a_drawdown_halts_until_somebody_resumes() -> None:
    desk = EquityDesk(await new_floor())
    await desk.handler.check()
    await desk.wallet("8000")
    assert [(each.check, each.ends_ms) for each in desk.halts][1:] == [("drawdown", None)]


async def test_a_withdrawal_is_no_loss() -> None:
    desk = EquityDesk(await new_floor())
    await desk.handler.check()
    await desk.wallet("100", cause="WITHDRAW")
    assert desk.checks == []


async def test_what_is_held_loses_without_a_word_and_is_looked_at_each_minute() -> None:
    desk = EquityDesk(await new_floor(position("1", "60000")))
    desk.floor.book.hear_mark(BTCUSDT, 60_000.0, at_ms=START_MS)
    await desk.handler.check()
    desk.floor.book.hear_mark(BTCUSDT, 59_000.0, at_ms=START_MS + 1)
    timer = OrderTimerFired(at_ms=START_MS, trace="t", timer=EQUITY_TIMER)
    await desk.handler.on_timer_fired(timer)
    assert desk.checks == ["daily_loss"]
    assert desk.floor.timers.next_ms(Axis.MARKET) == START_MS + MINUTE_MS
    assert desk.floor.saved == ["at 0"]


async def test_equity_is_looked_at_when_a_minute_of_the_market_begins_whenever_one_started() -> (
    None
):
    desk = EquityDesk(await new_floor())
    desk.floor.wait(1_700)
    desk.handler.set_timer()
    assert desk.floor.timers.next_ms(Axis.REAL) is None
    assert desk.floor.timers.next_ms(Axis.MARKET) == START_MS + MINUTE_MS


async def test_a_timer_of_somebody_else_is_left_to_him() -> None:
    desk = EquityDesk(await new_floor())
    await desk.handler.on_timer_fired(OrderTimerFired(at_ms=START_MS, trace="t", timer="desk:X"))
    assert (desk.traces, desk.floor.saved) == ([], [])


async def test_the_third_loss_in_a_row_begins_a_cool_down() -> None:
    desk = EquityDesk(await new_floor())
    for _ in range(2):
        await desk.handler.on_position_closed(LOST)
    assert desk.checks == []
    await desk.handler.on_position_closed(LOST)
    (halt,) = desk.halts
    assert (halt.check, halt.ends_ms) == ("losing_streak", START_MS + 60 * MINUTE_MS)
    assert desk.floor.saved == ["at 0"] * 3


async def test_a_trade_that_won_ends_the_streak() -> None:
    desk = EquityDesk(await new_floor())
    for event in (LOST, LOST, CLOSED, LOST):
        await desk.handler.on_position_closed(event)
    assert desk.checks == []
    assert desk.floor.book.losses_in_a_row == 1


async def test_a_closed_position_is_told_with_its_numbers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    desk = EquityDesk(await new_floor())
    await desk.handler.on_position_closed(CLOSED)
    (record,) = caplog.records
    assert record.getMessage() == "position closed"
    assert vars(record)["fields"] == {
        "symbol": "BTCUSDT",
        "direction": "SHORT",
        "quantity": "0.01",
        "entry": "59999",
        "exit": "59000",
        "net_pnl": "9.29",
        "reason": "target",
    }


async def test_funding_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    EquityDesk(await new_floor()).handler.on_funding_paid(FUNDING)
    assert vars(caplog.records[-1])["fields"] == {"symbol": "BTCUSDT", "amount": "-0.064"}


async def test_before_the_account_is_told_there_is_nothing_to_compare() -> None:
    desk = EquityDesk(TradingFloor(await known_contracts()))
    await desk.handler.check()
    assert desk.traces == []
