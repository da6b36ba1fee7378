"""A process that dies reaches nobody any more, and leaves no task behind."""

from itertools import pairwise

from tests.fakes.lived_storm import lived


def test_between_a_crash_and_the_next_start_the_exchange_hears_nothing() -> None:
    for crash, down_ms in zip(lived().told("fate", "crash"), (2_000, 3_000), strict=True):
        heard_ms = [note.at_ms for note in lived().notes if note.who == "bot"]
        around_ms = [at_ms for at_ms in heard_ms if 0 <= at_ms - crash.at_ms <= down_ms + 6_000]
        silence_ms = max(later - earlier for earlier, later in pairwise(around_ms))
        assert silence_ms >= down_ms


def test_a_dead_process_logs_nothing_in_the_name_of_the_next() -> None:
    assert not lived().told("log", "the process is dead")
