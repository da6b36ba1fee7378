"""Every strategy is listed with its purpose and keys: those built in, and those configured."""

from enum import Enum
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from pydantic import Field

from noctule.app.workbench.listing import Key, Listed, built_in, configured
from noctule.config.settings import StrategyChoice, StrategyFile
from noctule.domain.values import Symbol
from noctule.strategies import StrategySettings
from noctule.strategies.factory import STRATEGIES
from noctule.strategies.sma_cross import SmaCross
from tests.fakes.home import config_at
from tests.fakes.idea_files import write_idea


def test_every_built_in_strategy_says_what_it_is_for() -> None:
    listed = [*built_in()]
    assert [each.name for each in listed] == [*STRATEGIES]
    assert [each.name for each in listed if not each.purpose] == []


@pytest.mark.parametrize("listed", [*built_in()], ids=lambda listed: listed.name)
def test_every_setting_of_a_built_in_strategy_says_what_it_means(listed: Listed) -> None:
    assert [each.key for each in listed.keys if not each.meaning] == []


def test_a_built_in_strategy_shows_its_defaults_and_ranges() -> None:
    (cross,) = [each for each in built_in() if each.name == "sma_cross"]
    assert cross.purpose == (
        "Long when the fast average crosses above the slow one, short when it crosses below."
    )
    assert [(each.key, each.value, each.allowed) for each in cross.keys] == [
        ("fast", "10", "1 to 1000"),
        ("slow", "30", "2 to 1000"),
    ]


def test_what_is_configured_is_listed_as_it_is_configured(tmp_path: Path) -> None:
    write_idea(tmp_path)
    ini = """\
[trading]
symbols = BTCUSDT, ETHUSDT
[strategy.trend]
path = my_idea.py
symbols = BTCUSDT
lookback = 30
[strategy.cross]
name = sma_cross
symbols = ETHUSDT
"""
    trend, cross = configured(config_at(tmp_path, ini=ini).load().settings.strategies)
    assert trend == Listed(
        name="trend",
        purpose="Long above the close of a while ago, out below it.",
        keys=(
            Key(key="lookback", value="30", allowed="2 to 500", meaning="candles it looks back"),
        ),
        section="strategy.trend",
        path="my_idea.py",
        symbols=("BTCUSDT",),
    )
    assert (cross.name, cross.path, cross.symbols) == ("cross", None, ("ETHUSDT",))


class Mood(Enum):
    CALM = "calm"
    WILD = "wild"


class Choosy(StrategySettings, frozen=True):
    mood: Mood = Mood.CALM
    side: Literal["long", "both"] = "both"
    trails: bool = False
    free: str = Field(default="")


class Silent(SmaCross):
    Settings: ClassVar[type[StrategySettings]] = Choosy


def test_choices_are_written_out_and_a_strategy_may_say_nothing_of_itself() -> None:
    file = StrategyFile(path="silent.py", name="silent", code="c0de", kind=Silent)
    choice = StrategyChoice(
        name="silent", file=file, symbols=(Symbol("BTCUSDT"),), settings=Choosy()
    )
    (listed,) = configured([choice])
    assert listed.purpose == ""
    assert [each.allowed for each in listed.keys] == [
        "calm | wild",
        "long | both",
        "true | false",
        "",
    ]
