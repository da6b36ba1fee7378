"""A section's texts become its model, or say why not."""

from typing import Literal

import pytest
from pydantic import BaseModel, Field, model_validator

from noctule.config.bind import Bound, bind
from noctule.config.ini import read_ini
from noctule.config.sections import merge


class Sample(BaseModel, frozen=True, extra="forbid"):
    number: int = Field(default=5, ge=1, le=9)
    limit: int | None = 7
    items: tuple[int, ...] = ()
    symbols: tuple[str, ...] = ("BTCUSDT",)
    sides: tuple[Literal["long", "short"], ...] = Field(default=("long",), min_length=1)
    text: str = ""

    @model_validator(mode="after")
    def _limit_is_above_number(self) -> "Sample":
        if self.limit is not None and self.limit < self.number:
            raise ValueError(f"limit is below {self.number}, raise it")
        return self


class Bare(BaseModel):
    width: int


def bound(text: str) -> Bound[Sample]:
    return bind(Sample, merge([read_ini(f"[a]\n{text}", source="a.ini")], expected=())["a"])


def told(text: str) -> list[str]:
    return [str(problem) for problem in bound(text).problems]


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("", Sample()),
        ("number = 3", Sample(number=3)),
        ("limit =", Sample(limit=None)),
        ("items = 1, 2 ,3", Sample(items=(1, 2, 3))),
        ("items =", Sample(items=())),
        ("text =", Sample(text="")),
        ("unknown = 3", Sample()),
    ],
)
def test_texts_become_settings(text: str, settings: Sample) -> None:
    assert bound(text) == Bound(settings=settings)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("number =", "a.ini:2 [a] number: is empty, write a value, e.g. 5"),
        ("symbols =", "a.ini:2 [a] symbols: is empty, write a value, e.g. BTCUSDT"),
        (
            "items = 1,,2",
            "a.ini:2 [a] items: has an empty item, write the items with one comma between them",
        ),
        (
            "number = 1e999999",
            "a.ini:2 [a] number: '1e999999' is beyond every use, "
            "write at most 15 digits before and 12 behind the point",
        ),
        ("number = 10", "a.ini:2 [a] number: '10' is out of range, allowed is 1 to 9"),
        ("limit = 4", "a.ini:1 [a]: limit is below 5, raise it"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(text: str, problem: str) -> None:
    assert told(text) == [problem]


def test_every_wrong_item_of_a_list_is_told() -> None:
    assert told("items = 1, x, y") == [
        "a.ini:2 [a] items: 'x' is not a whole number, write digits",
        "a.ini:2 [a] items: 'y' is not a whole number, write digits",
    ]


def test_beside_a_wrong_key_the_good_ones_are_known() -> None:
    sample = bound("number = x\nitems = 1")
    assert sample.with_good("number") is None
    assert sample.with_good("items") == Sample(items=(1,))


def test_a_section_as_a_whole_wrong_has_no_settings() -> None:
    assert bound("limit = 4").settings is None


def test_a_rule_of_the_whole_section_is_not_told_beside_a_misspelled_key() -> None:
    assert told("limit = 4\nnumbr = 3") == []
    assert told("limit = 4\nnumbr = 3\nitems = x") == [
        "a.ini:4 [a] items: 'x' is not a whole number, write digits"
    ]


def test_a_key_that_must_be_given_is_missed() -> None:
    section = merge([read_ini("[b]", source="b.ini")], expected=())["b"]
    assert [str(problem) for problem in bind(Bare, section).problems] == [
        "b.ini:1 [b] width: is missing, write width = …"
    ]
    written = merge([read_ini("[b]\nwidth =", source="b.ini")], expected=())["b"]
    assert [str(problem) for problem in bind(Bare, written).problems] == [
        "b.ini:2 [b] width: is empty, write a value"
    ]


def test_a_list_of_which_no_item_is_known_is_not_called_empty_too() -> None:
    assert told("sides = lnog") == ["a.ini:2 [a] sides: 'lnog' is not known, did you mean 'long'?"]
    assert len(told("sides = lnog, shrot\nnumber = x")) == 3


class Pairs(BaseModel):
    pair: tuple[int, ...] = Field(default=(1, 2), min_length=2)


def test_a_list_that_is_too_short_by_itself_is_told() -> None:
    section = merge([read_ini("[a]\npair = 1", source="a.ini")], expected=())["a"]
    (problem,) = bind(Pairs, section).problems
    assert str(problem).startswith("a.ini:2 [a] pair: ")
