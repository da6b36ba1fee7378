"""[trading] and [shutdown]: symbols are symbols, timeframes climb from the base."""

import pytest
from pydantic import ValidationError

from noctule.domain.values import Timeframe
from noctule.engine.settings import ShutdownSettings, TradingSettings
from noctule.engine.shutdown import DEADLINES_MS, MARGIN_MS


def told(**keys: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        TradingSettings.model_validate(keys)
    return [error["msg"].removeprefix("Value error, ") for error in caught.value.errors()]


@pytest.mark.parametrize("symbol", ["BTCUSDT", "1000PEPEUSDC", "BTCUSDT_260925", "币安人生USDT"])
def test_a_symbol_is_kept_as_written(symbol: str) -> None:
    assert TradingSettings.model_validate({"symbols": (symbol,)}).symbols == (symbol,)


@pytest.mark.parametrize("symbol", ["", "BTC", "BTC-USDT", "BTCUSDT ETHUSDT", "BTCUSDT_26"])
def test_what_is_no_symbol_is_refused(symbol: str) -> None:
    assert told(symbols=(symbol,)) == [f"{symbol!r} is not a symbol, write e.g. BTCUSDT"]


def test_a_symbol_in_small_letters_is_told_in_capitals() -> None:
    assert told(symbols=("btcusdt",)) == ["'btcusdt' is not in capitals, write BTCUSDT"]


def test_a_symbol_is_listed_once() -> None:
    assert told(symbols=("BTCUSDT", "ETHUSDT", "BTCUSDT")) == ["BTCUSDT is listed twice, keep one"]


def test_higher_timeframes_climb_in_whole_multiples() -> None:
    settings = TradingSettings.model_validate(
        {"timeframe": "5m", "higher_timeframes": ("15m", "1h", "1d")}
    )
    assert settings.higher_timeframes == (Timeframe.M15, Timeframe.H1, Timeframe.D1)


def test_a_higher_timeframe_may_be_a_month() -> None:
    settings = TradingSettings.model_validate(
        {"timeframe": "1d", "higher_timeframes": ("1w", "1M")}
    )
    assert settings.higher_timeframes == (Timeframe.W1, Timeframe.MO1)


def test_the_base_is_no_month_for_who_writes_it_means_a_minute() -> None:
    assert told(timeframe="1M") == [
        "1M is a month, which only a higher timeframe can be, write e.g. 1m"
    ]


@pytest.mark.parametrize(
    ("base", "higher", "words"),
    [
        ("1m", ("1h", "5m"), "5m stands after 1h, write them ascending, each once"),
        ("1m", ("5m", "5m"), "5m stands after 5m, write them ascending, each once"),
        ("3m", ("5m",), "5m is not a multiple of timeframe = 3m, drop it"),
        ("5m", ("5m",), "5m is not a multiple of timeframe = 5m, drop it"),
        ("1m", ("1M", "1w"), "1w stands after 1M, write them ascending, each once"),
        ("3d", ("1M",), "1M is not a multiple of timeframe = 3d, drop it"),
        ("1w", ("1M",), "1M is not a multiple of timeframe = 1w, drop it"),
        ("3d", ("1w",), "1w is not a multiple of timeframe = 3d, drop it"),
        ("5m", ("1m",), "1m is not a multiple of timeframe = 5m, drop it"),
    ],
)
def test_timeframes_that_do_not_climb_are_refused(
    base: str, higher: tuple[str, ...], words: str
) -> None:
    assert told(timeframe=base, higher_timeframes=higher) == [words]


def test_a_wrong_base_does_not_blame_the_higher_timeframes() -> None:
    assert len(told(timeframe="7m", higher_timeframes=("1m",))) == 1


def test_the_climb_is_checked_beside_another_mistake() -> None:
    assert told(timeframe="5m", higher_timeframes=("7m",), leverage=0)[1:] == [
        "Input should be greater than or equal to 1"
    ]
    assert len(told(timeframe="5m", higher_timeframes=("1m",), leverage=0)) == 2


def test_positions_are_kept_at_shutdown_by_default() -> None:
    assert ShutdownSettings() == ShutdownSettings(policy="keep", timeout_seconds=60)


def test_nobody_may_wait_longer_than_all_deadlines_and_the_margin() -> None:
    longest_s = (sum(DEADLINES_MS.values()) + MARGIN_MS) // 1_000
    assert ShutdownSettings(timeout_seconds=longest_s).timeout_seconds == longest_s
    with pytest.raises(ValidationError):
        ShutdownSettings(timeout_seconds=longest_s + 1)
