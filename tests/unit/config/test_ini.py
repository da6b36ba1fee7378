"""The reader keeps every line's number, and tells every mistake of form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.config.ini import read_ini

WORDS = st.from_regex(r"[a-z_.]{1,12}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Z"]), max_size=20).filter(
    lambda text: not text.startswith((";", "#"))
)
SECTIONS = st.dictionaries(WORDS, st.dictionaries(WORDS, TEXTS, max_size=5), max_size=5)


def told(text: str) -> list[str]:
    return [str(problem) for problem in read_ini(text, source="a.ini").problems]


def entries(text: str) -> list[tuple[str, str, str, int]]:
    layer = read_ini(text, source="a.ini")
    return [(each.section, each.key, each.text, each.place.line) for each in layer.entries]


def test_every_key_keeps_its_section_and_line() -> None:
    text = "; top\n\n[api]\ntimeout_ms = 5\r\n  # indented\n  rest_url=x=y\n[web]\nbind = a:1\n"
    assert entries(text) == [
        ("api", "timeout_ms", "5", 4),
        ("api", "rest_url", "x=y", 6),
        ("web", "bind", "a:1", 8),
    ]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("key = a ; why", "a"),
        ("key = a # why", "a"),
        ("key = a;b#c", "a;b#c"),
        ("key = ; nothing", ""),
        ("key =", ""),
        ("key = 50 %(x)s ${y}", "50 %(x)s ${y}"),
    ],
)
def test_a_comment_begins_after_a_blank_and_nothing_is_interpolated(line: str, text: str) -> None:
    assert entries(f"[a]\n{line}") == [("a", "key", text, 2)]


def test_a_section_may_be_followed_by_a_comment() -> None:
    headers = read_ini("[ risk ]  ; mine", source="a.ini").headers
    assert [(header.section, str(header.place)) for header in headers] == [("risk", "a.ini:1")]


def test_a_key_given_twice_names_both_lines_and_keeps_the_first() -> None:
    text = "[a]\nx = 1\ny = 2\nx = 3\n"
    assert told(text) == ["a.ini:4 [a] x: given twice, first in line 2, keep one"]
    assert entries(text) == [("a", "x", "1", 2), ("a", "y", "2", 3)]


def test_a_section_opened_twice_names_both_lines_and_its_keys_still_count() -> None:
    text = "[a]\nx = 1\n[b]\n[a]\ny = 2\n"
    assert told(text) == ["a.ini:4 [a]: section opened twice, first in line 1, join the two"]
    assert entries(text) == [("a", "x", "1", 2), ("a", "y", "2", 5)]


def test_a_line_of_no_form_is_told_without_being_repeated() -> None:
    what = "is neither a [section] nor a comment, write key = value"
    assert told("hush\n[a]\napi_key: hush\n= 5\n") == [
        f"a.ini:1: {what}",
        f"a.ini:3 [a]: {what}",
        f"a.ini:4 [a]: {what}",
    ]


def test_keys_below_a_broken_header_are_not_taken_for_the_section_before() -> None:
    text = "[a]\nx = 1\n[b\nx = 2\n= 3\n[]\n[c] d\n[ ]\n"
    what = "is not a section, write e.g. [risk] on a line of its own"
    assert told(text) == [
        f"a.ini:3: {what}",
        "a.ini:5: is neither a [section] nor a comment, write key = value",
        f"a.ini:6: {what}",
        f"a.ini:7: {what}",
        f"a.ini:8: {what}",
    ]
    assert entries(text) == [("a", "x", "1", 2)]


@given(SECTIONS)
def test_what_is_written_is_read_back(sections: dict[str, dict[str, str]]) -> None:
    lines = [
        line
        for name, keys in sections.items()
        for line in (f"[{name}]", *(f"{key} = {text}" for key, text in keys.items()))
    ]
    layer = read_ini("\n".join(lines), source="a.ini")
    read: dict[str, dict[str, str]] = {header.section: {} for header in layer.headers}
    for entry in layer.entries:
        read[entry.section][entry.key] = entry.text
        assert lines[entry.place.line - 1] == f"{entry.key} = {entry.text}"
    assert read == sections
    assert layer.problems == ()


@given(st.text() | st.text("[]=;# \n\tab"))
def test_no_text_crashes_the_reader_and_every_place_is_a_line_of_it(text: str) -> None:
    layer = read_ini(text, source="a.ini")
    last = text.count("\n") + 1
    places = [
        *(header.place for header in layer.headers),
        *(entry.place for entry in layer.entries),
        *(problem.place for problem in layer.problems),
    ]
    assert all(1 <= place.line <= last for place in places)
