"""`make check` fails when a wall of the architecture is broken, and says where.

Each test plants one violation in a copy of the tree and runs the part of the command that guards
against it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each reads a whole tree

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(sys.executable).parents[1]
COPIED = ("Makefile", "benchmarks", "main.py", "pyproject.toml", "src", "systemd", "tests")

PLANTS = {
    "risk imports aiohttp": (
        "contracts",
        "src/noctule/risk/planted.py",
        "import aiohttp\n",
        "noctule.risk.planted -> aiohttp",
    ),
    "an adapter imports another": (
        "contracts",
        "src/noctule/adapters/store/planted.py",
        "import noctule.adapters.notify.systemd\n",
        "noctule.adapters.store.planted -> noctule.adapters.notify.systemd",
    ),
    "a new top-level package appears": (
        "contracts",
        "src/noctule/planted/__init__.py",
        "",
        "noctule.planted",
    ),
    "a file passes 300 lines": (
        "tidy",
        "src/noctule/risk/planted.py",
        "X = 1\n" * 301,
        "src/noctule/risk/planted.py: 301 lines",
    ),
    "a function passes 60 lines": (
        "tidy",
        "src/noctule/risk/planted.py",
        "def scroll() -> None:\n" + "    pass\n" * 60,
        "src/noctule/risk/planted.py:1: scroll has 61 lines",
    ),
    "time.time() is called outside the clock": (
        "lint",
        "src/noctule/adapters/notify/planted.py",
        '"""Look at the wall."""\n\nimport time\n\nSTARTED = time.time()\n',
        "src/noctule/adapters/notify/planted.py:5:11: TID251 `time.time` is banned",
    ),
    "unittest.mock is imported": (
        "lint",
        "tests/unit/test_planted.py",
        "from unittest.mock import Mock\n\nVENUE = Mock()\n",
        "tests/unit/test_planted.py:1:1: TID251 `unittest.mock` is banned",
    ),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(VENV)
    return tmp_path


@pytest.mark.parametrize("guard", ["contracts", "lint", "tidy"])
def test_the_tree_as_it_is_passes(tree: Path, guard: str) -> None:
    result = make(guard, tree)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("violation", PLANTS)
def test_the_check_fails_and_names_the_place_when(tree: Path, violation: str) -> None:
    guard, path, text, complaint = PLANTS[violation]
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text)

    result = make(guard, tree)

    assert result.returncode == 2, result.stdout
    assert complaint in result.stdout


def test_the_check_runs_every_guard(tree: Path) -> None:
    check = next(line for line in (tree / "Makefile").read_text().splitlines() if "--jobs" in line)

    assert {"contracts", "format", "lint", "tidy", "types"} <= set(check.split())


def make(guard: str, tree: Path) -> subprocess.CompletedProcess[str]:
    """Run one part of the check on the copy, whose source comes before the installed package's."""
    ours = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("COVERAGE_", "MAKE"))  # neither measured nor part of the outer make
    }
    return subprocess.run(
        ("make", guard),
        cwd=tree,
        env=ours | {"PYTHONPATH": str(tree / "src"), "RUFF_OUTPUT_FORMAT": "concise"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
