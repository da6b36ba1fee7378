"""The background writer: order, bounds, failures, and an end that loses nothing."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.telemetry import writer as module
from noctule.telemetry.writer import OnFailure, Runner, Writer

TIMEOUT_MS = 10_000


class Shelf:
    """A sink that keeps what it is given, and fails or waits when told to."""

    def __init__(self) -> None:
        self.items: list[int] = []
        self.lost: list[int] = []
        self.errors: list[Exception] = []
        self.odd: set[int] = set()
        self.entered = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def take(self, items: Sequence[int], lost: int) -> None:
        self.entered.set()
        self.may_go_on.wait()
        if self.errors:
            raise self.errors.pop()
        if self.odd.intersection(items):
            raise RuntimeError("cannot be written")
        self.items.extend(items)
        self.lost.append(lost)


def writer_to(
    shelf: Shelf,
    *,
    capacity: int = 1000,
    runner: Runner = Runner.THREAD,
    on_failure: OnFailure | None = None,
) -> Writer[int]:
    return Writer(shelf.take, name="test", capacity=capacity, runner=runner, on_failure=on_failure)


@pytest.mark.parametrize("runner", Runner)
def test_everything_put_is_written_in_order_before_close_returns(runner: Runner) -> None:
    shelf = Shelf()
    writer = writer_to(shelf, runner=runner)
    writer.start()
    for number in range(500):
        writer.put(number)
    assert writer.close(TIMEOUT_MS)
    assert shelf.items == list(range(500))


@pytest.mark.parametrize("runner", Runner)
def test_what_was_put_before_the_start_is_written_first(runner: Runner) -> None:
    shelf = Shelf()
    writer = writer_to(shelf, runner=runner)
    writer.put(1)
    assert shelf.items == []
    writer.start()
    writer.put(2)
    assert writer.flush(TIMEOUT_MS)
    assert shelf.items == [1, 2]
    assert writer.close(TIMEOUT_MS)


def test_the_inline_runner_writes_before_put_returns() -> None:
    shelf = Shelf()
    writer = writer_to(shelf, runner=Runner.INLINE)
    writer.start()
    writer.put(1)
    assert shelf.items == [1]


def test_several_threads_lose_nothing_and_keep_their_own_order() -> None:
    shelf = Shelf()
    writer = writer_to(shelf, capacity=10_000)
    writer.start()
    starts = range(0, 4000, 1000)

    def put_from(start: int) -> None:
        for number in range(start, start + 1000):
            writer.put(number)

    threads = [threading.Thread(target=put_from, args=(start,)) for start in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.close(TIMEOUT_MS)
    for start in starts:
        own = [item for item in shelf.items if start <= item < start + 1000]
        assert own == list(range(start, start + 1000))


def test_a_full_queue_drops_counts_and_tells_the_sink_with_the_next_batch() -> None:
    shelf = Shelf()
    shelf.may_go_on.clear()
    writer = writer_to(shelf, capacity=2)
    writer.start()
    writer.put(1)
    shelf.entered.wait()
    for number in (2, 3, 4, 5):
        writer.put(number)
    assert writer.dropped == 2
    shelf.may_go_on.set()
    assert writer.close(TIMEOUT_MS)
    assert shelf.items == [1, 2, 3]
    assert shelf.lost == [0, 2]


@pytest.mark.parametrize("runner", Runner)
def test_a_full_disk_is_counted_and_remembered_and_writing_goes_on(runner: Runner) -> None:
    shelf = Shelf()
    full = OSError("no space left on device")
    shelf.errors = [full]
    writer = writer_to(shelf, runner=runner)
    writer.start()
    writer.put(1)
    assert writer.flush(TIMEOUT_MS)
    writer.put(2)
    assert writer.close(TIMEOUT_MS)
    assert shelf.items == [2]
    assert shelf.lost == [1]
    assert (writer.failed, writer.lost, writer.last_error) == (1, 1, full)


def test_an_odd_item_is_lost_alone_and_writing_goes_on() -> None:
    shelf = Shelf()
    shelf.odd = {3}
    writer = writer_to(shelf)
    for number in range(6):
        writer.put(number)
    writer.start()
    assert writer.flush(TIMEOUT_MS)
    writer.put(6)
    assert writer.close(TIMEOUT_MS)
    assert shelf.items == [0, 1, 2, 4, 5, 6]
    assert shelf.lost == [0, 0, 0, 1, 0, 0]
    assert writer.failed == 1
    assert str(writer.last_error) == "cannot be written"


@pytest.mark.parametrize("runner", Runner)
def test_an_outage_is_told_once_when_it_begins_and_once_when_it_ends(runner: Runner) -> None:
    shelf, told = Shelf(), list[tuple[str, Exception | None]]()
    full = OSError("no space left on device")
    shelf.errors = [OSError("still none"), full]
    writer = writer_to(
        shelf, runner=runner, on_failure=lambda name, error: told.append((name, error))
    )
    writer.start()
    for number in range(4):
        writer.put(number)
        assert writer.flush(TIMEOUT_MS)
    assert writer.close(TIMEOUT_MS)
    assert told == [("test", full), ("test", None)]


@pytest.mark.parametrize("runner", Runner)
def test_at_the_end_the_sink_hears_of_a_loss_that_no_batch_told(runner: Runner) -> None:
    shelf = Shelf()
    shelf.errors = [OSError("no space left on device")]
    writer = writer_to(shelf, runner=runner)
    writer.start()
    writer.put(1)
    assert writer.close(TIMEOUT_MS)
    assert (shelf.items, shelf.lost) == ([], [1])


def test_a_hanging_sink_makes_flush_and_close_say_so_in_time() -> None:
    shelf = Shelf()
    shelf.may_go_on.clear()
    writer = writer_to(shelf)
    writer.start()
    writer.put(1)
    assert not writer.flush(timeout_ms=1)
    assert not writer.close(timeout_ms=1)
    shelf.may_go_on.set()
    assert writer.flush(TIMEOUT_MS)
    assert shelf.items == [1]


@pytest.mark.parametrize("runner", Runner)
def test_closing_twice_is_harmless_and_what_comes_later_is_counted_as_dropped(
    runner: Runner,
) -> None:
    shelf = Shelf()
    writer = writer_to(shelf, runner=runner)
    writer.start()
    assert writer.close(TIMEOUT_MS)
    assert writer.close(TIMEOUT_MS)
    writer.put(1)
    assert writer.flush(TIMEOUT_MS)
    assert shelf.items == []
    assert writer.dropped == 1


def test_a_writer_that_never_started_says_whether_something_waits() -> None:
    writer = writer_to(Shelf())
    assert writer.close(TIMEOUT_MS)
    writer.put(1)
    assert not writer.flush(TIMEOUT_MS)


def test_a_writer_starts_once() -> None:
    writer = writer_to(Shelf(), runner=Runner.INLINE)
    writer.start()
    with pytest.raises(AssertionError, match="starts once"):
        writer.start()


async def test_what_is_put_from_a_loop_is_written_once_the_loop_has_turned() -> None:
    shelf = Shelf()
    writer = writer_to(shelf)
    writer.start()
    for number in range(3):
        writer.put(number)
    assert shelf.items == []  # the thread sleeps while this turn lasts
    while len(shelf.items) < 3:  # noqa: ASYNC110  # a thread tells no loop
        await asyncio.sleep(0.001)

    assert shelf.items == [0, 1, 2]
    assert writer.close(TIMEOUT_MS)


async def test_what_is_put_from_a_loop_that_is_stuck_is_written_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_LATEST_S", 0.01)
    shelf = Shelf()
    writer = writer_to(shelf)
    writer.start()
    writer.put(1)
    shelf.entered.wait(TIMEOUT_MS / 1_000)  # nothing else runs in this loop meanwhile

    assert shelf.entered.is_set()
    assert writer.close(TIMEOUT_MS)
    assert shelf.items == [1]


async def test_what_another_thread_puts_takes_along_what_the_loop_has_put() -> None:
    shelf = Shelf()
    writer = writer_to(shelf)
    writer.start()
    writer.put(1)
    threading.Thread(target=lambda: writer.put(2)).start()
    shelf.entered.wait(TIMEOUT_MS / 1_000)

    assert writer.close(TIMEOUT_MS)
    assert shelf.items == [1, 2]


def test_a_timer_writes_a_moment_later_and_not_before() -> None:
    async def main(clock: VirtualClock) -> None:
        shelf = Shelf()
        writer = writer_to(shelf, runner=Runner.TIMER)
        writer.start()
        writer.put(1)
        writer.put(2)
        await clock.sleep_ms(4)
        assert shelf.items == []
        await clock.sleep_ms(2)
        assert shelf.items == [1, 2]
        writer.put(3)
        assert writer.close(TIMEOUT_MS)
        assert shelf.items == [1, 2, 3]

    run_virtual(main, start_ms=0)
