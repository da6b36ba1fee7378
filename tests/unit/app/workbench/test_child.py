"""The child answers in lines of JSON, whatever the strategy prints and whatever breaks."""

import io
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from noctule.app.workbench import child
from noctule.app.workbench.child import answer_request
from noctule.app.workbench.messages import (
    Found,
    Message,
    Our,
    Told,
    TrialRequest,
    Wrong,
    read_message,
)
from noctule.app.workbench.seal import Seal
from tests.fakes.idea_files import write_idea

SOURCE = Path(__file__).resolve().parents[4] / "src"


def answered(request: TrialRequest) -> list[Message]:
    answers = io.BytesIO()
    answer_request(request, answers, Seal(Path(), shown="my_idea.py"))
    return [read_message(line) for line in answers.getvalue().splitlines()]


def test_a_wish_that_cannot_be_fulfilled_is_said() -> None:
    _, wrong = answered(TrialRequest(strategy="my_idea.py", interval="7m"))
    assert isinstance(wrong, Wrong)
    assert wrong.problems[0].startswith("--interval: '7m' is not a timeframe")


def test_a_mistake_of_ours_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_words: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(child, "hold_trial", break_down)
    (ours,) = answered(TrialRequest(strategy="my_idea.py"))
    assert isinstance(ours, Our)
    assert ours.traceback.endswith("KeyError: 'a bug'\n")


def test_a_process_of_its_own_hears_what_is_touched_and_says_nothing_of_what_is_printed(
    tmp_path: Path,
) -> None:
    nosy = "        print('here I am')\n        __import__('io').open('/dev/null').close()\n"
    write_idea(tmp_path, "        closes", nosy + "        closes")
    run = subprocess.run(
        [sys.executable, "-P", "-m", "noctule.app.workbench.child"],
        input=msgspec.json.encode(TrialRequest(strategy="my_idea.py", candles_max=50)),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, b"")
    messages = [read_message(line) for line in run.stdout.splitlines()]
    told = [each.finding.text for each in messages if isinstance(each, Found)]
    assert told[-2].startswith("my_idea.py:22: print asks for the terminal or a log: ")
    assert told[-1] == "my_idea.py:23: it opened a file (open /dev/null)"
    assert isinstance(messages[-2], Told)
