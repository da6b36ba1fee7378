"""Strategy sections share out the symbols, each to exactly one."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from pydantic import BaseModel, model_validator

from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import StrategyChoice
from noctule.domain.values import Symbol
from tests.unit.config.house import (
    CATALOGUE,
    BandSettings,
    CrossSettings,
    IdeaSettings,
    MyIdea,
    load,
    problems,
)

BTC, ETH = Symbol("BTCUSDT"), Symbol("ETHUSDT")
BOTH = "[trading]\nsymbols = BTCUSDT, ETHUSDT\n"
TWO = """\
[strategy.trend]
name = sma_cross
symbols = BTCUSDT
fast = 5
[strategy.calm]
name = band
symbols = ETHUSDT
reverse = true
width = 2
"""


def test_without_a_section_the_default_strategy_trades_everything(tmp_path: Path) -> None:
    assert load(tmp_path).settings.strategies == (
        StrategyChoice(name="sma_cross", symbols=(BTC,), settings=CrossSettings()),
    )


def test_the_plain_section_trades_everything(tmp_path: Path) -> None:
    text = f"{BOTH}[strategy]\nreverse = true\nfast = 7\n"
    assert load(tmp_path, base=text).settings.strategies == (
        StrategyChoice(
            name="sma_cross", symbols=(BTC, ETH), reverse=True, settings=CrossSettings(fast=7)
        ),
    )


def test_named_sections_trade_their_symbols(tmp_path: Path) -> None:
    assert load(tmp_path, base=BOTH + TWO).settings.strategies == (
        StrategyChoice(
            label="trend", name="sma_cross", symbols=(BTC,), settings=CrossSettings(fast=5)
        ),
        StrategyChoice(
            label="calm",
            name="band",
            symbols=(ETH,),
            reverse=True,
            settings=BandSettings(width=2),
        ),
    )


def test_named_sections_replace_the_plain_one_of_an_earlier_file(tmp_path: Path) -> None:
    (tmp_path / "my.ini").write_text(BOTH + TWO)
    base = "[strategy]\nname = band\nwidth = wide\n"
    configuration = load(tmp_path, base=base, files=("my.ini",))
    assert [choice.section for choice in configuration.settings.strategies] == [
        "strategy.trend",
        "strategy.calm",
    ]


def test_a_plain_section_beside_or_after_named_ones_has_no_effect_and_is_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "my.ini").write_text("[strategy]\nfast = 5\n")
    base = f"{BOTH}[strategy]\n{TWO}"
    environment = {"NOCTULE_STRATEGY__FAST": "5"}
    what = "has no effect beside [strategy.trend], write [strategy.NAME] here, too"
    assert problems(tmp_path, base=base, files=("my.ini",), environment=environment) == [
        f"configs/noctule.ini:3 [strategy]: {what}",
        f"environment NOCTULE_STRATEGY__FAST [strategy]: {what}",
        f"my.ini:1 [strategy]: {what}",
    ]


def test_a_strategy_of_a_file_goes_by_the_name_of_its_class_or_of_its_section(
    tmp_path: Path,
) -> None:
    files = load(tmp_path, base="[strategy]\npath = my_idea.py\nlookback = 30\n")
    (choice,) = files.settings.strategies
    assert (choice.label, choice.name, choice.settings) == (
        *(None, "my_idea"),
        IdeaSettings(lookback=30),
    )
    assert choice.file is not None
    assert choice.file.kind is MyIdea
    named = load(tmp_path, base="[strategy.trend]\npath = my_idea.py\n").settings.strategies
    assert [(each.label, each.name) for each in named] == [("trend", "my_idea")]


def test_whoever_names_another_strategy_later_begins_with_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "my.ini").write_text("[strategy]\npath = my_idea.py\nlookback = 30\n")
    base = "[strategy]\nname = sma_cross\npath =\nreverse = true\nfast = 5\nslow = 9\n"
    configuration = load(tmp_path, base=base, files=("my.ini",))
    (choice,) = configuration.settings.strategies
    assert (choice.settings, choice.reverse) == (IdeaSettings(lookback=30, slow=7), True)
    assert configuration.origins["strategy.slow"] == "default"
    assert configuration.origins["strategy.path"] == "my.ini:2"
    assert configuration.origins["strategy.code"] == "my.ini:2"

    back = load(tmp_path, files=("my.ini",), overrides=("strategy.name=sma_cross",))
    assert back.settings.strategies[0].settings == CrossSettings(fast=5, slow=9)


def test_what_no_strategy_knows_is_told_even_where_it_was_left_behind(tmp_path: Path) -> None:
    (tmp_path / "my.ini").write_text("[strategy]\npath = my_idea.py\n")
    base = "[strategy]\nname = sma_cross\nfsat = 5\n"
    assert problems(tmp_path, base=base, files=("my.ini",)) == [
        "configs/noctule.ini:3 [strategy] fsat: unknown key, "
        "write one of name, path, symbols, reverse, lookback, slow"
    ]


def test_validators_of_a_built_in_strategy_are_ours_to_mend(tmp_path: Path) -> None:
    class Broken(BaseModel):
        @model_validator(mode="after")
        def _break(self) -> "Broken":
            raise ZeroDivisionError

    sources = Sources(home=tmp_path, directory=Path("configs"), environment={})
    catalogue = replace(CATALOGUE, settings_of=lambda _name: Broken)
    with pytest.raises(ZeroDivisionError):
        ConfigManager(sources, catalogue=catalogue).load()


def test_a_named_section_is_reached_by_variables_and_flags(tmp_path: Path) -> None:
    configuration = load(
        tmp_path,
        base=BOTH + TWO,
        environment={"NOCTULE_STRATEGY__TREND__FAST": "6"},
        overrides=("strategy.calm.width=3",),
    )
    trend, calm = configuration.settings.strategies
    assert trend.settings == CrossSettings(fast=6)
    assert calm.settings == BandSettings(width=3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[strategy]\nname = sma_crss", "2 [strategy] name: 'sma_crss' is not a strategy, "
         "did you mean 'sma_cross'?"),
        ("[strategy]\nname =", "2 [strategy] name: is empty, write a value, e.g. sma_cross"),
        (
            "[strategy.a]\nfast = 5",
            "1 [strategy.a] name: is missing, write name = … or path = FILE.py:CLASS",
        ),
        (
            "[strategy.a]\nname =",
            "2 [strategy.a] name: is empty, write a value or path = FILE.py:CLASS",
        ),
        (
            "[strategy]\npath = my_ide.py\nlookback = 5",
            "2 [strategy] path: there is no file my_ide.py, name one that exists",
        ),
        (
            "[strategy]\nname = sma_cross\npath = my_idea.py",
            "3 [strategy] path: stands beside name = sma_cross, keep one of the two",
        ),
        (
            "[strategy]\npath = my_idea.py\nlookback = 1000",
            "3 [strategy] lookback: '1000' is out of range, allowed is 2 to 500",
        ),
        (
            "[strategy]\npath = my_idea.py\nlokback = 10",
            "3 [strategy] lokback: unknown key, did you mean 'lookback'?",
        ),
        (
            "[strategy]\npath = my_idea.py\nlookback = 13",
            "2 [strategy] path: my_idea.py:3: ZeroDivisionError: 13",
        ),
        (
            "[strategy]\npath = my_idea.py\nlookback = 66",
            "2 [strategy] path: my_idea.py:9: ValueError: 66, mend it there",
        ),
        (
            "[strategy.My Trend]\nname = band",
            "1 [strategy.My Trend]: the name after the dot is small letters, digits and _, "
            "write e.g. [strategy.trend]",
        ),
        (
            "[strategy]\nfast = 30",
            "1 [strategy]: fast = 30 is not below slow = 30, lower fast",
        ),
        ("[strategy]\nfst = 30", "2 [strategy] fst: unknown key, did you mean 'fast'?"),
        ("[risk]\nfast = 30", "2 [risk] fast: belongs to [strategy], move it there"),
        (
            "[strategy]\nleverage = 3",
            "2 [strategy] leverage: belongs to [trading], move it there",
        ),
        (
            "[strategy.a]\nname = sma_cross\nsymbols = XRPUSDT, BTCUSDT",
            "3 [strategy.a] symbols: XRPUSDT not in [trading] symbols, add there or remove here",
        ),
        (
            "[strategy.a]\nname = sma_cross\nsymbols = btcusdt",
            "3 [strategy.a] symbols: 'btcusdt' is not in capitals, write BTCUSDT",
        ),
        (
            "[strategy.a]\nname = sma_cross\n[strategy.b]\nname = sma_cross",
            "3 [strategy.b] symbols: BTCUSDT traded by [strategy.a], too, keep in one of the two",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path, base=text) == [f"configs/noctule.ini:{problem}"]


def test_a_traded_symbol_without_a_strategy_is_told(tmp_path: Path) -> None:
    text = f"{BOTH}[strategy.a]\nname = sma_cross\nsymbols = BTCUSDT\n"
    assert problems(tmp_path, base=text) == [
        "configs/noctule.ini:2 [trading] symbols: no strategy trades ETHUSDT, "
        "add to a strategy's symbols or remove"
    ]


def test_overlaps_are_told_beside_other_mistakes(tmp_path: Path) -> None:
    text = """\
