"""The bot leaves in order: nothing new, what is under way seen through, the policy obeyed."""

import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.departure import DepartingDesk, depart, shutdown_steps
from noctule.app.records import Records
from noctule.domain.commands import CancelAll, Flatten
from noctule.engine.bus import EventBus
from noctule.engine.settings import ShutdownPolicy
from noctule.engine.shutdown import DEADLINES_MS, ShutdownStep, StepOutcome, run_steps
from noctule.engine.supervisor import RestartPolicy, Supervisor
from tests.builders import START_MS
from tests.fakes.component import FakeComponent, nothing
from tests.fakes.home import config_at

CANCEL = CancelAll(actor="shutdown", origin="shutdown policy")
FLATTEN = Flatten(actor="shutdown", origin="shutdown policy")


class SlowDesk:
    """A desk whose lanes, protection and last close take their time, and which keeps a diary."""

    def __init__(
        self,
        clock: VirtualClock,
        *,
        policy: ShutdownPolicy = "keep",
        idle_after_ms: int = 0,
        quiet_after_ms: int = 0,
        flat_after_ms: int = 0,
    ) -> None:
        self.clock = clock
        self.policy = policy
        self.idle_ms = START_MS + idle_after_ms
        self.quiet_ms = START_MS + quiet_after_ms
        self.flat_ms = START_MS + flat_after_ms
        self.diary: list[str] = []
        self.commands: list[CancelAll | Flatten] = []

    def departing(self) -> DepartingDesk:
        """Return what leaving needs of it."""
        return DepartingDesk(
            policy=self.policy,
            clock=self.clock,
            halt=lambda: self.diary.append("halt"),
            drop_entries=lambda: self.diary.append("drop entries"),
            flush=self._flush,
            is_idle=lambda: self.clock.now_ms() >= self.idle_ms,
            submit=self._submit,
            is_quiet=lambda: self.clock.now_ms() >= self.quiet_ms,
            is_flat=lambda: self.clock.now_ms() >= self.flat_ms,
        )

    async def _flush(self, timeout_ms: int) -> None:
        self.diary.append("flush")
        await self.clock.sleep_until_ms(self.idle_ms)

    async def _submit(self, command: CancelAll | Flatten) -> None:
        self.commands.append(command)


def supervisor_on(clock: VirtualClock) -> Supervisor:
    return Supervisor(clock=clock, jitter=Random(1), on_fatal=lambda _cause: None)


def steps_at(
    home: Path,
    desk: SlowDesk,
    supervisor: Supervisor,
    close_world: Callable[[], Awaitable[None]] | None = None,
) -> tuple[ShutdownStep, ...]:
    return shutdown_steps(
        "the test",
        desk=desk.departing(),
        supervisor=supervisor,
        bus=EventBus(stopwatch_ns=lambda: 0),
        records=Records(config_at(home).load(), clock=desk.clock, console=io.StringIO()),
        close_world=close_world or nothing,
    )


def taken(home: Path, step_name: str, desk_of: Callable[[VirtualClock], SlowDesk]) -> str:
    """Take one step of a shutdown and tell how it ended, and how long it took."""

    async def main(clock: VirtualClock) -> str:
        steps = steps_at(home, desk_of(clock), supervisor_on(clock))
        step = next(each for each in steps if each.name == step_name)
        (result,) = await run_steps([step], clock=clock, total_ms=60_000)
        return f"{result.outcome} after {result.took_ms}"

    return run_virtual(main, start_ms=START_MS)


def test_the_bot_leaves_in_the_order_of_the_deadlines_table(tmp_path: Path) -> None:
    clock = VirtualClock(START_MS)
    steps = steps_at(tmp_path, SlowDesk(clock), supervisor_on(clock))

    assert [step.name for step in steps] == list(DEADLINES_MS)


