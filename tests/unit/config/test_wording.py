"""Values, ranges and guesses read the same everywhere."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from noctule.config.wording import closest, did_you_mean, range_text, shortened, value_text
from noctule.domain.values import Timeframe


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (60.0, "60"),
        (1e-7, "0.0000001"),
        (Decimal("0.20"), "0.2"),
        (Path("logs/a"), "logs/a"),
        ((), ""),
        ((Timeframe.M5, Timeframe.H1), "5m, 1h"),
    ],
)
def test_a_value_is_written_as_an_ini_file_would(value: object, text: str) -> None:
    assert value_text(value) == text


class Ranges(BaseModel):
    closed: int = Field(ge=1, le=125)
    half_open: Decimal = Field(gt=0, le=Decimal("0.1"))
    open_above: int = Field(ge=0)
    open_below: float = Field(lt=5)
    free: int


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("closed", "1 to 125"),
        ("half_open", "above 0, at most 0.1"),
        ("open_above", "at least 0"),
        ("open_below", "below 5"),
        ("free", ""),
    ],
)
def test_a_range_is_written_in_words(key: str, text: str) -> None:
    assert range_text(Ranges.model_fields[key]) == text


def test_the_closest_word_is_found_in_whatever_case() -> None:
    assert closest("CLOSD", ("open", "closed")) == "closed"
    assert closest("closd", ("OPEN", "CLOSED")) == "CLOSED"
    assert closest("xyz", ("open", "closed")) is None


def test_without_a_close_word_all_are_listed_in_their_order() -> None:
    assert did_you_mean("closd", ("open", "closed")) == "did you mean 'closed'?"
    assert did_you_mean("xyz", ("open", "closed")) == "write one of open, closed"


def test_only_what_would_fill_a_page_is_cut() -> None:
    assert shortened("x" * 60) == "x" * 60
    assert shortened("x" * 61) == "x" * 60 + "…"