[trading]
symbols = BTCUSDT, ETHUSDT, XRPUSDT
leverage = much
[strategy.a]
name = sma_cross
symbols = BTCUSDT, ETHUSDT
fast = quick
[strategy.b]
name = band
symbols = ETHUSDT, XRPUSDT, DOGEUSDT
"""
    assert problems(tmp_path, base=text) == [
        "configs/noctule.ini:3 [trading] leverage: "
        "'much' is not a whole number, write digits, e.g. 5",
        "configs/noctule.ini:7 [strategy.a] fast: "
        "'quick' is not a whole number, write digits, e.g. 10",
        "configs/noctule.ini:8 [strategy.b] width: is missing, write width = …",
        "configs/noctule.ini:10 [strategy.b] symbols: DOGEUSDT not in [trading] symbols, "
        "add there or remove here",
        "configs/noctule.ini:10 [strategy.b] symbols: ETHUSDT traded by [strategy.a], too, "
        "keep in one of the two",
    ]


def test_wrong_traded_symbols_bring_no_follow_ups(tmp_path: Path) -> None:
    text = f"[trading]\nsymbols = BTC-USDT\n{TWO}"
    assert problems(tmp_path, base=text) == [
        "configs/noctule.ini:2 [trading] symbols: 'BTC-USDT' is not a symbol, write e.g. BTCUSDT"
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("[trading]", "[tradin]", "1 [tradin]: unknown section, did you mean 'trading'?"),
        ("[trading]", "[trading", "1: is not a section, write e.g. [risk] on a line of its own"),
        (
            "symbols = BTCUSDT, E",
            "symbls = BTCUSDT, E",
            "2 [trading] symbls: unknown key, did you mean 'symbols'?",
        ),
        (
            "symbols = BTCUSDT\n",
            "symbls = BTCUSDT\n",
            "5 [strategy.trend] symbls: unknown key, did you mean 'symbols'?",
        ),
        (
            "[strategy.calm]",
            "[stratgy.calm]",
            "7 [stratgy.calm]: unknown section, did you mean 'strategy'?",
        ),
        ("name = band", "name = bnd", "8 [strategy.calm] name: 'bnd' is not a strategy, "
         "did you mean 'band'?"),
    ],
)  # fmt: skip
def test_a_misspelled_word_brings_no_follow_ups(
    tmp_path: Path, right: str, wrong: str, problem: str
) -> None:
    text = (BOTH + TWO).replace(right, wrong, 1)
    assert problems(tmp_path, base=text) == [f"configs/noctule.ini:{problem}"]


def test_a_section_may_be_named_strategy(tmp_path: Path) -> None:
    (choice,) = load(tmp_path, base="[strategy.strategy]\nname = sma_cross\n").settings.strategies
    assert (choice.label, choice.section) == ("strategy", "strategy.strategy")
