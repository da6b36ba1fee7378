"""A line of a storm's story carries the books of both sides."""

from noctule.app.storm.notes import Note


def test_a_line_without_books_has_none() -> None:
    note = Note(at_ms=1, who="fate", text="calm")
    assert (note.theirs, note.ours) == ("", "")
