"""The bot as its owner speaks to it: every phase, every refusal, and what came of a command."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from noctule.adapters.clock import SystemClock, VirtualClock, run_virtual
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.control import BotControl, Door, Overseen
from noctule.domain.commands import (
    AnyCommand,
    CommandOutcome,
    CommandRefused,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    Pause,
    Resume,
    Stop,
)
from noctule.domain.events.order import CommandReceived
from noctule.domain.memory import DeskMemory
from noctule.domain.position import AccountSnapshot
from noctule.domain.status import LossView, Phase
from noctule.domain.values import Symbol
from noctule.engine.shutdown import StopRequest
from tests.builders import BTCUSDT, START_MS
from tests.fakes.bus import live
from tests.fakes.home import config_at
from tests.fakes.trading_room import TradingRoom, new_room

WHO = {"actor": "ana", "origin": "test"}


class Owned:
    """A room, its control, and a way to ask the bot to stop."""

    def __init__(self, home: Path, room: TradingRoom, *overrides: str) -> None:
        self.room, self.stop = room, StopRequest()
        self.notes: list[tuple[str, str]] = []
        log = SimpleNamespace(lost=0, last_error=None, apply_levels=lambda _settings: None)
        self.trade_log = SimpleNamespace(lost=0, last_error=None)
        records = SimpleNamespace(
            logger=log, audit=log, trades=self.trade_log, note_reload=self._note
        )
        manager = config_at(home, *overrides)
        self.overseen = Overseen(
            configuration=manager.load(),
            world=room.world,
            machine=room.machine,
            trading=room.trading,
            desks=room.trading._desks,
            contracts=room.contracts,
            records=cast(Any, records),
            store=cast(Any, SimpleNamespace(lost=0, last_error=None)),
            stop=self.stop,
        )
        self.control = BotControl(self.overseen, manager, notifier=SystemdNotifier({}))
        room.machine.bus.subscribe(CommandReceived, room.trading.control.on_command_received)

    def open(self) -> None:
        """Let entries through, as the end of the start does."""
        self.room.trading.halts.lift("start")

    def recover(self) -> None:
        """Know what the account holds: nothing."""
        book = self.room.trading.book
        book.take(AccountSnapshot(at_ms=START_MS, balances=(), positions=()))
        book.recover(DeskMemory(), (), at_ms=START_MS)

    async def submit(self, command: AnyCommand) -> CommandOutcome | CommandRefused:
        """Submit it to a bus that is at work."""
        async with live(self.room.machine.bus):
            return await self.control.submit(command)

    def _note(self, _outcome: object, *, actor: str, origin: str, sha256: str | None) -> None:
        assert sha256
        self.notes.append((actor, origin))


def test_every_phase_has_its_name(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        owned = Owned(tmp_path, await new_room(tmp_path, clock))
        phases = [owned.control.phase]
        changes = (owned.recover, owned.open, lambda: owned.stop.ask("enough"))
        for change in changes:
            change()
            phases.append(owned.control.phase)
        assert phases == [Phase.RECOVERING, Phase.WARMING_UP, Phase.RUNNING, Phase.STOPPING]

        alone = Owned(tmp_path, await new_room(tmp_path, clock, has_account=False))
        assert alone.control.phase is Phase.WARMING_UP, "without an account nothing is recovered"

    run_virtual(main, start_ms=START_MS)


def test_status_names_what_runs_and_what_was_lost(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        room = await new_room(tmp_path, clock)
        owned = Owned(tmp_path, room)
        room.machine.hear("collector", room.world.collector, room.machine.bus.publish)
        early = owned.control.status()
        assert (early.environment, early.exchange) == ("sim", "a scripted one")
        assert (early.phase, early.account) == (Phase.RECOVERING, None)
        assert [each.check for each in early.halts] == ["start"]
        assert [(each.name, each.state) for each in early.components] == [("collector", "new")]
        assert [each.waits_for for each in early.markets] == ["warms up: 0 of 3 candles"]
        assert early.losses == ()

        owned.recover()
        owned.trade_log.lost, owned.trade_log.last_error = 3, OSError("disk full")
        later = owned.control.status()
        assert later.account is not None
        assert later.losses == (LossView(log="trade log", lost=3, cause="disk full"),)

    run_virtual(main, start_ms=START_MS)


def test_a_command_is_carried_out_before_it_is_answered(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        owned = Owned(tmp_path, await new_room(tmp_path, clock))
        owned.open()
        paused = await owned.submit(Pause(**WHO, reason="news"))
        assert paused == CommandOutcome(at_ms=START_MS, halts=("news; until somebody resumes",))
        resumed = await owned.submit(Resume(**WHO))
        assert resumed == CommandOutcome(at_ms=START_MS, lifted=("news",))
        disabled = await owned.submit(DisableStrategy(**WHO, strategy="sma_cross"))
        assert disabled == CommandOutcome(at_ms=START_MS, symbols=(BTCUSDT,))
        owned.recover()
        assert await owned.submit(Flatten(**WHO, symbol=None)) == CommandOutcome(at_ms=START_MS)

    run_virtual(main, start_ms=START_MS)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (Flatten(**WHO, symbol=Symbol("X")), "there is no symbol X here, but BTCUSDT"),
        (EnableStrategy(**WHO, strategy="a"), "there is no strategy a here, but sma_cross"),
        (DisableStrategy(**WHO, strategy="a"), "there is no strategy a here, but sma_cross"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    tmp_path: Path, command: AnyCommand, problem: str
) -> None:
    async def main(clock: VirtualClock) -> None:
        owned = Owned(tmp_path, await new_room(tmp_path, clock))
        owned.recover()
        owned.open()
        assert await owned.submit(command) == CommandRefused(problem=problem)

    run_virtual(main, start_ms=START_MS)


def test_what_is_held_must_be_known_before_it_is_closed(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        owned = Owned(tmp_path, await new_room(tmp_path, clock))
        refused = await owned.submit(Flatten(**WHO, symbol=None))
        assert isinstance(refused, CommandRefused)
        assert refused.is_early
        owned.recover()
        assert isinstance(await owned.submit(Flatten(**WHO, symbol=BTCUSDT)), CommandOutcome)

    run_virtual(main, start_ms=START_MS)


def test_a_bot_that_leaves_takes_no_more_commands(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        owned = Owned(tmp_path, await new_room(tmp_path, clock))
        owned.stop.ask("enough")
        refused = await owned.submit(Stop(**WHO))
        assert isinstance(refused, CommandRefused)
        assert refused.problem.startswith("the bot is stopping")

    run_virtual(main, start_ms=START_MS)


def test_a_reload_is_noted_with_who_wanted_it(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        owned = Owned(tmp_path, await new_room(tmp_path, clock))
        assert owned.control.reload(**WHO).problems == ()
        assert owned.notes == [("ana", "test")]

    run_virtual(main, start_ms=START_MS)


async def test_the_door_is_opened_in_the_supervisors_care(tmp_path: Path) -> None:
    room = await new_room(tmp_path, SystemClock())
    owned = Owned(tmp_path, room, f"control.socket={tmp_path / 's'}")
    async with room.machine.supervisor as supervisor:
        await Door(owned.overseen, owned.control).open()
        assert supervisor.states()["control"] == "running"
        assert (tmp_path / "s").is_socket()
        await supervisor.stop("control")
    assert not (tmp_path / "s").exists()


async def test_without_a_socket_there_is_no_door(tmp_path: Path) -> None:
    room = await new_room(tmp_path, SystemClock())
    owned = Owned(tmp_path, room)
    await Door(owned.overseen, owned.control).open()
    assert room.machine.supervisor.states() == {}
