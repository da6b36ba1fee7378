"""Each complaint of pydantic says what is wrong with the text and what would be right."""

from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator

from noctule.config.explain import Unusable, explain
from noctule.domain.values import Timeframe


class Sample(BaseModel):
    whole: int = Field(default=5, ge=1, le=9)
    share: Decimal = Field(default=Decimal("0.01"), gt=0, le=1)
    free: float | None = None
    choice: Literal["market", "limit"] = "market"
    timeframe: Timeframe = Timeframe.M1
    switch: bool = False
    items: tuple[Annotated[int, Field(ge=1)], ...] = ()
    named: str = Field(default="abc", min_length=3)
    even: int = 2

    @field_validator("even")
    @classmethod
    def _is_even(cls, even: int) -> int:
        if even == 13:
            raise AssertionError("13 is never wanted")
        if even % 2:
            raise ValueError(f"{even} is odd, write {even + 1}")
        return even


def explained(key: str, given: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate({key: given})
    (error,) = caught.value.errors()
    return explain(error, Sample.model_fields[key])


@pytest.mark.parametrize(
    ("key", "given", "words"),
    [
        ("whole", "five", "'five' is not a whole number, write digits, e.g. 5"),
        ("whole", "1.5", "'1.5' is not a whole number, write digits, e.g. 5"),
        ("whole", "3%", "'3%' is not a whole number, write digits, e.g. 5"),
        ("whole", "0", "'0' is out of range, allowed is 1 to 9"),
        ("share", "1%", "'1%' is not a share, write 0.01 for 1 %"),
        ("share", "-2.5 %", "'-2.5 %' is not a share, write -0.025 for -2.5 %"),
        ("share", "x%", "'x%' is not a number, write digits, e.g. 0.01"),
        ("share", "0,01", "'0,01' is not a number, write digits, e.g. 0.01"),
        ("share", "nan", "'nan' is not a number, write digits, e.g. 0.01"),
        ("share", "2", "'2' is out of range, allowed is above 0, at most 1"),
        ("free", "much", "'much' is not a number, write digits"),
        ("choice", "limits", "'limits' is not known, did you mean 'limit'?"),
        ("choice", "x", "'x' is not known, write one of market, limit"),
        ("timeframe", "5min", "'5min' is not known, did you mean '5m'?"),
        ("timeframe", "1min", "'1min' is not known, did you mean '1m'?"),
        (
            "timeframe",
            "3M",
            "'3M' is not known, the only months are 1M, and minutes have a small m",
        ),
        (
            "timeframe",
            "1 month",
            "'1 month' is not known, the only months are 1M, and minutes have a small m",
        ),
        ("share", f"{'9' * 70}%", f"'{'9' * 60}…' is not a number, write digits, e.g. 0.01"),
        ("switch", "maybe", "'maybe' is neither true nor false, write one of the two"),
        ("even", "3", "3 is odd, write 4"),
        ("even", "13", "13 is never wanted"),
        ("named", "ab", "'ab' does not fit, string should have at least 3 characters"),
        (
            "items",
            ("0",),
            "'0' does not fit, input should be greater than or equal to 1",
        ),
        ("whole", Unusable("is no text at all"), "is no text at all"),
    ],
)
def test_a_misfit_is_told_with_its_remedy(key: str, given: object, words: str) -> None:
    assert explained(key, given) == words


def test_an_endless_number_is_told_shortly() -> None:
    shown = "9" * 60 + "…"
    assert explained("whole", "9" * 5000) == (
        f"'{shown}' is not a whole number, write digits, e.g. 5"
    )


def test_a_key_that_must_be_given_is_missed_by_name() -> None:
    class Bare(BaseModel):
        width: int

    with pytest.raises(ValidationError) as caught:
        Bare.model_validate({})
    (error,) = caught.value.errors()
    assert explain(error, Bare.model_fields["width"]) == "is missing, write width = …"


def test_a_number_that_must_be_given_has_no_example() -> None:
    class Bare(BaseModel):
        width: int

    with pytest.raises(ValidationError) as caught:
        Bare.model_validate({"width": "wide"})
    (error,) = caught.value.errors()
    assert explain(error, Bare.model_fields["width"]) == (
        "'wide' is not a whole number, write digits"
    )
