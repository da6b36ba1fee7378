"""Each story has a process of its own; one that breaks it is a failure like any other."""

import os
from collections.abc import Callable
from contextlib import closing
from multiprocessing import Pipe
from pathlib import Path
from tempfile import gettempdir

import pytest

from noctule.app.storm.story import Story
from noctule.app.storm.swarm import Lost, patience_s, place_in, play, swarm
from tests.fakes.small_storms import (
    a_story,
    dies,
    doubles_its_seed,
    exits,
    hangs,
    leaves_a_folder,
    raises,
)


def lost(work: Callable[[Story], int], *, seconds: float = 60.0) -> str:
    """Expect one story to be lost, and return why."""
    ((_, result),) = swarm([a_story()], work, jobs=1, patience_s=lambda _: seconds)
    assert isinstance(result, Lost)
    return result.why


def test_every_story_is_played_once_and_known_by_what_came_of_it() -> None:
    stories = [a_story(seed=seed) for seed in range(1, 6)]

    ended = list(swarm(stories, doubles_its_seed, jobs=2))

    assert sorted((story.seed, result) for story, result in ended) == [
        (1, 2), (2, 4), (3, 6), (4, 8), (5, 10)
    ]  # fmt: skip


def test_stories_are_drawn_when_there_is_room_for_them_and_not_before() -> None:
    drawn = list[int]()

    def stories() -> object:
        for seed in range(1, 100):
            drawn.append(seed)
            yield a_story(seed=seed)

    with closing(swarm(stories(), doubles_its_seed, jobs=2)) as results:  # type: ignore[arg-type]  # a generator
        next(results)

    assert drawn == [1, 2]


def test_what_is_raised_is_told_with_its_place() -> None:
    assert lost(raises).startswith("RuntimeError('nobody foresaw this') at small_storms.py:")


def test_an_end_of_the_process_is_told_with_its_last_words() -> None:
    assert lost(exits) == "the process ended (exit code 3): last words"


def test_a_death_is_told_by_its_signal() -> None:
    assert lost(dies).startswith("the process ended (SIGSEGV): ")


def test_a_story_that_does_not_end_is_ended() -> None:
    assert lost(hangs, seconds=0.5).startswith("did not end within 0.5 s, ")


def test_one_that_was_killed_leaves_nothing_behind() -> None:
    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(gettempdir())
    before = set(memory.glob("noctule-storm-*-left"))

    assert lost(leaves_a_folder).startswith("the process ended (SIGSEGV)")

    assert set(memory.glob("noctule-storm-*-left")) <= before


@pytest.mark.parametrize(
    ("trace", "place"),
    [
        (
            'Fatal Python error: Aborted\n  File "/usr/lib/python3.11/ssl.py", line 7 in read\n'
            '  File "/home/me/noctule/desk.py", line 12 in decide\n'
            '  File "/home/me/noctule/bot.py", line 3 in run\n',
            "at desk.py:12 in decide",
        ),
        ("", "nobody knows where"),
    ],
)
def test_where_it_was_is_its_innermost_line_of_ours(trace: str, place: str) -> None:
    assert place_in(trace) == place


def test_those_that_hang_do_not_keep_the_others_waiting() -> None:
    stories = [a_story(seed=seed) for seed in (1, 2, 3)]
    limits = {1: 0.5, 2: 0.5, 3: 0.5}

    ended = list(swarm(stories, hangs, jobs=3, patience_s=lambda story: limits[story.seed]))

    assert sorted(story.seed for story, _ in ended) == [1, 2, 3]


def test_longer_stories_are_given_longer() -> None:
    assert patience_s(a_story(minutes=1)) < patience_s(a_story(minutes=1_000))


def test_what_a_process_says_goes_into_its_file_and_its_result_into_the_pipe(
    tmp_path: Path,
) -> None:
    out, err = os.dup(1), os.dup(2)
    ours, theirs = Pipe(duplex=False)
    try:
        play(theirs, doubles_its_seed, a_story(seed=4), tmp_path / "said")
        os.write(2, b"heard")
    finally:
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.close(out)
        os.close(err)

    assert ours.recv() == 8
    assert (tmp_path / "said").read_text() == "heard"


@pytest.mark.parametrize("jobs", [0, -1])
def test_without_processes_nothing_can_be_played(jobs: int) -> None:
    with pytest.raises(AssertionError):
        next(swarm([a_story()], doubles_its_seed, jobs=jobs))
