"""Whoever waits for a command hears what it came to, and whoever does not changes nothing."""

import asyncio

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.commands import (
    CancelAll,
    Command,
    CommandOutcome,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    Pause,
    Resume,
    Stop,
)
from noctule.domain.events.order import CommandReceived
from noctule.domain.memory import HaltMemory
from tests.builders import BTCUSDT, START_MS
from tests.fakes.control_desk import ETHUSDT, ControlDesk, at_work

WHO = {"actor": "ana", "origin": "test"}
NEWS = "news; until somebody resumes"
BOTH = (BTCUSDT, ETHUSDT)
OUTCOMES: list[tuple[Command, CommandOutcome]] = [
    (Pause(**WHO, reason="news"), CommandOutcome(at_ms=START_MS, halts=(NEWS,))),
    (Pause(**WHO, reason="more"), CommandOutcome(at_ms=START_MS, halts=(NEWS,))),
    (Flatten(**WHO, symbol=None), CommandOutcome(at_ms=START_MS, symbols=BOTH, halts=(NEWS,))),
    (Resume(**WHO), CommandOutcome(at_ms=START_MS, lifted=("news",))),
    (Resume(**WHO), CommandOutcome(at_ms=START_MS)),
    (DisableStrategy(**WHO, strategy="trend"), CommandOutcome(at_ms=START_MS, symbols=BOTH)),
    (EnableStrategy(**WHO, strategy="other"), CommandOutcome(at_ms=START_MS)),
    (CancelAll(**WHO, symbol=None), CommandOutcome(at_ms=START_MS)),
    (Stop(**WHO), CommandOutcome(at_ms=START_MS)),
]


def test_each_command_is_answered_with_what_it_came_to() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            for command, outcome in OUTCOMES:
                assert await desk.control.carry_out(command) == outcome  # type: ignore[arg-type]  # each is one of them

    run_virtual(main, start_ms=START_MS)


def test_entries_are_known_to_be_off_since_the_decision_until_it_is_lifted() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.command(Pause(**WHO))
            await clock.sleep_ms(10)
            await desk.command(Pause(**WHO))
            assert desk.control.since_ms("pause") == START_MS
            await desk.command(Resume(**WHO))
            assert desk.control.since_ms("pause") is None
            ends_ms = clock.now_ms() + 5
            await desk.break_for(
                HaltMemory(check="losing_streak", cause="3", actor="risk", ends_ms=ends_ms)
            )
            assert desk.control.since_ms("losing_streak") == START_MS + 10
            await clock.sleep_ms(10)
            assert desk.control.since_ms("losing_streak") is None

    run_virtual(main, start_ms=START_MS)


def test_one_who_has_left_meanwhile_is_not_answered() -> None:
    async def main(clock: VirtualClock) -> None:
        desk, command = ControlDesk(clock), Pause(**WHO)
        asking = asyncio.ensure_future(desk.control.carry_out(command))  # noqa: TID251  # given up below
        await asyncio.sleep(0)
        asking.cancel()
        received = CommandReceived(at_ms=START_MS, trace="t", command=command)
        await desk.control.on_command_received(received)
        await asyncio.wait({asking})
        assert asking.cancelled()
        assert desk.reasons() == ["pause"]

    run_virtual(main, start_ms=START_MS)
