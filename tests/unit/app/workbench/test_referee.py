"""A strategy that hangs, crashes, ends its process or depends on it is ended and told."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any, cast

import pytest

from noctule.app.online.findings import Finding, Verdict
from noctule.app.workbench import referee as refereeing
from noctule.app.workbench.messages import Message, Our, Progress, TrialRequest, Wrong
from noctule.app.workbench.referee import TrialBroke, referee
from noctule.domain.errors import ConfigError
from tests.fakes.idea_files import write_idea

REQUEST = TrialRequest(strategy="my_idea.py", candles_max=50)
ANALYZE = "        closes = view.history"
NOTED = "; open('{}', 'a').write(str(subprocess.Popen(['sleep', '999']).pid) + chr(10))"


def is_running(pid: int) -> bool:
    """Tell whether a process goes on; what is dead may wait for somebody to take note of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tried(request: TrialRequest = REQUEST, *, silence_s_max: float = 10.0) -> list[Finding]:
    told: list[Finding] = []
    steps: list[Progress] = []
    referee(request, tell=told.append, advance=steps.append, silence_s_max=silence_s_max)
    assert steps or told[-1].verdict is Verdict.FAIL
    return told


def last(*lines: str, silence_s_max: float = 10.0) -> str:
    """Return what is told in the end of a strategy that does this on every candle."""
    write_idea(Path(), ANALYZE, "".join(f"        {line}\n" for line in lines) + ANALYZE)
    found = tried(silence_s_max=silence_s_max)[-1]
    assert found.verdict is Verdict.FAIL
    return found.text


def test_a_good_strategy_signals_the_same_in_another_process() -> None:
    write_idea(Path())
    found = tried()
    assert {each.verdict for each in found} == {Verdict.OK}
    assert found[-1].text == "it signals the same in another process"


def test_a_strategy_without_end_is_ended_and_told_by_its_line() -> None:
    assert last("while len(view.history('1m')) > 9: pass", silence_s_max=1.5) == (
        "it did not come back within 1.5 s, at my_idea.py:22 in analyze"
    )


def test_a_strategy_that_ends_the_process_is_told_and_nothing_is_left_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[int] = []
    popen = subprocess.Popen

    def noted(*words: Any, **options: Any) -> object:
        process = popen(*words, **options)
        started.append(process.pid)
        return process

    monkeypatch.setattr(subprocess, "Popen", noted)
    assert last("import os; os._exit(3)") == (
        "it ended the process (exit code 3), nobody knows where"
    )
    assert len(started) == 2
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize("ending", ["", "; os._exit(3)"])
def test_nothing_is_left_of_what_a_strategy_started(ending: str, tmp_path: Path) -> None:
    write_idea(
        Path(),
        ANALYZE,
        f"        import os, subprocess{NOTED.format(tmp_path / 'started')}{ending}\n{ANALYZE}",
    )
    tried()
    started = [int(each) for each in (tmp_path / "started").read_text().split()]
    assert started
    for pid in started:
        while is_running(pid):  # it was killed; when it is gone is the kernel's affair
            sleep(0.01)


def test_a_strategy_that_crashes_the_process_is_told_by_its_line() -> None:
    assert last("import ctypes; ctypes.string_at(0)") == (
        "it ended the process (SIGSEGV), at my_idea.py:22 in analyze"
    )


def test_what_depends_on_the_order_of_a_set_is_told() -> None:
    write_idea(Path(), 'reason="above"', 'reason=" ".join({"above", "the", "close", "before"})')
    assert tried()[-1].text == "in another process it signals something else"


@pytest.mark.parametrize("echoed", ["", None])
def test_what_did_not_get_as_far_in_another_process_is_not_compared(echoed: str | None) -> None:
    assert refereeing._compared("c0de", echoed).verdict is Verdict.WARN


class Saying:
    """Says what a child says."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def messages(self, _silence_s_max: float) -> Iterator[Message]:
        yield self._message


@pytest.mark.parametrize(
    ("message", "error", "text"),
    [
        (Our("Traceback: KeyError"), TrialBroke, "Traceback: KeyError"),
        (Wrong(("--data: there is no such file",)), ConfigError, "--data: there is no such file"),
    ],
)
def test_what_is_no_fault_of_the_strategy_is_no_verdict_on_it(
    message: Message, error: type[Exception], text: str
) -> None:
    child = cast("refereeing._Child", Saying(message))
    with pytest.raises(error, match=text):
        refereeing._followed(child, lambda _finding: None, lambda _progress: None, 1.0)
