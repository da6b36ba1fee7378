import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from noctule import __version__
from noctule.app.cli import main, program


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"noctule {__version__}\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    commands = ["run", "check", "exchange", "audit", "strategy"]
    assert [word for word in commands if f"\n  {word} " in printed] == commands


@pytest.mark.parametrize(
    "words",
    [["run"], ["check"], ["exchange"], ["audit", "verify"], ["strategy", "explain"]],
    ids=" ".join,
)
def test_every_command_has_help_with_an_example(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--help"]) == 0
    assert f"Example: noctule {' '.join(words)}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["fly"], ["run", "--fly"], ["check", "--set"]])
def test_wrong_use_is_exit_code_1_with_the_reason_on_stderr(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Error" in captured.err


def test_options_without_a_command_go_to_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--set", "risk.max_positions=many"]) == 1
    assert capsys.readouterr().err == (
        "--set [risk] max_positions: 'many' is not a whole number, write digits, e.g. 3\n"
    )


def test_python_without_assertions_is_refused() -> None:
    program = "import sys; from noctule.app.cli import main; sys.exit(main(['--version']))"
    result = subprocess.run(
        [sys.executable, "-O", "-c", program], capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert result.stderr == "noctule: never run with -O: the assertions are part of the safety\n"


def added(name: str, command: Callable[[], None]) -> Callable[[typer.Typer], None]:
    """Return what adds a command to the program, as the real ones are."""

    def add(program: typer.Typer) -> None:
        program.command(name)(command)

    return add


def test_a_bug_has_its_own_exit_code_and_shows_where_without_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down() -> None:
        raise KeyError("signature=0123456789abcdef")

    monkeypatch.setattr(program, "COMMANDS", {"check": added("check", break_down)})

    assert main(["check"]) == 70
    told = capsys.readouterr().err
    assert "KeyError" in told
    assert "0123456789abcdef" not in told
    assert told.endswith("noctule: this is a bug of ours: please report the lines above\n")


def test_a_thread_that_a_strategy_began_does_not_keep_a_command_from_its_end(
    tmp_path: Path,
) -> None:
    idea = tmp_path / "idea.py"
    idea.write_text(
        "import threading, time\nfrom noctule.strategies import Strategy\n"
        "threading.Thread(target=time.sleep, args=[3600]).start()\n"
        "class Idea(Strategy):\n    def analyze(self, candle, view):\n        return None\n"
    )
    command = "import sys; from noctule.app.cli import main; sys.exit(main())"
    result = subprocess.run(
        [sys.executable, "-c", command, "check", "--set", f"strategy.path={idea}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert result.returncode == 0, result.stderr
    assert result.stderr.endswith("of a strategy does not end, leaving it\n")


def test_a_program_whose_tasks_somebody_cancelled_is_to_be_started_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cancel() -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(program, "COMMANDS", {"run": added("run", cancel)})

    assert main(["run"]) == 70
    assert "CancelledError" in capsys.readouterr().err
