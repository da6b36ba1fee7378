"""What no value may hold is refused before anybody makes something of it."""

from decimal import Decimal
from pathlib import Path

import pytest

from noctule.config.texts import unfit

NUMBER_MAX = "write at most 15 digits before and 12 behind the point"


@pytest.mark.parametrize(
    ("text", "annotation", "words"),
    [
        ("a\udcff", str, "holds bytes that are not UTF-8, write plain text"),
        ("a\0", Path, "holds a control character, write plain text"),
        ("a\x1b[2J", str, "holds a control character, write plain text"),
        ("x" * 10_001, str, "is longer than 10000 characters, write less"),
        ("1e9999999", Decimal | None, f"'1e9999999' is beyond every use, {NUMBER_MAX}"),
        ("1e-13", Decimal, f"'1e-13' is beyond every use, {NUMBER_MAX}"),
        ("0e-999999999", Decimal, f"'0e-999999999' is beyond every use, {NUMBER_MAX}"),
        ("1e16", int | float, f"'1e16' is beyond every use, {NUMBER_MAX}"),
        ('"logs/STOP"', Path, "'\"logs/STOP\"' stands in quotes, write logs/STOP"),
        ("'logs/STOP'", Path | None, "\"'logs/STOP'\" stands in quotes, write logs/STOP"),
        ('a, "b"', tuple[Path, ...], "'\"b\"' stands in quotes, write b"),
        ("~/STOP", Path, "'~/STOP' begins with ~, which stands for nothing here, write it out"),
        (
            "a,~b",
            tuple[Path, ...],
            "'~b' begins with ~, which stands for nothing here, write it out",
        ),
    ],
)
def test_an_unfit_text_is_told_with_its_remedy(text: str, annotation: object, words: str) -> None:
    assert unfit(text, annotation) == words


@pytest.mark.parametrize(
    ("text", "annotation"),
    [
        ("BTCUSDT,\tETHUSDT", tuple[str, ...]),
        ("币安人生USDT", str),
        ('"quoted"', str),
        ("~", str),
        ("123456789012345.123456789012", Decimal),
        ("nan", Decimal),
        ("inf", float),
        ("five", int),
        ("1e-300", str),
        ("logs/it's here~", Path),
        ('logs/5"', Path),
    ],
)
def test_everything_else_is_for_the_field_to_judge(text: str, annotation: object) -> None:
    assert unfit(text, annotation) is None
