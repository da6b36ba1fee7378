"""The two ways to start the program that are no command of their own."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "main.py"


@pytest.mark.parametrize("start", [[str(MAIN)], ["-m", "noctule"]], ids=["main.py", "-m noctule"])
def test_both_starts_reach_the_command_line(start: list[str]) -> None:
    result = started(*start, "--help")

    assert result.returncode == 0
    assert "Usage" in result.stdout


def test_a_checkout_whose_packages_are_missing_says_how_to_install_them() -> None:
    result = started("-S", str(MAIN))  # without site there are no third-party packages

    assert result.returncode == 1
    assert result.stderr.startswith("No module named ")
    assert result.stderr.endswith(": install everything and start with `make run`\n")


def test_an_old_python_can_read_far_enough_to_refuse() -> None:
    ast.parse(MAIN.read_text(), feature_version=(3, 4))


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
