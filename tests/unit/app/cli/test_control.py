"""`pause`, `resume`, `stop`, `reload`: what is asked of the bot, and what is said of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from noctule.app.cli import control as commands
from noctule.app.cli import main
from noctule.domain.commands import (
    CommandOutcome,
    CommandRefused,
    Pause,
    ReloadOutcome,
    Resume,
    SettingChange,
    Stop,
)
from tests.builders import START_MS
from tests.fakes.controlled import Controlled, a_halt, a_position, a_view, listening

PATH = Path("logs/state/control.sock")
PAUSED = CommandOutcome(at_ms=START_MS, halts=("payrolls; until somebody resumes",))


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("")
    monkeypatch.chdir(tmp_path)


def run(control: Controlled, *words: str) -> int:
    with listening(PATH, control):
        return main([*words])


def test_a_pause_says_since_when_and_why_and_how_it_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    control = Controlled(a_view(halts=(a_halt(),)))
    assert run(control, "pause", "--reason", "payrolls") == 0
    (command,) = control.commands
    assert isinstance(command, Pause)
    assert command.reason == "payrolls"
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("entries are OFF pause: payrolls; until somebody resumes (since 2026-")
    assert told.endswith("→ noctule resume what is held stays guarded by its stops")


def test_to_resume_says_what_was_lifted_and_what_still_keeps_entries_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    control = Controlled(a_view(halts=(a_halt(check="kill switch", text="x", since_ms=None),)))
    lifted = CommandOutcome(at_ms=START_MS, lifted=("payrolls",))
    control.outcomes = [lifted, CommandOutcome(at_ms=START_MS, halts=("x",))]
    with listening(PATH, control):
        assert [main(["resume"]) for _ in range(3)] == [0, 0, 0]
    assert isinstance(control.commands[0], Resume)
    assert capsys.readouterr().out.splitlines() == [
        "lifted: payrolls",
        "entries are on again",
        "entries stay OFF",
        "  kill switch: x → noctule resume",
        "entries were on already",
    ]


def test_programs_get_the_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    control = Controlled()
    control.outcomes = [PAUSED]
    with listening(PATH, control):
        for words in (["pause"], ["resume"], ["stop", "--no-wait"], ["reload"]):
            assert main([*words, "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told[0]["halts"] == ["payrolls; until somebody resumes"]
    assert [sorted(each)[0] for each in told] == ["at_ms", "at_ms", "at_ms", "applied"]


def test_a_refusal_is_said_and_ends_with_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    control = Controlled()
    control.outcomes = [CommandRefused(problem="the bot is stopping")]
    assert run(control, "pause") == 1
    assert capsys.readouterr().err == "noctule: the bot is stopping\n"


def test_a_stop_waits_for_the_end_of_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as bot:
        control = Controlled(a_view(process=bot.pid, positions=(a_position(),)))
        assert bot.stdin is not None
        bot.stdin.close()
        assert run(control, "stop") == 0
    assert [type(each) for each in control.commands] == [Stop]
    assert capsys.readouterr().out.splitlines() == [
        f"stopping process {bot.pid}: policy keep keeps, with their stops, BTCUSDT",
        "the bot has ended",
    ]
    assert run(Controlled(a_view(process=bot.pid)), "stop") == 0, "it has ended long ago"


def test_one_that_does_not_end_in_time_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_LEAVING_S_MAX", 0)
    control = Controlled(a_view(process=os.getpid(), shutdown_policy="flatten"))
    assert run(control, "stop") == 1
    told = f"noctule: process {os.getpid()} has not ended within 0 s, look at its log\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("answer", "options", "code", "stops"),
    [(False, [], 1, 0), (True, [], 0, 1), (False, ["--yes"], 0, 1)],
)
def test_at_a_terminal_real_money_is_asked_about(
    monkeypatch: pytest.MonkeyPatch, answer: bool, options: list[str], code: int, stops: int
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(commands, "is_attended", lambda: True)

    def confirm(question: str) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr("typer.confirm", confirm)
    view = a_view(
        environment="live",
        exchange="Binance",
        shutdown_policy="flatten",
        positions=(a_position(),),
    )
    control = Controlled(view)
    assert run(control, "stop", "--no-wait", *options) == code
    assert len(control.commands) == stops
    question = "LIVE on Binance: stop the bot (policy flatten closes BTCUSDT)?"
    assert asked == ([] if options else [question])


def test_a_reload_tells_what_holds_and_what_waits(capsys: pytest.CaptureFixture[str]) -> None:
    control = Controlled()
    control.reloaded = ReloadOutcome(
        applied=(SettingChange(key="risk.max_positions", before="3", now="2"),),
        frozen=(SettingChange(key="api.rest_url", before="", now="http://127.0.0.1:1"),),
    )
    assert run(control, "reload") == 0
    assert capsys.readouterr().out.splitlines() == [
        "holds now  risk.max_positions: 3 → 2",
        "next start api.rest_url: - → http://127.0.0.1:1",
    ]
    assert run(Controlled(), "reload") == 0
    assert capsys.readouterr().out == "nothing has changed\n"


def test_a_reload_of_what_is_wrong_tells_every_problem(
    capsys: pytest.CaptureFixture[str],
) -> None:
    control = Controlled()
    control.reloaded = ReloadOutcome(problems=("my.ini:3 [risk] a: no", "my.ini:4 [risk] b: no"))
    assert run(control, "reload") == 1
    assert capsys.readouterr().err.splitlines() == [
        "my.ini:3 [risk] a: no",
        "my.ini:4 [risk] b: no",
        "nothing was changed",
    ]
