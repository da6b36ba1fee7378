"""`make check` fails when a wall of the architecture is broken, and says where.

Every violation is planted in one copy of the tree, each in a file of its own, and every part of the
command that guards against them runs once, for it reads the whole tree.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # the first of each kind reads a whole tree

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
        "src/noctule/risk/long.py",
        "X = 1\n" * 301,
        "src/noctule/risk/long.py: 301 lines",
    ),
    "a function passes 60 lines": (
        "tidy",
        "src/noctule/risk/scroll.py",
        "def scroll() -> None:\n" + "    pass\n" * 60,
        "src/noctule/risk/scroll.py:1: scroll has 61 lines",
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


GUARDS = ("contracts", "lint", "tidy")

Result = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the tree as it is."""
    return copy_to(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Return what each guard says of a tree that breaks every wall."""
    planted = copy_to(tmp_path_factory.mktemp("planted"))
    for _, path, text, _ in PLANTS.values():
        (planted / path).parent.mkdir(parents=True, exist_ok=True)
        (planted / path).write_text(text)
    return {guard: make(guard, planted) for guard in GUARDS}


@pytest.mark.parametrize("guard", GUARDS)
def test_the_tree_as_it_is_passes(tree: Path, guard: str) -> None:
    result = make(guard, tree)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("violation", PLANTS)
def test_the_check_fails_and_names_the_place_when(
    guarded: dict[str, Result], violation: str
) -> None:
    guard, _, _, complaint = PLANTS[violation]

    assert guarded[guard].returncode == 2, guarded[guard].stdout
    assert complaint in guarded[guard].stdout


def test_the_check_runs_every_guard() -> None:
    _, recipe = (ROOT / "Makefile").read_text().split("\ncheck:")
    in_parallel = next(line for line in recipe.splitlines() if "--jobs" in line)

    assert {"contracts", "format", "lint", "tidy", "types"} <= set(in_parallel.split())


def copy_to(tree: Path) -> Path:
    """Copy all that a guard reads, beside the environment it runs in."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tree / name)
    (tree / ".venv").symlink_to(VENV)
    return tree


def make(guard: str, tree: Path) -> Result:
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
