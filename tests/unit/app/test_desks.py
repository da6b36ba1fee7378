from decimal import Decimal
from pathlib import Path

import pytest

from noctule.app.desks import mark_of, open_desks
from noctule.domain.errors import ConfigError
from noctule.domain.market import MarkPrice
from noctule.domain.regime import Regime
from noctule.domain.values import Price, Symbol
from tests.builders import BTCUSDT
from tests.fakes.home import config_at
from tests.fakes.idea_files import write_idea
from tests.fakes.market_weather import Weather

TWO_STRATEGIES = """\
[trading]
symbols = BTCUSDT, ETHUSDT, LTCUSDT
warmup_candles = 5
[strategy.slow]
name = sma_cross
symbols = BTCUSDT, ETHUSDT
[strategy.quick]
name = sma_cross
symbols = LTCUSDT
fast = 2
slow = 3
"""


def test_each_symbol_has_a_desk_with_a_strategy_instance_of_its_own(tmp_path: Path) -> None:
    desks = open_desks(config_at(tmp_path, ini=TWO_STRATEGIES).load().settings)

    labels = {str(symbol): desk.label for symbol, desk in desks.items()}
    assert labels == {"BTCUSDT": "slow", "ETHUSDT": "slow", "LTCUSDT": "quick"}
    assert len({id(desk.strategy) for desk in desks.values()}) == 3


def test_what_cannot_be_traded_has_no_desk(tmp_path: Path) -> None:
    settings = config_at(tmp_path, ini=TWO_STRATEGIES).load().settings
    first, *others = open_desks(settings)
    assert list(open_desks(settings, left_out={first})) == others


def test_a_desk_remembers_enough_for_its_strategy_however_short_the_warm_up(tmp_path: Path) -> None:
    desks = open_desks(config_at(tmp_path, ini=TWO_STRATEGIES).load().settings)

    capacities = {str(symbol): desk.board.capacity for symbol, desk in desks.items()}
    assert capacities == {"BTCUSDT": 31, "ETHUSDT": 31, "LTCUSDT": 5}


def test_where_the_risk_depends_on_the_regime_a_desk_remembers_enough_to_know_it(
    tmp_path: Path,
) -> None:
    ini = f"{TWO_STRATEGIES}[regime]\nnorm_candles = 200\n[risk]\nregime_scale = illiquid: 0\n"
    desks = open_desks(config_at(tmp_path, ini=ini).load().settings)

    assert {desk.board.capacity for desk in desks.values()} == {250}


def test_so_it_does_for_a_strategy_that_looks_at_the_regime_and_for_that_one_only(
    tmp_path: Path,
) -> None:
    ini = TWO_STRATEGIES.replace("name = sma_cross", "name = rsi_reversion", 1)
    desks = open_desks(
        config_at(tmp_path, ini=f"{ini}[regime]\nnorm_candles = 200\n").load().settings
    )

    capacities = {str(symbol): desk.board.capacity for symbol, desk in desks.items()}
    assert capacities == {"BTCUSDT": 250, "ETHUSDT": 250, "LTCUSDT": 5}


def test_every_regime_is_told_by_the_candles_and_bounds_that_are_configured(tmp_path: Path) -> None:
    ini = TWO_STRATEGIES.replace("[trading]\n", "[trading]\nhigher_timeframes = 5m\n")
    regime = "[regime]\ntimeframe = 5m\nnorm_candles = 60\ntrend_candles = 10\n"
    desks = open_desks(config_at(tmp_path, ini=f"{ini}{regime}").load().settings)
    board = desks[BTCUSDT].board

    assert {desk.board.regime_timeframe for desk in desks.values()} == {"5m"}
    for bar in Weather().go([1.0] * 300):
        assert board.regime is None
        board.take(bar)
    assert board.regime is Regime.TREND_UP


def test_each_desk_has_candles_of_every_configured_timeframe(tmp_path: Path) -> None:
    ini = TWO_STRATEGIES.replace("[trading]\n", "[trading]\nhigher_timeframes = 5m, 1h, 1M\n")
    desks = open_desks(config_at(tmp_path, ini=ini).load().settings)

    assert {desk.view.timeframes for desk in desks.values()} == {("1m", "5m", "1h", "1M")}


def test_a_mark_price_is_known_once_it_was_told_by_its_shortest_text(tmp_path: Path) -> None:
    desks = open_desks(config_at(tmp_path, ini=TWO_STRATEGIES).load().settings)
    assert mark_of(desks, BTCUSDT) is None
    assert mark_of(desks, Symbol("NOSUCHUSDT")) is None
    desks[BTCUSDT].board.mark = MarkPrice(
        symbol=BTCUSDT, mark_price=60_000.1, index_price=1.0, funding_rate=0.0, next_funding_ms=1
    )
    assert mark_of(desks, BTCUSDT) == Price(Decimal("60000.1"))


def test_a_strategy_of_a_file_trades_under_the_name_of_its_class_or_section(tmp_path: Path) -> None:
    write_idea(tmp_path)
    ini = TWO_STRATEGIES.replace("name = sma_cross", "path = my_idea.py", 1)
    desks = open_desks(config_at(tmp_path, ini=ini).load().settings)
    assert {str(symbol): desk.label for symbol, desk in desks.items()} == {
        "BTCUSDT": "slow",
        "ETHUSDT": "slow",
        "LTCUSDT": "quick",
    }
    assert type(desks[BTCUSDT].strategy).__name__ == "MyIdea"
    plain = config_at(tmp_path, ini="[strategy]\npath = my_idea.py\n").load().settings
    assert [desk.label for desk in open_desks(plain).values()] == ["my_idea"]


def test_a_strategy_that_ends_the_program_when_it_is_made_once_more_is_told(tmp_path: Path) -> None:
    twice_well = (
        "    made = []\n    def __init__(self, settings):\n"
        "        super().__init__(settings)\n        self.made.append(1)\n"
        "        if len(self.made) > 2: raise SystemExit(0)\n\n    @property\n"
    )
    path = write_idea(tmp_path, "    @property\n", twice_well)
    settings = config_at(tmp_path, ini=f"[strategy]\npath = {path}\n").load().settings
    with pytest.raises(ConfigError) as raised:
        open_desks(settings)
    assert str(raised.value) == (
        "[strategy] my_idea.py:21 in __init__: SystemExit: 0 while it was made for BTCUSDT"
    )
