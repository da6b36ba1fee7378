"""The background writer: order, bounds, failures, and an end that loses nothing."""

import threading
from collections.abc import Sequence

import pytest

from noctule.telemetry.writer import Runner, Writer

TIMEOUT_MS = 10_000


class Shelf:
    """A sink that keeps what it is given, and fails or waits when told to."""

    def __init__(self) -> None:
        self.items: list[int] = []
        self.lost: list[int] = []
        self.errors: list[OSError] = []
        self.entered = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def take(self, items: Sequence[int], lost: int) -> None:
        self.entered.set()
        self.may_go_on.wait()
        if self.errors:
            raise self.errors.pop()
        self.items.extend(items)
        self.lost.append(lost)


def writer_to(shelf: Shelf, *, capacity: int = 1000, runner: Runner = Runner.THREAD) -> Writer[int]:
    return Writer(shelf.take, name="test", capacity=capacity, runner=runner)


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
