"""`strategy check` as its user meets it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from noctule.app.cli import main, strategy_check
from noctule.app.workbench.messages import Progress
from tests.fakes.idea_files import write_idea


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[trading]\nhigher_timeframes = 5m\n")
    monkeypatch.chdir(tmp_path)
    write_idea(tmp_path)


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["strategy", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_good_strategy_passes_its_check_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, "check", "my_idea.py", "--candles", "60", "--set", "lookback=9")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert {line[:4] for line in lines} == {"ok  "}
    assert [line.split()[1] for line in lines] == [
        *("file", "settings", "candles", "answers", "signals", "time"),
        *("repeat", "future", "purity", "process"),
    ]
    assert lines[1] == "ok    settings  lookback = 9"
    assert "60 of BTCUSDT 1m, 5m," in lines[2]  # as the configuration says


def test_a_check_that_fails_is_exit_code_1_and_json_says_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_idea(Path(), "def analyze", "async def analyze")
    code, out, _ = ran(capsys, "check", "my_idea.py:MyIdea", "--json")
    report = json.loads(out)
    assert code == 1
    assert (report["strategy"], report["verdict"]) == ("my_idea.py:MyIdea", "FAIL")
    assert [each["topic"] for each in report["findings"]] == ["file"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--interval", "7m"), "--interval: '7m' is not a timeframe, write one of 1m, 3m,"),
        (("--set", "trading.timeframe=7m"), "--set [trading] timeframe: '7m' is not known"),
        (("--set", "trading.timefram=5m"), "--set [trading] timefram: unknown key, did you mean"),
        (("--config", "gone.ini"), "gone.ini: cannot be read"),
        (("--candles", "3"), "Invalid value for '--candles'"),
    ],
)
def test_a_check_of_something_else_than_is_there_is_wrong_use(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ran(capsys, "check", "my_idea.py", *words)
    assert (code, out) == (1, "")
    assert told in err


def test_ctrl_c_ends_a_check(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_request: object, *, tell: object, advance: object) -> None:
        assert callable(advance)
        advance(Progress(1, 2))
        raise KeyboardInterrupt

    monkeypatch.setattr(strategy_check, "referee", interrupted)
    assert ran(capsys, "check", "my_idea.py") == (130, "", "noctule: interrupted\n")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_end_leaves_no_strategy_that_computes_on(
    number: signal.Signals, tmp_path: Path
) -> None:
    noted = tmp_path / "noted"
    (tmp_path / "endless.py").write_text(
        f"import os\nopen({str(noted)!r}, 'a').write(str(os.getpid()) + ' ')\nwhile True: pass\n"
    )
    minds_signals = ["env", "--default-signal"]  # also where whoever started us ignores them
    command = [*minds_signals, sys.executable, "-m", "noctule", "strategy", "check", "endless.py"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as trial:
        while not (noted.exists() and noted.read_text().count(" ") == 2):
            sleep(0.02)
        trial.send_signal(number)
    assert trial.returncode == 128 + number
    for pid in noted.read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
