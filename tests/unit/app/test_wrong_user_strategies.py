"""Whatever is wrong with a strategy's file is told in a line, with the file and the line in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from noctule.app import exits, user_strategies
from noctule.app.user_strategies import UserStrategies, strategy_catalogue
from noctule.config.settings import StrategyFile
from noctule.domain.errors import ConfigError
from tests.fakes.home import config_at
from tests.fakes.idea_files import IDEA, write_idea


def told(home: Path, right: str, wrong: str, reference: str = "my_idea.py") -> str:
    """Return what is said of a file after something right in it was put wrong."""
    write_idea(home, right, wrong)
    flaw = UserStrategies(home).load(reference)
    assert isinstance(flaw, str), flaw
    return flaw


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
            "from pydantic import Field\n",
            "from pydantic import Field\nreturn 3\n",
            "my_idea.py:2: SyntaxError: 'return' outside function, mend it there",
        ),
        (
            "from pydantic import Field\n",
            "from pydantic import Field\nfrom .levels import HIGH\n",
            "my_idea.py:2: ImportError: attempted relative import with no known parent package "
            "while it was imported, write import NAME: files beside it are found by their names",
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
        (
            "from pydantic import Field\n",
            "from pydantic import Field\nraise GeneratorExit\n",
            "my_idea.py:2: GeneratorExit while it was imported, mend it there",
        ),
        (
            "from pydantic import Field\n",
            "from pydantic import Field\nraise type('Own', (BaseException,), {})('mine')\n",
            "my_idea.py:2: Own: mine while it was imported, mend it there",
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
        ("return self.settings.lookback",
         "return type('Mute', (), {'__repr__': lambda self: exit()})()",
         "my_idea.py:18: warmup_bars is a Mute, return a whole number"),
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


def judged(home: Path, ini: str, validation: str) -> tuple[str, ...]:
    """Return what is told of a file whose settings are validated like this."""
    text = IDEA.replace(
        "\n\nclass MyIdea",
        f"\n    def model_post_init(self, _context):\n        {validation}\n\n\nclass MyIdea",
        1,
    )
    write_idea(home, text=text)
    with pytest.raises(ConfigError) as raised:
        config_at(home, ini="[strategy]\npath = my_idea.py\n" + ini).load()
    return raised.value.problems


@pytest.mark.parametrize("raised", ["SystemExit(0)", "GeneratorExit", "KeyboardInterrupt"])
def test_validators_cannot_end_the_program(tmp_path: Path, raised: str) -> None:
    validation = f"if self.lookback == 21: raise {raised}"
    said = raised.replace("(", ": ").rstrip(")")
    assert judged(tmp_path, "lookback = 21\n", validation) == (
        f"configs/noctule.ini:2 [strategy] path: my_idea.py:12: {said} while it was made, "
        "mend it there",
    )


def test_a_validator_without_end_is_interrupted_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_strategies, "_LOADING_S_MAX", 0.05)
    assert judged(tmp_path, "lookback = 21\n", "while self.lookback == 21: pass") == (
        "configs/noctule.ini:2 [strategy] path: my_idea.py:12: "
        "TimeIsUp: not done within 0.05 s while it was made, mend it there",
    )


def test_a_running_bot_waits_no_longer_than_a_second_and_starts_anew_where_that_is_no_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[tuple[float, object]] = []

    @contextmanager
    def noted(seconds: float, *, give_up: Callable[[str], NoReturn]) -> Iterator[None]:
        limits.append((seconds, give_up))
        yield

    monkeypatch.setattr(user_strategies, "time_limit", noted)
    write_idea(tmp_path)
    files = UserStrategies(tmp_path)
    assert files.contained(lambda: 3) == 3
    files.close()
    assert files.contained(lambda: 3) == 3
    assert limits == [(10.0, exits.refuse), (1.0, exits.abandon)]


def test_what_a_file_prints_stands_in_nobodys_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_idea(tmp_path, wrong="\nprint('it is imported')\n")
    assert isinstance(UserStrategies(tmp_path).load("my_idea.py"), StrategyFile)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "it is imported\n")


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