def test_first_entries_are_off_and_those_that_have_not_left_are_taken_back(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        desk = SlowDesk(clock)
        await steps_at(tmp_path, desk, supervisor_on(clock))[0].act()
        assert desk.diary == ["halt", "drop entries"]

    run_virtual(main, start_ms=START_MS)


def test_what_is_under_way_is_waited_for(tmp_path: Path) -> None:
    ended = taken(tmp_path, "outbox flush", lambda clock: SlowDesk(clock, idle_after_ms=700))
    assert ended == f"{StepOutcome.DONE} after 700"


def test_an_answer_that_never_comes_delays_the_exit_no_longer_than_its_deadline(
    tmp_path: Path,
) -> None:
    ended = taken(tmp_path, "outbox flush", lambda clock: SlowDesk(clock, idle_after_ms=90_000))
    assert ended == f"{StepOutcome.OVERRUN} after {DEADLINES_MS['outbox flush']}"


def test_who_keeps_positions_leaves_when_all_of_them_are_protected(tmp_path: Path) -> None:
    def desk_of(clock: VirtualClock) -> SlowDesk:
        return SlowDesk(clock, quiet_after_ms=400, flat_after_ms=90_000)

    assert taken(tmp_path, "policy", desk_of) == f"{StepOutcome.DONE} after 400"


def test_who_flattens_leaves_when_nothing_is_held(tmp_path: Path) -> None:
    def desk_of(clock: VirtualClock) -> SlowDesk:
        return SlowDesk(clock, policy="flatten", idle_after_ms=300, flat_after_ms=1_000)

    assert taken(tmp_path, "policy", desk_of) == f"{StepOutcome.DONE} after 1000"


def test_who_cannot_get_flat_gives_up_at_the_deadline(tmp_path: Path) -> None:
    def desk_of(clock: VirtualClock) -> SlowDesk:
        return SlowDesk(clock, policy="flatten", flat_after_ms=90_000)

    ended = taken(tmp_path, "policy", desk_of)
    assert ended == f"{StepOutcome.OVERRUN} after {DEADLINES_MS['policy']}"


@pytest.mark.parametrize(
    ("policy", "commands"), [("keep", [CANCEL]), ("flatten", [CANCEL, FLATTEN])]
)
def test_unfilled_entries_are_cancelled_whatever_the_policy(
    tmp_path: Path, policy: ShutdownPolicy, commands: list[CancelAll | Flatten]
) -> None:
    async def main(clock: VirtualClock) -> None:
        desk = SlowDesk(clock, policy=policy)
        steps = steps_at(tmp_path, desk, supervisor_on(clock))
        await next(each for each in steps if each.name == "policy").act()
        assert desk.commands == commands

    run_virtual(main, start_ms=START_MS)


def test_whoever_uses_a_connection_is_stopped_before_it_is_closed(tmp_path: Path) -> None:
    diary: list[str] = []

    async def close_world() -> None:
        diary.append("world closes")

    async def main(clock: VirtualClock) -> None:
        async with supervisor_on(clock) as supervisor:
            account = FakeComponent("account", clock=clock, diary=diary)
            supervisor.add(account, RestartPolicy())
            await supervisor.start_all()
            await steps_at(tmp_path, SlowDesk(clock), supervisor, close_world)[-1].act()

    run_virtual(main, start_ms=START_MS)
    assert diary[-2:] == [f"{START_MS} account stop", "world closes"]


@pytest.mark.parametrize(
    ("idle_after_ms", "unclean", "took_ms"),
    [(0, "none", 0), (90_000, "outbox flush, policy", 7_000)],
)
def test_how_it_left_is_told_with_every_step_that_was_not_done(
    tmp_path: Path, idle_after_ms: int, unclean: str, took_ms: int
) -> None:
    async def main(clock: VirtualClock) -> None:
        records = Records(config_at(tmp_path).load(), clock=clock, console=io.StringIO())
        records.open()
        async with supervisor_on(clock) as supervisor:
            supervisor.add(FakeComponent("collector", clock=clock), RestartPolicy())
            await depart(
                "the test",
                desk=SlowDesk(clock, idle_after_ms=idle_after_ms).departing(),
                supervisor=supervisor,
                bus=EventBus(stopwatch_ns=lambda: 0),
                records=records,
                close_world=nothing,
                total_ms=7_000,
            )
        records.close()

    run_virtual(main, start_ms=START_MS)
    told = (tmp_path / "logs/noctule.log").read_text()
    assert 'shutting down  cause="the test"' in told
    text = unclean if unclean == "none" else f'"{unclean}"'
    assert told.splitlines()[-1].endswith(f"Shutdown complete  took_ms={took_ms} unclean={text}")
