"""The class that is meant is found, and each thing that would keep it from being asked is told."""

import ast
from pathlib import Path
from typing import Any

import pytest

from noctule.app.strategy_class import class_flaw, find_class, label_of
from noctule.app.strategy_source import Reference, Source
from tests.fakes.idea_files import IDEA

FIELD = 'lookback: int = Field(default=20, ge=2, le=500, description="candles it looks back")'


def source_of(text: str) -> Source:
    return Source(shown="f.py", path=Path("/f.py"), text=text, tree=ast.parse(text))


def run(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "made_up"}
    exec(text, names)
    return names


def found(text: str, wanted: str | None = None) -> type | str:
    reference = Reference(shown="f.py", path=Path("/f.py"), wanted=wanted)
    return find_class(reference, source_of(text), run(text))


def flaw_after(right: str, wrong: str) -> str | None:
    assert right in IDEA
    text = IDEA.replace(right, wrong, 1)
    kind = run(text)["MyIdea"]
    return class_flaw(kind, source_of(text))


def test_the_only_class_need_not_be_named_and_bases_do_not_count() -> None:
    text = IDEA.replace("class MyIdea(Strategy)", "class Base(Strategy): pass\nclass MyIdea(Base)")
    for wanted in (None, "MyIdea"):
        kind = found(text, wanted)
        assert isinstance(kind, type)
        assert kind.__name__ == "MyIdea"


def test_an_abstract_class_that_is_alone_is_the_one_that_is_meant() -> None:
    text = "from noctule.strategies import Strategy\nclass Empty(Strategy): pass\n"
    kind = found(text)
    assert isinstance(kind, type)
    assert class_flaw(kind, source_of(text)) == (
        "f.py:2: Empty has no analyze, write def analyze(self, candle, view):"
    )


@pytest.mark.parametrize(
    ("text", "wanted", "flaw"),
    [
        ("", None, "f.py:1: holds no strategy, write class MyIdea(Strategy):"),
        ("", "MyIdea", "f.py:1: has no class MyIdea, write class MyIdea(Strategy):"),
        (IDEA, "MyIdeas", "f.py:1: has no class MyIdeas, did you mean 'MyIdea'?"),
        (
            IDEA,
            "IdeaSettings",
            "f.py:6: IdeaSettings is no subclass of noctule.strategies.Strategy, "
            "write IdeaSettings(Strategy)",
        ),
        (
            IDEA + "\nclass Other(MyIdea): pass\n",
            None,
            "f.py:1: holds 2 strategies, write one of f.py:MyIdea, f.py:Other",
        ),
    ],
)
def test_what_is_not_there_or_not_clear_is_told(text: str, wanted: str | None, flaw: str) -> None:
    assert found(text, wanted) == flaw


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("MyIdea", "my_idea"),
        ("RSI2", "rsi2"),
        ("EMACross", "ema_cross"),
        ("my_idea", "my_idea"),
        ("_Top__Down_", "top_down"),
        ("V2Breakout", "v2_breakout"),
    ],
)
def test_a_class_goes_by_small_words(name: str, label: str) -> None:
    assert label_of(type(name, (), {})) == label


def test_a_class_without_flaw_has_none() -> None:
    assert flaw_after("", "") is None


def test_a_static_analyze_takes_two() -> None:
    right = "def analyze(self, candle: Candle, view: MarketView)"
    wrong = "@staticmethod\n    def analyze(candle: Candle, view: MarketView)"
    assert flaw_after(right, wrong) is None


@pytest.mark.parametrize(
    ("right", "wrong", "flaw"),
    [
        ("class MyIdea(Strategy):", "class Ünfug(Strategy):\n    pass\n\nclass MyIdea(Ünfug):",
         None),
        ("def analyze", "async def analyze",
         "f.py:21: analyze is async: nothing may be waited for in it, take async away"),
        ("return Signal(direction=Direction.FLAT", "yield Signal(direction=Direction.FLAT",
         "f.py:21: analyze yields: it is to return a Signal or None, write return"),
        ("(self, candle: Candle, view: MarketView)", "(self, candle)",
         "f.py:21: analyze takes (self, candle), write def analyze(self, candle, view):"),
        ("candle: Candle, view: MarketView)", "candle: Candle, *, view: MarketView = None)",
         "f.py:21: analyze takes (self, candle, *, view=None), "
         "write def analyze(self, candle, view):"),
        ("    def analyze", "    analyze = 5\n\n    def think",
         "f.py:21: analyze is 5, write def analyze(self, candle, view):"),
        ("    def analyze", "    def think",
         "f.py:12: MyIdea has no analyze, write def analyze(self, candle, view):"),
        ("    Settings = IdeaSettings\n",
         "    Settings = IdeaSettings\n    reverse = 'yes'\n",
         "f.py:16: reverse is 'yes', write True or False"),
        ("    Settings = IdeaSettings\n", "    Settings = int\n",
         "f.py:15: Settings is no subclass of noctule.strategies.StrategySettings, "
         "write class Settings(StrategySettings):"),
        (FIELD, "lookback: int",
         "f.py:15: Settings.lookback has no default, write lookback: int = …"),
        (FIELD, "lookback: 'int | None'",
         "f.py:15: Settings.lookback has no default, write lookback: int | None = …"),
        (FIELD, "symbols: int = 3",
         "f.py:15: Settings.symbols is a key of the section itself, give it another name"),
        (FIELD, "lookback: int = Field(default=3, alias='n')",
         "f.py:15: Settings.lookback has the alias 'n', take it away"),
        (FIELD, "lookback: dict[str, int] = {}",
         "f.py:15: Settings.lookback is something that no INI file can say, "
         "write a tuple, e.g. tuple[int, ...]"),
        (FIELD, "lookback: int = Field(default=1, ge=2, le=500)",
         "f.py:15: the default of Settings.lookback '1' is out of range, allowed is 2 to 500"),
        (FIELD, FIELD + "\n    def model_post_init(self, _): raise ValueError('never')",
         "f.py:16: the defaults of Settings: never"),
    ],
)  # fmt: skip
def test_what_would_keep_it_from_being_asked_is_told_with_its_line(
    right: str, wrong: str, flaw: str | None
) -> None:
    assert flaw_after(right, wrong) == flaw


def test_a_class_that_leaves_other_things_abstract_is_told() -> None:
    text = (
        "from abc import abstractmethod\n"
        + IDEA
        + "\n    @abstractmethod\n    def levels(self): ...\n"
    )
    kind = run(text)["MyIdea"]
    assert class_flaw(kind, source_of(text)) == ("f.py:13: MyIdea leaves levels abstract, write it")


def test_a_name_that_no_order_can_carry_is_told() -> None:
    text = IDEA.replace("MyIdea", "Größer")
    assert class_flaw(run(text)["Größer"], source_of(text)) == (
        "f.py:12: the name Größer is to stand in orders and logs, write Latin letters"
    )
