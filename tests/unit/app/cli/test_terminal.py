"""People see tables and findings within their terminal; programs and files get them whole."""

import os
import shutil
import sys

import pytest

from noctule.app.cli.terminal import PLAIN_WIDTH, headed, output, shown
from noctule.app.online.findings import failed

FINDING = failed("clock", "it is " + "very " * 20 + "late", remedy="set it by the network")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((40, 24)))


def test_a_table_folds_what_is_too_wide_and_keeps_its_marks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output(plain_width=20).print(headed(("what", "why"), [("[bold]", "a" * 30)]))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["what", "why"]
    assert lines[1].startswith("[bold]")
    assert max(map(len, lines)) <= 20
    assert sum(line.count("a") for line in lines[1:]) == 30


def test_where_no_terminal_shows_it_all_is_written_on_one_line() -> None:
    assert output().width == PLAIN_WIDTH
    assert "\n" not in shown(FINDING)


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_it_is_as_wide_as_that() -> None:
    assert output().width == 40
    assert max(map(len, shown(FINDING).splitlines())) <= 40
