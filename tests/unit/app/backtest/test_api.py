"""`noctule.backtest` is the command as a function: typed results, and problems in words."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import noctule
from noctule.domain.errors import ConfigError
from tests.fakes.small_backtest import FROM_MS, OFTEN, small_result, write_small


def test_it_is_there_by_its_short_name_and_gives_typed_results(tmp_path: Path) -> None:
    result = noctule.backtest(write_small(tmp_path), settings=OFTEN, start=FROM_MS, is_cached=False)
    assert result.result_hash == small_result().result_hash
    assert result.course.trades[0].symbol == "BTCUSDT"


@pytest.mark.parametrize("zone", [UTC, None])
def test_a_moment_is_utc_unless_it_says_otherwise(tmp_path: Path, zone: object) -> None:
    start = datetime.fromtimestamp(FROM_MS / 1_000, UTC)
    asked = start if zone is not None else start.replace(tzinfo=None)
    data = [write_small(tmp_path)]
    result = noctule.backtest(data, settings=OFTEN, start=asked, is_cached=False)
    assert result.result_hash == small_result().result_hash


def test_its_own_ini_file_may_say_the_rest(tmp_path: Path) -> None:
    ini = tmp_path / "mine.ini"
    ini.write_text("[strategy]\nname = sma_cross\nfast = 2\nslow = 5\n")
    limits = {name: value for name, value in OFTEN.items() if "strategy" not in name}
    data = write_small(tmp_path)
    result = noctule.backtest(data, config=[ini], settings=limits, start=FROM_MS, is_cached=False)
    assert result.result_hash == small_result().result_hash


def test_dearer_terms_leave_less(tmp_path: Path) -> None:
    data = write_small(tmp_path)
    dear = noctule.backtest(
        data, settings=OFTEN, start=FROM_MS, taker_fee=0.002, slippage=0.0005, is_cached=False
    )
    assert dear.course.curve.equity[-1] < small_result().course.curve.equity[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"ambiguity": "middle"}, "ambiguity: 'middle' is none of worst, best, ohlc"),
        ({"refine": "7m"}, "refine: '7m' is none of 1m, 3m"),
        ({"slippage": -1}, "slippage: -1 is not from 0 to 0.1"),
        ({"spread_ticks": -1}, "spread_ticks: -1 is not from 0 to 1000"),
        ({"latency_ms": -5}, "latency_ms: -5 is not from 0 to 1000"),
        ({"taker_fee": 5}, "taker_fee: 5 is not from -0.01 to 0.05"),
        ({"settings": {"strategy.name": "nobody"}}, "nobody"),
    ],
)
def test_a_wrong_wish_is_a_problem_in_words(
    tmp_path: Path, words: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        noctule.backtest(write_small(tmp_path), is_cached=False, **words)  # type: ignore[arg-type]


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        noctule.backtest("gone", ambiguity="middle", refine="7m", slippage=2)
    assert len(raised.value.problems) == 3
