"""Commands whose standard streams are closed or full, as a shell can make them."""

import subprocess
import sys
from pathlib import Path

import pytest

MAIN = Path(__file__).resolve().parents[4] / "main.py"


def shell(home: Path, words: str) -> "subprocess.CompletedProcess[str]":
    command = f'"{sys.executable}" "{MAIN}" {words}'
    return subprocess.run(
        ["sh", "-c", command], cwd=home, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_reason_to_fail(tmp_path: Path, closed: str) -> None:
    result = shell(tmp_path, f"check {closed}")

    assert result.returncode == 0
    assert "Traceback" not in result.stderr


def test_nothing_meant_for_a_closed_terminal_lands_in_a_file(tmp_path: Path) -> None:
    result = shell(tmp_path, "run --set logging.level=nonsense 2>&-")

    assert result.returncode == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["check", "--help", "--version"])
def test_a_full_disk_under_the_output_is_told_in_one_line(tmp_path: Path, words: str) -> None:
    result = shell(tmp_path, f"{words} > /dev/full")

    assert result.returncode == 1
    assert result.stderr == ("noctule: the output could not be written: No space left on device\n")
