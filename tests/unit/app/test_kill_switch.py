"""A file somebody makes stops entries, and its end lets them go on."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.kill_switch import KILL_SWITCH, KillSwitch
from noctule.domain.events.base import Event
from noctule.domain.events.order import TradingHalted, TradingResumed
from noctule.domain.signals import Reason
from noctule.engine.halts import Halts
from tests.builders import START_MS
from tests.fakes.bus import Published

PAUSED = Reason(check="account", text="the private stream is lost")
CLOCK = VirtualClock(START_MS)


def against(halts: Halts) -> tuple[Reason, ...]:
    return halts.reasons(START_MS)


def switch(path: Path, halts: Halts) -> KillSwitch:
    return KillSwitch(path, clock=CLOCK, bus=Published(), halts=halts)


def no(path: Path) -> Reason:
    return Reason(check=KILL_SWITCH, text=f"{path} exists, remove it to enter again")


def watched(
    path: Path, act: Callable[[VirtualClock, Halts], Awaitable[None]]
) -> list[tuple[int, Event]]:
    """Do something while the switch is watched; return what was told, and when."""

    async def main(clock: VirtualClock) -> list[Event]:
        halts, bus = Halts(), Published()
        kill_switch = KillSwitch(path, clock=clock, bus=bus, halts=halts)
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(kill_switch.watch())
            await act(clock, halts)
            watch.cancel()
        return bus.events

    return [(event.at_ms - START_MS, event) for event in run_virtual(main, start_ms=START_MS)]


def test_a_file_that_is_there_at_the_start_counts_before_anything_else(tmp_path: Path) -> None:
    path, halts = tmp_path / "STOP", Halts()
    path.touch()

    switch(path, halts).look()

    assert against(halts) == (no(path),)


def test_it_holds_for_as_long_as_the_file_is_there(tmp_path: Path) -> None:
    path, halts = tmp_path / "state" / "STOP", Halts()
    made = switch(path, halts)

    made.look()
    assert against(halts) == ()
    path.parent.mkdir()
    path.touch()
    for _ in range(2):
        made.look()
        assert against(halts) == (no(path),)
    path.unlink()
    for _ in range(2):
        made.look()
        assert against(halts) == ()


def test_a_link_to_nowhere_is_a_file_somebody_made(tmp_path: Path) -> None:
    path, halts = tmp_path / "STOP", Halts()
    path.symlink_to(tmp_path / "nowhere")
    switch(path, halts).look()
    assert against(halts) == (no(path),)


def test_one_that_may_not_be_looked_at_counts_as_existing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, halts = tmp_path / "STOP", Halts()

    def fail(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "lstat", fail)
    switch(path, halts).look()
    assert against(halts) == (no(path),)


def test_the_watch_looks_once_a_second_of_real_time_and_tells_each_change_once(
    tmp_path: Path,
) -> None:
    path = tmp_path / "STOP"

    async def act(clock: VirtualClock, _halts: Halts) -> None:
        await clock.sleep_ms(1_500)
        path.touch()
        await clock.sleep_ms(2_000)
        path.unlink()
        await clock.sleep_ms(2_000)

    (on_ms, on), (off_ms, off) = watched(path, act)
    assert (on_ms, off_ms) == (2_000, 4_000)
    assert isinstance(on, TradingHalted)
    assert (on.actor, on.cause, on.ends_ms) == ("kill switch", f"{path} exists", None)
    assert isinstance(off, TradingResumed)
    assert off.actor == "kill switch"


def test_what_was_seen_before_the_first_signal_is_told_once_somebody_listens(
    tmp_path: Path,
) -> None:
    path = tmp_path / "STOP"
    path.touch()

    async def main(clock: VirtualClock) -> list[Event]:
        bus = Published()
        kill_switch = KillSwitch(path, clock=clock, bus=bus, halts=Halts())
        kill_switch.look()
        assert bus.events == []
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await kill_switch.watch()
        return bus.events

    (told,) = run_virtual(main, start_ms=START_MS)
    assert isinstance(told, TradingHalted)


def test_entries_are_not_called_on_again_while_something_else_keeps_them_off(
    tmp_path: Path,
) -> None:
    path = tmp_path / "STOP"
    path.touch()

    async def act(clock: VirtualClock, halts: Halts) -> None:
        await clock.sleep_ms(500)
        halts.observe(PAUSED)
        path.unlink()
        await clock.sleep_ms(1_000)
        assert against(halts) == (PAUSED,)

    ((_, told),) = watched(path, act)
    assert isinstance(told, TradingHalted)
