"""What happened is told from the last flat moment to the violation, both books side by side."""

from collections.abc import Sequence

from noctule.app.storm.notes import Note
from noctule.app.storm.scene import Violation
from noctule.app.storm.timeline import TIMELINE_WIDTH, narrate, timeline
from tests.fakes.small_storms import a_note, a_story, a_violation

STORY = a_story(symbols=("BTCUSDT", "ETHUSDT"))
RULE = "-" * TIMELINE_WIDTH


def told(*notes: Note, violation: Violation | None = None) -> list[str]:
    """Return the lines of the table."""
    lines = list(timeline(STORY, violation, notes))
    return lines[lines.index(RULE) + 1 :]


def filler(count: int) -> Sequence[Note]:
    """Return lines at the end, so many that nothing before them is kept for being late."""
    return [a_note(100_000 + each, f"line {each}", theirs="BTCUSDT 1 []") for each in range(count)]


def test_it_begins_with_the_story_and_what_was_broken() -> None:
    lines = list(timeline(STORY, a_violation(text="no stop"), [a_note(0, "begins")]))

    assert lines[0] == "5 minutes of BTCUSDT, ETHUSDT, seed 1, profile calm"
    assert lines[2] == "BROKEN after 0:01:01.000: naked: no stop"
    assert any(line.startswith("A book is what is held") for line in lines)


def test_a_line_has_time_who_what_and_both_books() -> None:
    (line,) = told(a_note(61_500, "sends", theirs="BTCUSDT 1 [s]", ours="BTCUSDT 1 [s]"))

    assert " ".join(line.split()) == "0:01:01.500 bot sends | BTCUSDT 1 [s] | BTCUSDT 1 [s]"


def test_books_that_differ_are_marked() -> None:
    (line,) = told(a_note(0, "sends", theirs="BTCUSDT 1 []", ours=""))

    assert line.endswith("| BTCUSDT 1 []                   ≠ flat")


def test_a_book_of_no_process_does_not_differ() -> None:
    (line,) = told(a_note(0, "dies", theirs="BTCUSDT 1 []", ours="no process"))

    assert line.endswith("| BTCUSDT 1 []                   | no process")


def test_books_stand_only_where_one_of_them_has_changed() -> None:
    lines = told(
        a_note(0, "one", theirs="BTCUSDT 1 []"),
        a_note(1, "two", theirs="BTCUSDT 1 []"),
        a_note(2, "three", theirs=""),
    )

    assert ["BTCUSDT" in line for line in lines] == [True, False, False]
    assert lines[2].endswith("| flat                           | flat")


def test_each_symbol_of_a_book_has_a_line() -> None:
    lines = told(a_note(0, "one", theirs="BTCUSDT 1 []  ETHUSDT 2 [s]"))

    assert [line.split("|")[1].split("≠")[0].strip() for line in lines] == [
        "BTCUSDT 1 []", "ETHUSDT 2 [s]"
    ]  # fmt: skip


def test_no_line_is_wider_than_the_table_and_the_table_than_150_columns() -> None:
    long = a_note(0, "word " * 100, theirs="BTCUSDT 1 [" + "s " * 40 + "]", ours="x" * 90)

    assert max(map(len, told(long))) <= TIMELINE_WIDTH <= 150


def test_questions_that_are_answered_are_told_together() -> None:
    lines = told(
        a_note(0, "GET /fapi/v3/positionRisk   -> 200"),
        a_note(1, "GET /fapi/v1/openOrders   -> 200"),
        a_note(2, "GET /fapi/v3/positionRisk   -> 200"),
        a_note(3, "GET /fapi/v3/balance   -> 503 busy"),
    )

    assert "asks for positionRisk (2 ×), openOrders" in lines[0]
    assert "GET /fapi/v3/balance -> 503 busy" in lines[1]


def test_what_is_said_again_and_again_is_told_once() -> None:
    (line,) = told(a_note(0, "warning"), a_note(5, "warning"), a_note(9, "warning"))

    assert "warning (3 ×)" in line


def test_with_a_violation_it_begins_where_nothing_was_held() -> None:
    lines = told(
        a_note(0, "old", theirs="BTCUSDT 1 [s]", ours="BTCUSDT 1 [s]"),
        a_note(1, "closed"),
        a_note(2, "enters", theirs="BTCUSDT 1 []"),
        *filler(40),
        a_note(200_000, "afterwards", theirs="BTCUSDT 1 []"),
        violation=a_violation(at_ms=150_000, text="BTCUSDT is naked"),
    )

    assert "closed" in lines[0]
    assert "line 39" in lines[-1]


def test_where_something_was_always_held_it_begins_at_the_beginning() -> None:
    lines = told(
        a_note(0, "first", theirs="BTCUSDT 1 []"),
        *filler(40),
        violation=a_violation(at_ms=150_000),
    )

    assert "first" in lines[0]


def test_where_nothing_is_held_at_all_the_last_lines_are_told() -> None:
    notes = [a_note(each, f"line {each}") for each in range(200)]
    lines = told(*notes, violation=a_violation(at_ms=150))

    assert len(lines) == 31
    assert "line 150" in lines[-1]


def test_the_violation_itself_is_the_last_line() -> None:
    lines = told(
        a_note(1, "before", theirs="BTCUSDT 1 []"),
        a_note(5, "BROKEN naked: it was", who="watch", theirs="BTCUSDT 1 []"),
        a_note(5, "of the same instant"),
        violation=a_violation(at_ms=5),
    )

    assert "watch    BROKEN naked" in lines[-1]


def test_other_symbols_than_the_one_it_is_about_are_left_out() -> None:
    lines = told(
        a_note(0, "flat"),
        a_note(1, "sends ETHUSDT", theirs="ETHUSDT 5 []"),
        a_note(2, "sends BTCUSDT", theirs="BTCUSDT 1 []  ETHUSDT 5 []"),
        a_note(3, "halts", theirs="BTCUSDT 1 []  ETHUSDT 5 []"),
        violation=a_violation(text="BTCUSDT is naked"),
    )

    assert not any("ETHUSDT" in line for line in lines)
    assert ["sends BTCUSDT" in line for line in lines] == [False, True, False]
    assert "halts" in lines[-1]


def test_a_long_story_is_cut_at_its_beginning() -> None:
    lines = told(*filler(500), violation=a_violation(at_ms=150_000))

    assert lines[0] == "… and 380 lines before"
    assert "line 499" in lines[-1]


def test_without_a_violation_all_is_told() -> None:
    assert len(told(*filler(500))) == 500


def test_a_story_is_played_to_be_told() -> None:
    narrated = narrate(a_story(minutes=1))

    assert narrated.violations == ()
    assert {note.who for note in narrated.notes} >= {"bot"}
