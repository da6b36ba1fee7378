"""A strategy in a file of the owner's own is loaded, or told what is wrong, with file and line."""

import sys
from pathlib import Path

import pytest

from noctule.app import user_strategies
from noctule.app.cli import main
from noctule.app.user_strategies import UserStrategies, strategy_catalogue
from noctule.config.settings import StrategyFile
from noctule.strategies import Strategy, StrategySettings
from tests.fakes.home import config_at
from tests.fakes.idea_files import IDEA, write_idea

INI = "[trading]\nsymbols = BTCUSDT, ETHUSDT\n[strategy]\npath = my_idea.py:MyIdea\n"


def loaded(home: Path, reference: str = "my_idea.py") -> StrategyFile:
    file = UserStrategies(home).load(reference)
    assert isinstance(file, StrategyFile), file
    return file


def told(home: Path, right: str, wrong: str, reference: str = "my_idea.py") -> str:
    """Return what is said of a file after something right in it was put wrong."""
    write_idea(home, right, wrong)
    flaw = UserStrategies(home).load(reference)
    assert isinstance(flaw, str), flaw
    return flaw


@pytest.mark.parametrize("reference", ["my_idea.py", "my_idea.py:MyIdea"])
def test_a_file_is_loaded_with_or_without_the_name_of_its_class(
    tmp_path: Path, reference: str
) -> None:
    write_idea(tmp_path)
    file = loaded(tmp_path, reference)
    assert (file.path, file.name, len(file.code)) == (reference, "my_idea", 12)
    assert file.kind.__name__ == "MyIdea"
    assert issubclass(file.kind, Strategy)


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


@pytest.mark.parametrize(
    ("reference", "flaw"),
    [
        ("gone.py", "there is no file gone.py, name one that exists"),
        ("my_idea", "'my_idea' is no Python file, write FILE.py:CLASS, e.g. my_idea.py"),
        (
            "my_idea:MyIdea",
            "'my_idea:MyIdea' is no Python file, write FILE.py:CLASS, e.g. my_idea.py:MyIdea",
        ),
        ("my_idea.py:", "'my_idea.py:' names no class, write my_idea.py or my_idea.py:CLASS"),
        ("'my_idea.py'", "\"'my_idea.py'\" stands in quotes, write my_idea.py"),
        ("folder.py", "folder.py is a directory, name a file"),
    ],
)
def test_what_names_no_file_is_told(tmp_path: Path, reference: str, flaw: str) -> None:
    (tmp_path / "folder.py").mkdir()
    assert UserStrategies(tmp_path).load(reference) == flaw


@pytest.mark.parametrize(
    ("right", "wrong", "flaw"),
    [
        (
            "class MyIdea(Strategy):",
            "class MyIdea(Strategy)",
            "my_idea.py:12: SyntaxError: expected ':', mend it there",
        ),
        (
            "from pydantic import Field\n",
            "import pydantik\nfrom pydantic import Field\n",
            "my_idea.py:1: ModuleNotFoundError: No module named 'pydantik' while it was imported, "
            "install pydantik or write without it",
        ),
        (
            "\n\nclass MyIdea",
            "\ndef share(): return 1 / 0\nSHARE = share()\n\nclass MyIdea",
            "my_idea.py:11: ZeroDivisionError: division by zero while it was imported, "
            "mend it there",
        ),
        (
            "from pydantic import Field\n",
            "from pydantic import Field\nraise SystemExit(3)\n",
            "my_idea.py:2: SystemExit: 3 while it was imported, "
            "a strategy must not end the program, take it away",
        ),
        (
            "from pydantic import Field\n",
            "from pydantic import Field\nraise KeyboardInterrupt\n",
            "my_idea.py:2: KeyboardInterrupt while it was imported, "
            "a strategy must not end the program, take it away",
        ),
    ],
)
def test_a_file_that_cannot_run_is_told_with_the_line(
    tmp_path: Path, right: str, wrong: str, flaw: str
) -> None:
    assert told(tmp_path, right, wrong) == flaw


