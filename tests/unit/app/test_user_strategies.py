"""A strategy in a file of the owner's own is loaded, once, and traded by."""

import sys
from pathlib import Path

import pytest

from noctule.app.cli import main
from noctule.app.user_strategies import UserStrategies, strategy_catalogue
from noctule.config.settings import StrategyFile
from noctule.domain.errors import ConfigError
from noctule.strategies import Strategy, StrategySettings
from tests.fakes.home import config_at
from tests.fakes.idea_files import write_idea

INI = "[trading]\nsymbols = BTCUSDT, ETHUSDT\n[strategy]\npath = my_idea.py:MyIdea\n"


def loaded(home: Path, reference: str = "my_idea.py") -> StrategyFile:
    file = UserStrategies(home).load(reference)
    assert isinstance(file, StrategyFile), file
    return file


@pytest.mark.parametrize("reference", ["my_idea.py", "my_idea.py:MyIdea"])
def test_a_file_is_loaded_with_or_without_the_name_of_its_class(
    tmp_path: Path, reference: str
) -> None:
    write_idea(tmp_path)
    file = loaded(tmp_path, reference)
    assert (file.path, file.name, len(file.code)) == (reference, "my_idea", 12)
    assert file.kind.__name__ == "MyIdea"
    assert issubclass(file.kind, Strategy)


IN_SHORT = """\
from __future__ import annotations
from dataclasses import dataclass
from noctule.strategies import Direction, Signal, Strategy, StrategySettings


@dataclass
class Level:
    price: float


class MyIdea(Strategy):
    class Settings(StrategySettings):
        lookback: int = 20

    def analyze(self, candle, view):
        return Signal(direction=Direction.LONG, reason="close above the band")
"""


def test_a_file_may_be_as_short_as_this(tmp_path: Path) -> None:
    write_idea(tmp_path, text=IN_SHORT)
    ini = INI + "lookback = many\n"
    with pytest.raises(ConfigError) as raised:
        config_at(tmp_path, ini=ini).load()
    assert raised.value.problems == (
        "configs/noctule.ini:5 [strategy] lookback: 'many' is not a whole number, "
        "write digits, e.g. 20",
    )
    (choice,) = config_at(tmp_path, ini=INI + "lookback = 7\n").load().settings.strategies
    assert getattr(choice.settings, "lookback", None) == 7


def test_a_path_begins_at_home_at_the_root_or_at_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_idea(tmp_path / "ideas")
    monkeypatch.setenv("HOME", str(tmp_path / "ideas"))
    home = tmp_path / "elsewhere"
    assert loaded(tmp_path, "ideas/my_idea.py").name == "my_idea"
    assert loaded(home, str(tmp_path / "ideas/my_idea.py")).name == "my_idea"
    assert loaded(home, "~/my_idea.py").name == "my_idea"


def test_a_file_runs_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    write_idea(
        tmp_path, wrong="\nwith open(__file__ + '.runs', 'a') as runs:\n    runs.write('x')\n"
    )
    files = UserStrategies(tmp_path)
    first, second = files.load("my_idea.py"), files.load("my_idea.py:MyIdea")
    assert isinstance(first, StrategyFile)
    assert isinstance(second, StrategyFile)
    assert first.kind is second.kind
    assert (tmp_path / "my_idea.py.runs").read_text() == "x"


def test_its_module_takes_no_name_that_anybody_imports(tmp_path: Path) -> None:
    write_idea(tmp_path, name="json.py")
    before = {*sys.modules}
    file = loaded(tmp_path, "json.py")
    assert {*sys.modules} - before == {file.kind.__module__}
    assert file.kind.__module__.startswith("_noctule_strategy_")


def test_another_text_is_another_code_though_what_runs_is_the_first(tmp_path: Path) -> None:
    write_idea(tmp_path)
    files = UserStrategies(tmp_path)
    first = files.load("my_idea.py")
    write_idea(tmp_path, wrong="# a thought\n")
    second = files.load("my_idea.py")
    assert isinstance(first, StrategyFile)
    assert isinstance(second, StrategyFile)
    assert first.kind is second.kind
    assert first.code != second.code


def test_once_closed_only_what_ran_before_is_loaded(tmp_path: Path) -> None:
    write_idea(tmp_path)
    write_idea(tmp_path, name="other.py")
    files = UserStrategies(tmp_path)
    assert isinstance(files.load("my_idea.py"), StrategyFile)
    files.close()
    assert isinstance(files.load("my_idea.py"), StrategyFile)
    assert files.load("other.py") == (
        "other.py was not loaded at the start, a running bot loads no other strategy: restart it"
    )


def test_a_configuration_trades_by_a_file(tmp_path: Path) -> None:
    write_idea(tmp_path)
    (choice,) = config_at(tmp_path, ini=INI + "lookback = 30\n").load().settings.strategies
    assert choice.name == "my_idea"
    assert getattr(choice.settings, "lookback", None) == 30


def test_check_shows_a_file_with_its_settings_and_origins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_idea(tmp_path)
    (tmp_path / "my.ini").write_text(INI)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--config", "my.ini", "--set", "strategy.lookback=30"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["path", "my_idea.py:MyIdea", "my.ini:4"] in rows
    assert ["lookback", "30", "--set"] in rows
    (code,) = [row for row in rows if row[:1] == ["code"]]
    assert code[2] == "my.ini:4"


def test_check_tells_everything_in_one_line_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_idea(tmp_path, "def analyze", "async def analyze")
    (tmp_path / "my.ini").write_text(INI + "[risk]\nmax_positions = many\n")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--config", "my.ini"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "my.ini:4 [strategy] path: my_idea.py:21: analyze is async: nothing may be waited for in "
        "it, take async away\n"
        "my.ini:6 [risk] max_positions: 'many' is not a whole number, write digits, e.g. 3\n"
    )


def test_the_catalogue_knows_the_built_in_ones_too(tmp_path: Path) -> None:
    catalogue = strategy_catalogue(tmp_path)
    model = catalogue.settings_of("sma_cross")
    assert "sma_cross" in catalogue.names
    assert model is not None
    assert issubclass(model, StrategySettings)
