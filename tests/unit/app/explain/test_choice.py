from collections.abc import Sequence
from pathlib import Path

import pytest

from noctule.app.explain.choice import (
    Load,
    Wish,
    label_of,
    own_keys,
    settings_for,
    told_settings,
)
from noctule.app.explain.recorded import Recording
from noctule.app.user_strategies import strategy_catalogue
from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe
from tests.builders import BTCUSDT
from tests.fakes.explained import DRAWS_ALL
from tests.fakes.home import INI, config_at

TWO = """\
[trading]
symbols = BTCUSDT, ETHUSDT
timeframe = 1m
higher_timeframes = 5m, 1h
[strategy.quick]
name = sma_cross
symbols = BTCUSDT
fast = 2
[strategy.calm]
name = sma_cross
symbols = ETHUSDT
fast = 20
"""


def settings_of(
    home: Path,
    strategy: str | None = None,
    *own: str,
    ini: str = INI,
    symbol: str = BTCUSDT,
    timeframe: Timeframe = Timeframe.M1,
    higher: str | None = None,
) -> Settings:
    def load(more: Sequence[str]) -> Settings:
        return config_at(home, *more, ini=ini).load().settings

    loads: Load = load
    recording = Recording(symbol=Symbol(symbol), timeframe=timeframe, candles=iter(()))
    wish = Wish(strategy=strategy, own=own, higher=higher)
    return settings_for(recording, wish, load=loads, catalogue=strategy_catalogue(home))


def test_own_keys_are_those_without_a_section() -> None:
    assert own_keys(["fast=5", "trading.leverage=3", "text=a.b"]) == (
        ["fast=5", "text=a.b"],
        ["trading.leverage=3"],
    )


def test_without_a_name_the_configured_strategy_is_meant(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)

    assert label_of(settings) == "sma_cross"
    assert told_settings(settings) == {"fast": "1", "slow": "2"}
    assert settings.strategies[0].symbols == settings.trading.symbols == (BTCUSDT,)


def test_a_setting_is_laid_over_the_configured_ones(tmp_path: Path) -> None:
    assert told_settings(settings_of(tmp_path, None, "slow=9")) == {"fast": "1", "slow": "9"}


def test_of_several_the_one_that_trades_the_symbol_is_meant(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, None, "slow=40", ini=TWO, symbol="ETHUSDT")

    assert label_of(settings) == "calm"
    assert told_settings(settings) == {"fast": "20", "slow": "40"}


def test_a_section_can_be_named(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "quick", ini=TWO, symbol="ETHUSDT")

    assert label_of(settings) == "quick"
    assert told_settings(settings) == {"fast": "2", "slow": "30"}
    assert settings.strategies[0].symbols == ("ETHUSDT",)


def test_where_none_trades_the_symbol_a_name_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="none of quick, calm trades SOLUSDT, name a strategy"):
        settings_of(tmp_path, ini=TWO, symbol="SOLUSDT")


def test_the_only_one_is_meant_whatever_it_trades(tmp_path: Path) -> None:
    assert label_of(settings_of(tmp_path, symbol="SOLUSDT")) == "sma_cross"


def test_a_named_strategy_begins_with_its_defaults(tmp_path: Path) -> None:
    plain = settings_of(tmp_path, "sma_cross", ini=TWO)
    told = settings_of(tmp_path, "sma_cross", "fast=7", ini=TWO)

    assert told_settings(plain) == {"fast": "10", "slow": "30"}
    assert told_settings(told) == {"fast": "7", "slow": "30"}


def test_a_strategy_of_ones_own_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(DRAWS_ALL)

    settings = settings_of(tmp_path, "mine.py:Everything")

    assert told_settings(settings) == {}
    file = settings.strategies[0].file
    assert file is not None
    assert file.kind.__name__ == "Everything"


@pytest.mark.parametrize(
    ("name", "own", "problem"),
    [
        ("sma_crss", (), "strategy explain [strategy] name: 'sma_crss' is not a strategy, "
                         "did you mean 'sma_cross'?"),
        ("sma_cross", ("fst=3",), "--set [strategy] fst: unknown key, did you mean 'fast'?"),
        ("sma_cross", ("fast=0",), "--set [strategy] fast: '0' is out of range, allowed is 1 to"),
        ("sma_cross", ("fast",), "--set: 'fast' names no setting, write KEY=VALUE"),
        ("none.py:Idea", (), "none.py"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_where_it_was_said(
    tmp_path: Path, name: str, own: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        settings_of(tmp_path, name, *own)

    assert problem in str(refused.value)


def test_higher_timeframes_are_the_configured_ones_that_fit(tmp_path: Path) -> None:
    all_of_them = settings_of(tmp_path, ini=TWO)
    some = settings_of(tmp_path, ini=TWO, timeframe=Timeframe.M15)

    assert all_of_them.trading.higher_timeframes == (Timeframe.M5, Timeframe.H1)
    assert some.trading.higher_timeframes == (Timeframe.H1,)


def test_higher_timeframes_asked_for_count_alone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, ini=TWO, higher="15m, 4h")

    assert settings.trading.higher_timeframes == (Timeframe.M15, Timeframe.H4)


def test_bars_that_the_candles_cannot_build_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--higher .*5m is not a multiple of timeframe = 1h"):
        settings_of(tmp_path, higher="5m", timeframe=Timeframe.H1)
