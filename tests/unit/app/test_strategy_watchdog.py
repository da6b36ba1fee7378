"""A strategy that does not come back is interrupted; what takes no notice ends the process."""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest
from typing_extensions import override

from noctule.app.last_resort import LastResort
from noctule.app.strategy_watchdog import StrategyWatchdog
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.engine.opinions import OpinionLimits
from noctule.engine.owners_code import AskedTooLong
from noctule.engine.turn import Turn
from noctule.market.board import Board
from noctule.strategies.base import StrategySettings
from tests.builders import BTCUSDT
from tests.fakes.opinion_room import Acting

LIMITS = OpinionLimits(endless_ms=40, stuck_ms=80)


class Ended(BaseException):
    """The process would have ended."""


class NoLastResort(LastResort):
    """Asks the kernel for nothing, and counts how often it was put off."""

    def __init__(self, path: Path = Path("nowhere")) -> None:
        super().__init__(path)
        self.puts_off = self.calls_off = 0

    @override
    @contextmanager
    def ready(self) -> Iterator[None]:
        yield

    @override
    def put_off(self, seconds: float) -> None:
        self.puts_off += 1

    @override
    def call_off(self) -> None:
        self.calls_off += 1


class Watched:
    """A turn under a watchdog, what it condemned, and why it gave up."""

    def __init__(self, limits: OpinionLimits = LIMITS) -> None:
        self.turn = Turn()
        self.turn.desk = Desk(
            label="wild",
            strategy=Acting(StrategySettings()),
            board=Board(BTCUSDT, base=Timeframe.M1, capacity=5),
        )
        self.condemned: list[tuple[str, str]] = []
        self.abandoned: list[str] = []
        self.gave_up = threading.Event()
        self.last_resort = NoLastResort()
        self.dog = StrategyWatchdog(
            self.turn,
            stopwatch_ns=time.perf_counter_ns,
            limits=limits,
            condemn=lambda *told: self.condemned.append(told),
            last_resort=self.last_resort,
            abandon=self._abandon,
        )

    def has_turn(self, act: Callable[[], object]) -> None:
        """Do something in its turn."""
        self.turn.began_ns = time.perf_counter_ns()
        try:
            act()
        finally:
            self.turn.began_ns = 0

    def _abandon(self, why: str) -> NoReturn:
        self.abandoned.append(why)
        self.gave_up.set()
        raise Ended


