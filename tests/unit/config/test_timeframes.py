"""A regime is told by candles that there are."""

from pathlib import Path

import pytest

from tests.unit.config.house import load, problems

TRADING = "[trading]\ntimeframe = 5m\nhigher_timeframes = 15m, 1h\n"


def told(home: Path, timeframe: str, trading: str = TRADING) -> list[str]:
    return problems(home, base=f"{trading}[regime]\ntimeframe = {timeframe}\n")


@pytest.mark.parametrize("timeframe", ["", "5m", "15m", "1h"])
def test_the_base_and_every_higher_timeframe_may_tell_the_regime(
    tmp_path: Path, timeframe: str
) -> None:
    assert told(tmp_path, timeframe) == []


@pytest.mark.parametrize("timeframe", ["1m", "4h"])
def test_any_other_is_told_with_those_that_there_are(tmp_path: Path, timeframe: str) -> None:
    assert told(tmp_path, timeframe) == [
        f"configs/noctule.ini:5 [regime] timeframe: {timeframe} is none of [trading] timeframe "
        "and higher_timeframes (5m, 15m, 1h), add it there or leave this empty"
    ]


@pytest.mark.parametrize(
    ("timeframe", "trading"),
    [
        ("4h", "[trading]\ntimeframe = 5x\n"),
        ("4h", "[trading]\ntimeframe = 5m\nhigher_timeframes = 1x\n"),
        ("4x", TRADING),
    ],
)
def test_a_timeframe_that_is_none_is_one_mistake(
    tmp_path: Path, timeframe: str, trading: str
) -> None:
    assert len(told(tmp_path, timeframe, trading)) == 1


def test_the_order_of_the_sections_does_not_matter(tmp_path: Path) -> None:
    settings = load(tmp_path, base=f"[regime]\ntimeframe = 1h\n{TRADING}").settings
    assert settings.regime.timeframe == "1h"


def test_bounds_that_are_not_apart_are_told_at_the_section(tmp_path: Path) -> None:
    assert problems(tmp_path, base="[regime]\ntrend_leave = 0.3\n") == [
        "configs/noctule.ini:1 [regime]: trend_leave = 0.3 is not below trend_enter = 0.2, lower it"
    ]


def test_what_a_regime_scales_is_read_from_one_line_and_told_as_it_counts(tmp_path: Path) -> None:
    line = "[risk]\nregime_scale = high_volatility:0.5 , illiquid: 0\n"
    configuration = load(tmp_path, base=line)
    texts = {f"{each.section}.{each.key}": each.text for each in configuration.settings.each()}
    assert texts["risk.regime_scale"] == "high_volatility: 0.5, illiquid: 0"


@pytest.mark.parametrize(
    ("scale", "wrong"),
    [
        ("illiquid", "'illiquid' is not regime: share, write e.g. high_volatility: 0.5"),
        ("illiquid: 0,", "has an empty item, write the items with one comma between them"),
    ],
)
def test_a_scale_that_cannot_be_read_is_told_where_it_stands(
    tmp_path: Path, scale: str, wrong: str
) -> None:
    assert problems(tmp_path, base=f"[risk]\nregime_scale = {scale}\n") == [
        f"configs/noctule.ini:2 [risk] regime_scale: {wrong}"
    ]