def test_an_import_without_end_is_interrupted_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_strategies, "_LOADING_S_MAX", 0.05)
    assert told(tmp_path, "\n\nclass MyIdea", "\nwhile True: pass\n\nclass MyIdea") == (
        "my_idea.py:11: TimeIsUp: not done within 0.05 s while it was imported, "
        "do no work while a file is imported"
    )


def test_a_failure_in_a_neighbour_is_told_by_the_neighbours_line(tmp_path: Path) -> None:
    (tmp_path / "levels_one.py").write_text("HIGH = 3\nLOW = {}['low']\n")
    flaw = told(tmp_path, "from pydantic", "from levels_one import HIGH\nfrom pydantic")
    assert flaw == "levels_one.py:2: KeyError: 'low' while it was imported, mend it there"


def test_settings_that_raise_while_they_are_read_are_told(tmp_path: Path) -> None:
    wrong = "lookback: int = Field(default_factory=lambda: 1 // 0)"
    right = 'lookback: int = Field(default=20, ge=2, le=500, description="candles it looks back")'
    assert told(tmp_path, right, wrong) == (
        "my_idea.py:9: ZeroDivisionError: integer division or modulo by zero "
        "while its settings were read, mend it there"
    )


@pytest.mark.parametrize(
    ("right", "wrong", "flaw"),
    [
        ("return self.settings.lookback", "return 1 / 0",
         "my_idea.py:19: ZeroDivisionError: division by zero while it was made, mend it there"),
        ("return self.settings.lookback", "return -1",
         "my_idea.py:18: warmup_bars is -1, allowed is 0 to 10000"),
        ("return self.settings.lookback", "return 10_001",
         "my_idea.py:18: warmup_bars is 10001, allowed is 0 to 10000"),
        ("return self.settings.lookback", "return '20'",
         "my_idea.py:18: warmup_bars is '20', return a whole number"),
        ("    def analyze", "    def __init__(self) -> None: ...\n\n    def analyze",
         "my_idea.py:1: TypeError: MyIdea.__init__() takes 1 positional argument but 2 were given "
         "while it was made, mend it there"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_made_with_its_settings_is_told(
    tmp_path: Path, right: str, wrong: str, flaw: str
) -> None:
    write_idea(tmp_path, right, wrong)
    files = UserStrategies(tmp_path)
    file = files.load("my_idea.py")
    assert isinstance(file, StrategyFile), file
    assert files.try_out(file, file.kind.Settings()) == flaw


def test_one_that_can_be_made_is_not_told_of(tmp_path: Path) -> None:
    write_idea(tmp_path)
    files = UserStrategies(tmp_path)
    file = files.load("my_idea.py")
    assert isinstance(file, StrategyFile)
    assert files.try_out(file, file.kind.Settings()) is None


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


def test_validators_that_raise_are_told_by_their_line(tmp_path: Path) -> None:
    text = IDEA.replace(
        "\n\nclass MyIdea",
        "\n    def model_post_init(self, _context):\n        {}[self.lookback]\n\n\nclass MyIdea",
        1,
    ).replace("from pydantic import Field", "from pydantic import Field  # and no more", 1)
    write_idea(tmp_path, text=text.replace("{}[self.lookback]", "{20: 0}[self.lookback]"))
    files = strategy_catalogue(tmp_path).files
    file = files.load("my_idea.py")
    assert isinstance(file, StrategyFile), file
    with pytest.raises(KeyError) as raised:
        file.kind.Settings(lookback=21)  # type: ignore[call-arg]  # one of its own
    assert files.blame(file, raised.value) == (
        "my_idea.py:12: KeyError: 21 while it was made, mend it there"
    )


def test_the_catalogue_knows_the_built_in_ones_too(tmp_path: Path) -> None:
    catalogue = strategy_catalogue(tmp_path)
    model = catalogue.settings_of("sma_cross")
    assert "sma_cross" in catalogue.names
    assert model is not None
    assert issubclass(model, StrategySettings)
