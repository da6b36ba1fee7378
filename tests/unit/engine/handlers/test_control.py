"""Operators and breakers turn entries off and on; flatten, cancel and stop are passed on."""

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.commands import (
    CancelAll,
    Flatten,
    Pause,
    Resume,
    Stop,
)
from noctule.domain.events.desk import ExitRequested
from noctule.domain.events.order import (
    OrderTimerFired,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.memory import HaltMemory
from noctule.domain.signals import Reason
from noctule.domain.trade import ExitReason
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT, START_MS
from tests.fakes.control_desk import ETHUSDT, ControlDesk, at_work

DRAWDOWN = HaltMemory(check="drawdown", cause="20 % below", actor="risk", ends_ms=None)


def cool_down(ends_ms: int) -> HaltMemory:
    return HaltMemory(check="losing_streak", cause="3 losses", actor="risk", ends_ms=ends_ms)


def pause(reason: str = "") -> Pause:
    return Pause(actor="ana", origin="test", reason=reason)


def resume() -> Resume:
    return Resume(actor="ana", origin="test")


def halted(
    cause: str, *, actor: str = "ana", trace: str = f"pause:{START_MS}", ends_ms: int | None = None
) -> TradingHalted:
    return TradingHalted(at_ms=START_MS, trace=trace, cause=cause, actor=actor, ends_ms=ends_ms)


def test_a_pause_keeps_entries_off_until_somebody_resumes() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.command(pause("news"))
            await desk.command(pause("once more"))
            assert desk.reasons() == ["pause"]
            await desk.command(resume())
            await desk.command(resume())
            assert desk.reasons() == []
        assert desk.told == [
            halted("news"),
            TradingResumed(at_ms=START_MS, trace=f"resume:{START_MS}", actor="ana"),
        ]
        assert desk.asked == ["remember", "remember"]

    run_virtual(main, start_ms=START_MS)


def test_a_pause_without_a_reason_names_who_asked() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.command(pause())
        assert desk.told == [halted("paused by ana")]

    run_virtual(main, start_ms=START_MS)


def test_a_breaker_with_an_end_keeps_entries_off_until_then_whoever_resumes() -> None:
    ends_ms = START_MS + 60_000

    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.break_for(cool_down(ends_ms))
            await desk.break_for(cool_down(ends_ms))
            await desk.command(resume())
            await clock.sleep_ms(59_999)
            assert desk.reasons() == ["losing_streak"]
            await clock.sleep_ms(2)
            assert desk.reasons() == []
        assert desk.told == [
            halted("3 losses", actor="risk", trace="t", ends_ms=ends_ms),
            TradingResumed(
                at_ms=ends_ms, trace=f"timer:halt:losing_streak:{ends_ms}", actor="risk"
            ),
        ]

    run_virtual(main, start_ms=START_MS)


def test_a_breaker_that_is_prolonged_ends_later_and_once() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.break_for(cool_down(START_MS + 10))
            await desk.break_for(cool_down(START_MS + 20))
            await clock.sleep_ms(30)
        assert [type(event) for event in desk.told] == [
            TradingHalted,
            TradingHalted,
            TradingResumed,
        ]
        assert desk.told[-1].at_ms == START_MS + 20

    run_virtual(main, start_ms=START_MS)


def test_entries_are_told_as_resumed_only_when_no_other_decision_keeps_them_off() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.break_for(cool_down(START_MS + 10))
            await desk.command(pause())
            await clock.sleep_ms(20)
            assert desk.reasons() == ["pause"]
            assert [type(event) for event in desk.told] == [TradingHalted, TradingHalted]

    run_virtual(main, start_ms=START_MS)


def test_to_resume_after_a_drawdown_begins_its_count_anew() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.break_for(DRAWDOWN)
            await desk.command(resume())
        assert desk.asked == ["remember", "restart peak", "remember"]

    run_virtual(main, start_ms=START_MS)


def test_to_resume_changes_nothing_about_a_lost_account(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            desk.halts.observe(Reason(check="account", text="the private stream is lost"))
            await desk.command(resume())
            assert desk.reasons() == ["account"]
        assert desk.told == []

    run_virtual(main, start_ms=START_MS)
    assert [record.getMessage() for record in caplog.records] == ["entries stay halted"]


@pytest.mark.parametrize(
    ("symbol", "left"), [(None, [BTCUSDT, ETHUSDT]), (ETHUSDT, [ETHUSDT]), (Symbol("X"), [])]
)
def test_to_flatten_asks_every_busy_symbol_to_leave_while_paused_too(
    symbol: Symbol | None, left: list[Symbol]
) -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.command(pause())
            await desk.command(Flatten(actor="ana", origin="test", symbol=symbol))
        assert desk.told[1:] == [
            ExitRequested(
                at_ms=START_MS,
                trace=f"flatten:{START_MS}",
                symbol=each,
                reason=ExitReason.FLATTEN,
                actor="ana",
            )
            for each in left
        ]

    run_virtual(main, start_ms=START_MS)


def test_cancels_and_stops_are_passed_on() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.command(CancelAll(actor="ana", origin="test", symbol=BTCUSDT))
            await desk.command(Stop(actor="ana", origin="test"))
        assert desk.asked == ["cancel entries of BTCUSDT", "ana asked for it"]

    run_virtual(main, start_ms=START_MS)


def test_what_was_decided_before_a_restart_goes_on_until_it_ends() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        desk.control.restore([cool_down(START_MS + 10), cool_down(START_MS - 1), DRAWDOWN])
        async with at_work(desk):
            assert desk.reasons() == ["losing_streak", "drawdown"]
            await clock.sleep_ms(20)
            assert desk.reasons() == ["drawdown"]

    run_virtual(main, start_ms=START_MS)


def test_timers_of_others_are_left_to_others() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        event = OrderTimerFired(at_ms=START_MS, trace="t", timer="bracket:BTCUSDT")
        await desk.control.on_order_timer_fired(event)
        assert desk.told == []

    run_virtual(main, start_ms=START_MS)
