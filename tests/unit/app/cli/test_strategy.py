"""The `strategy` commands as their user meets them."""

import json
from pathlib import Path

import pytest

from noctule.app.cli import main
from tests.fakes.idea_files import write_idea


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[trading]\nhigher_timeframes = 5m\n")
    monkeypatch.chdir(tmp_path)


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["strategy", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("word", ["new", "list", "check", "explain"])
def test_every_command_has_help_with_an_example(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ran(capsys, word, "--help")
    assert code == 0
    assert f"Example: noctule strategy {word}" in out


def test_a_new_one_is_written_and_what_comes_next_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = ran(capsys, "new", "my_trend", "--folder", "ideas")
    assert (code, err) == (0, "")
    assert Path("ideas/my_trend.py").is_file()
    assert Path("ideas/test_my_trend.py").is_file()
    assert "            path = ideas/my_trend.py:MyTrend\n" in out
    assert "noctule strategy check ideas/my_trend.py\n" in out
    assert "python -m pytest -p no:asyncio ideas/test_my_trend.py\n" in out


def test_a_new_one_is_told_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "new", "my_trend", "--json")
    assert (code, json.loads(out)) == (
        0,
        {
            "strategy": "my_trend.py",
            "test": "test_my_trend.py",
            "reference": "my_trend.py:MyTrend",
        },
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("MyTrend",), "strategy new: 'MyTrend' cannot be a name, write small letters"),
        (("random",), "strategy new: 'random' is a name of Python's own, e.g. my_random"),
        (("mine",), "strategy new: mine.py is there already, take another name or folder"),
        (
            ("other", "--folder", "mine.py"),
            "mine.py cannot be written (File exists), name a",
        ),
        ((), "Missing argument 'NAME'"),
    ],
)
def test_what_cannot_be_written_is_told(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine.py").write_text("")
    code, out, err = ran(capsys, "new", *words)
    assert (code, out) == (1, "")
    assert told in err


def test_the_list_shows_those_built_in_and_those_configured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_idea(Path())
    code, out, _ = ran(capsys, "list", "--set", "strategy.path=my_idea.py")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert "fast 10 1 to 1000 candles in the fast average" in lines
    mine = lines.index("my_idea = my_idea.py on BTCUSDT: Long above the close of a while ago, "
                       "out below it.")  # fmt: skip
    assert lines.index("configured") < mine
    assert lines[mine + 1] == "lookback 20 2 to 500 candles it looks back"


def test_the_keys_of_the_list_fit_beside_what_they_mean(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = ran(capsys, "list")
    keys = [line for line in out.splitlines() if line.startswith("  ")]
    assert (code, [line for line in keys if len(line) > 100]) == (0, [])
    (zones,) = [line for line in keys if line.startswith("  kill_zones ")]
    assert zones.endswith("hours in which stops may be swept")


def test_what_is_long_in_the_list_goes_on_below_and_none_of_it_is_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    meaning = " ".join(f"word{number}" for number in range(40))
    write_idea(Path(), "candles it looks back", meaning)
    _, out, _ = ran(capsys, "list", "--set", "strategy.path=my_idea.py")
    told = out[out.index("lookback ") :].split()
    assert told == ["lookback", "20", "2", "to", "500", *meaning.split()]


def test_a_strategy_without_settings_is_listed_without(capsys: pytest.CaptureFixture[str]) -> None:
    write_idea(Path(), "    Settings = IdeaSettings\n", "")
    text = Path("my_idea.py").read_text().replace("self.settings.lookback", "9")
    Path("my_idea.py").write_text(text)
    code, out, _ = ran(capsys, "list", "--set", "strategy.path=my_idea.py")
    assert code == 0
    assert out.endswith("my_idea = my_idea.py on BTCUSDT: Long above the close of a while ago, "
                        "out below it.\n")  # fmt: skip


def test_the_list_is_there_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "list", "--json")
    listed = json.loads(out)
    assert code == 0
    assert [each["name"] for each in listed["configured"]] == ["sma_cross"]
    meaning = "candles in the fast average"
    assert {"key": "fast", "value": "10", "allowed": "1 to 1000", "meaning": meaning} in next(
        each["keys"] for each in listed["built_in"] if each["name"] == "sma_cross"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--set", "strategy.path=gone.py"), "--set [strategy] path: there is no file gone.py"),
        (("--set", "strategy.fast=0"), "--set [strategy] fast: '0' is out of range"),
        (("--profile", "none"), "there is no profile 'none'"),
    ],
)
def test_what_is_configured_wrong_is_told_and_what_is_built_in_is_shown_all_the_same(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ran(capsys, "list", *words)
    assert code == 1
    assert "sma_cross: Long when" in out
    assert "configured" not in out
    assert told in err
    assert ran(capsys, "list", *words, "--json")[:2] == (1, "")