class Waiting(logging.Handler):
    """Nearly all of its time goes by where it has its lock and could not give it back."""

    @override
    def acquire(self) -> None:
        super().acquire()
        time.sleep(0.02)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write nothing."""

    def is_free(self) -> bool:
        """Tell whether another thread could have it."""
        free: list[bool] = []
        assert self.lock is not None
        lock = self.lock

        def take() -> None:
            if lock.acquire(blocking=False):
                lock.release()
                free.append(True)

        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
        return bool(free)


def loop() -> None:
    while True:
        pass


@pytest.mark.parametrize("act", [loop, lambda: time.sleep(20)], ids=["loops", "sleeps"])
def test_what_does_not_come_back_is_interrupted_where_it_stands(act: Callable[[], object]) -> None:
    watched = Watched()
    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(act)
    ((strategy, reason),) = watched.condemned
    assert strategy == "wild"
    assert reason.startswith("did not come back within 40 ms, it was ")
    assert watched.abandoned == []


def test_what_takes_the_first_interruptions_for_its_own_is_interrupted_again() -> None:
    watched, seen = Watched(), 0

    def swallow_two() -> None:
        nonlocal seen
        while True:
            try:
                time.sleep(20)
            except AskedTooLong:
                seen += 1
                if seen == 3:
                    raise

    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(swallow_two)
    assert seen == 3
    assert len(watched.condemned) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_swallows_every_interruption_ends_the_process(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = Watched()

    def swallow_all() -> None:
        while True:
            with suppress(AskedTooLong):
                watched.gave_up.wait()
                return

    with watched.dog.watching():
        watched.has_turn(swallow_all)
    assert watched.abandoned == [
        "strategy wild did not come back within 40 ms, it was outside of its files on BTCUSDT and "
        "cannot be interrupted; the process ends, and the next one starts with it disabled"
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "strategy does not come back",
        "strategy is stuck and ends the process",
    ]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_outside_of_the_main_thread_nobody_is_interrupted() -> None:
    watched = Watched()

    def live() -> None:
        with watched.dog.watching():
            watched.has_turn(watched.gave_up.wait)

    thread = threading.Thread(target=live)
    thread.start()
    thread.join()
    assert len(watched.abandoned) == 1


def test_who_comes_back_in_time_is_left_alone() -> None:
    watched = Watched(OpinionLimits(endless_ms=1_000))
    with watched.dog.watching():
        for _ in range(6):
            watched.has_turn(lambda: time.sleep(0.2))  # longer than that in all
    assert watched.condemned == []
    assert watched.last_resort.puts_off > 1  # as long as its thread comes to it
    assert watched.last_resort.calls_off == 1


def test_a_signal_from_a_stranger_interrupts_nobody() -> None:
    watched = Watched()
    with watched.dog.watching():
        watched.has_turn(lambda: signal.raise_signal(signal.SIGUSR2))
        signal.raise_signal(signal.SIGUSR2)
    assert watched.condemned == []


def test_the_last_resort_is_armed_before_any_strategy_has_its_turn() -> None:
    watched = Watched(OpinionLimits(endless_ms=60_000))
    with watched.dog.watching():
        assert watched.last_resort.puts_off == 1


async def test_it_keeps_watch_until_it_is_cancelled_and_leaves_the_signal_as_it_was() -> None:
    watched = Watched()
    before = signal.getsignal(signal.SIGUSR2)
    watch = asyncio.create_task(watched.dog.keep_watch())  # noqa: TID251  # it is cancelled here
    await asyncio.sleep(0)
    assert signal.getsignal(signal.SIGUSR2) is not before
    with pytest.raises(AskedTooLong):
        watched.has_turn(loop)
    watch.cancel()
    await asyncio.wait({watch})
    assert signal.getsignal(signal.SIGUSR2) is before
    assert "strategy watchdog" not in {each.name for each in threading.enumerate()}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_is_being_heard_is_heard_to_its_end(number: int) -> None:
    watched, heard = Watched(), []

    def hear(number: int, _frame: FrameType | None) -> None:
        time.sleep(0.07)  # long enough to be overdue, and be struck
        heard.append(number)

    def be_told() -> None:
        signal.raise_signal(number)
        loop()

    before = signal.signal(number, hear)
    try:
        with watched.dog.watching(), pytest.raises(AskedTooLong):
            watched.has_turn(be_told)
    finally:
        signal.signal(number, before)
    assert heard == [number]
    assert len(watched.condemned) == 1


def test_one_that_is_about_to_log_leaves_no_log_locked() -> None:
    watched, handler = Watched(), Waiting()
    log = logging.Logger("mine")  # noqa: LOG001  # of nobody else
    log.addHandler(handler)

    def talk() -> None:
        for _ in range(4):
            log.warning("hello")
        loop()

    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(talk)
    assert handler.is_free()


def test_one_that_imports_for_the_first_time_leaves_no_module_locked() -> None:
    watched = Watched()
    done: list[str] = []
    text = "import time\ntime.sleep(0.07)\ndone.append('unlocked')"
    importing = compile(text, "<frozen importlib._bootstrap>", "exec")

    def bring_in() -> None:
        exec(importing, {"done": done})
        loop()

    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(bring_in)
    assert done == ["unlocked"]


def test_it_is_marked_before_anything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    watched, said_before = Watched(), []
    watched.dog._condemn = lambda *_told: said_before.append(len(caplog.records))
    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(loop)
    assert said_before == [0]


def test_one_that_cannot_be_marked_is_interrupted_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = Watched()

    def fail(_strategy: str, _reason: str) -> None:
        raise ValueError("half a character")

    watched.dog._condemn = fail
    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(loop)
    assert "strategy not marked" in [record.getMessage() for record in caplog.records]
