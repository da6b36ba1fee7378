"""How far it is stands on a terminal, and nowhere else."""

import io
import sys

import pytest
from typing_extensions import override

from noctule.app.cli.backtest_progress import told_progress


class Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_what_is_done_and_is_clean_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with told_progress() as tell:
        tell("reading candles", 0.5)
        tell("trading", 1.0)
    assert "trading" in terminal.getvalue()


def test_programs_that_listen_are_told_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with told_progress() as tell:
        tell("trading", 0.5)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")
