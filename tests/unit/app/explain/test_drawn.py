"""What a strategy drew is taken over in plain types, or it is said what is wrong with it."""

import itertools

import pytest
from typing_extensions import override

from noctule.app.explain.drawn import DRAWINGS_MAX, taken
from noctule.strategies.drawing import Area, Curve, Drawing, Level, Mark, Tone


class Loud(str):
    """A text of its own kind."""

    __slots__ = ()


class Shapeless:
    """Cannot even be shown."""

    @override
    def __repr__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    "drawing",
    [
        Area(label="zone", low=1.0, high=2.0, from_ms=1, to_ms=5, tone=Tone.BULLISH),
        Level(label="level", price=1.0, from_ms=1),
        Mark(label="mark", price=1.0, at_ms=1, tone=Tone.SPENT),
        Curve(label="curve", price=1.0, at_ms=1),
    ],
)
def test_what_is_sound_is_taken_as_it_is(drawing: Drawing) -> None:
    assert taken([drawing]) == ([drawing], [], 1)


def test_a_tone_in_words_and_numbers_of_other_kinds_become_the_plain_ones() -> None:
    mark = Mark(label=Loud("m"), price=1, at_ms=1, tone="spent")  # type: ignore[arg-type]  # a user's
    ((plain,), _, _) = taken([mark])
    assert isinstance(plain, Mark)
    assert (type(plain.label), type(plain.price), plain.tone) == (str, float, Tone.SPENT)
    assert isinstance(plain.tone, Tone)


def test_a_label_is_harmless_and_short() -> None:
    labels = ["a\nb\x1b[2J\ud800", "x" * 1_000]
    sound, flaws, _ = taken([Mark(label=each, price=1.0, at_ms=1) for each in labels])
    assert flaws == []
    assert [each.label for each in sound] == ["a\ufffdb\ufffd[2J\ufffd", "x" * 100]


@pytest.mark.parametrize(
    ("drawn", "flaw"),
    [
        ("a gap", "'a gap': is not an Area, Level, Mark or Curve"),
        (Shapeless(), "a Shapeless: is not an Area, Level, Mark or Curve"),
        (Mark(label=7, price=1.0, at_ms=1), "its label is no text"),  # type: ignore[arg-type]  # a user's
        (Mark(label="a", price=1.0, at_ms=1, tone=[]), "its tone is none of Tone's"),  # type: ignore[arg-type]  # a user's
        (Mark(label="a", price=10**400, at_ms=1), "int too large"),
        (Level(label="a", price=1.0, from_ms=5, to_ms=4), "ends before it begins"),
        (Area(label="a", low=2.0, high=1.0, from_ms=1), "its low above its high"),
    ],
)
def test_what_cannot_be_drawn_is_told(drawn: object, flaw: str) -> None:
    sound, (told,), count = taken([drawn])
    assert (sound, count) == ([], 1)
    assert flaw in told


def test_one_that_draws_without_end_is_cut() -> None:
    mark = Mark(label="m", price=1.0, at_ms=1)
    sound, flaws, count = taken(itertools.repeat(mark))
    assert (len(sound), flaws, count) == (DRAWINGS_MAX, [], 10_000)
