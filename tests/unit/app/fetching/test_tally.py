"""A report says what was refused and what was not there, and joins what follows on each other."""

from noctule.app.fetching.series import Kind, Series, Span
from noctule.app.fetching.tally import Absence, Fetched, Report, joined
from noctule.domain.values import Symbol

FUNDING = Series(symbol=Symbol("BTCUSDT"), kind=Kind.FUNDING)


def fetched(
    *, files: tuple[str, ...] = (), found: tuple[str, ...] = (), flaws: tuple[str, ...] = ()
) -> Fetched:
    return Fetched(series=FUNDING, wanted=Span(0, 1), files=files, found=found, flaws=flaws)


def test_problems_are_what_was_refused_and_what_has_nothing() -> None:
    report = Report(
        folder="data",
        source="somewhere",
        fetched=(
            fetched(),
            fetched(files=("new",)),
            fetched(found=("old",)),
            fetched(flaws=("no checksum",)),
        ),
        requests=1,
        elapsed_ms=1,
    )

    assert report.problems == ["no checksum", "BTCUSDT funding: somewhere has nothing of it"]


def test_stretches_that_follow_on_each_other_are_one() -> None:
    days = [
        Absence(from_ms=0, to_ms=1, why="a"),
        Absence(from_ms=1, to_ms=2, why="a"),
        Absence(from_ms=2, to_ms=3, why="b"),
        Absence(from_ms=4, to_ms=5, why="b"),
    ]

    assert joined(days) == (
        Absence(from_ms=0, to_ms=2, why="a"),
        Absence(from_ms=2, to_ms=3, why="b"),
        Absence(from_ms=4, to_ms=5, why="b"),
    )
