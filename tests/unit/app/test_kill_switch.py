"""A file somebody makes stops entries, and its end lets them go on."""

import asyncio
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.kill_switch import KILL_SWITCH, KillSwitch
from noctule.domain.signals import Reason
from tests.builders import START_MS

Calls = list[Reason | str]


def switch(path: Path, calls: Calls, clock: VirtualClock | None = None) -> KillSwitch:
    return KillSwitch(
        path, clock=clock or VirtualClock(START_MS), halt=calls.append, lift=calls.append
    )


def no(path: Path) -> Reason:
    return Reason(check=KILL_SWITCH, text=f"{path} exists, remove it to enter again")


def test_a_file_that_is_there_at_the_start_counts_before_anything_else(tmp_path: Path) -> None:
    path, calls = tmp_path / "STOP", Calls()
    path.touch()

    switch(path, calls).look()

    assert calls == [no(path)]


def test_what_has_not_changed_is_told_once(tmp_path: Path) -> None:
    path, calls = tmp_path / "state" / "STOP", Calls()
    made = switch(path, calls)

    made.look()
    assert calls == []
    path.parent.mkdir()
    path.touch()
    made.look()
    made.look()
    assert calls == [no(path)]
    path.unlink()
    made.look()
    made.look()
    assert calls == [no(path), KILL_SWITCH]


def test_a_link_to_nowhere_is_a_file_somebody_made(tmp_path: Path) -> None:
    path, calls = tmp_path / "STOP", Calls()
    path.symlink_to(tmp_path / "nowhere")
    switch(path, calls).look()
    assert calls == [no(path)]


def test_one_that_may_not_be_looked_at_counts_as_existing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, calls = tmp_path / "STOP", Calls()

    def fail(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "lstat", fail)
    switch(path, calls).look()
    assert calls == [no(path)]


def test_the_watch_looks_once_a_second_of_real_time(tmp_path: Path) -> None:
    path, calls = tmp_path / "STOP", Calls()

    async def main(clock: VirtualClock) -> list[tuple[int, int]]:
        seen = []
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(switch(path, calls, clock).watch())
            await clock.sleep_ms(1_500)
            path.touch()
            await clock.sleep_ms(400)
            seen.append((clock.now_ms() - START_MS, len(calls)))
            await clock.sleep_ms(200)
            seen.append((clock.now_ms() - START_MS, len(calls)))
            path.unlink()
            await clock.sleep_ms(1_000)
            seen.append((clock.now_ms() - START_MS, len(calls)))
            watch.cancel()
        return seen

    assert run_virtual(main, start_ms=START_MS) == [(1_900, 0), (2_100, 1), (3_100, 2)]
