"""The skeleton works as it is written, and so does its test; nothing that is there is touched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from noctule.app.user_strategies import UserStrategies
from noctule.app.workbench.skeleton import write_skeleton
from noctule.config.settings import StrategyFile
from noctule.domain.errors import ConfigError

SOURCE = Path(__file__).resolve().parents[4] / "src"


def refused(name: str, folder: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        write_skeleton(name, folder)
    (problem,) = raised.value.problems
    return problem


def test_the_skeleton_is_a_strategy_without_flaw(tmp_path: Path) -> None:
    skeleton = write_skeleton("my_trend", tmp_path)
    file = UserStrategies(tmp_path).load(skeleton.reference)
    assert isinstance(file, StrategyFile), file
    assert file.name == "my_trend"
    assert "my_idea" not in Path(skeleton.strategy).read_text()


def test_its_own_test_passes_wherever_pytest_is_started(tmp_path: Path) -> None:
    skeleton = write_skeleton("my_trend", tmp_path / "ideas")
    without = ("-p", "no:cacheprovider", "-p", "no:asyncio")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *without, skeleton.test],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert "7 passed" in run.stdout
    assert run.stderr == ""


@pytest.mark.parametrize("taken", ["my_trend.py", "test_my_trend.py"])
def test_what_is_there_is_not_touched(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine\n")
    assert refused("my_trend", tmp_path) == (
        f"strategy new: {tmp_path / taken} is there already, take another name or folder"
    )
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine\n"]


@pytest.mark.parametrize("name", ["MyTrend", "my-trend", "2nd", "my__trend", "", "../my", "größe"])
def test_a_name_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    assert refused(name, tmp_path) == (
        f"strategy new: {name!r} cannot be a name, write small letters, digits and _, "
        "beginning with a letter, e.g. my_idea"
    )


@pytest.mark.parametrize("name", ["class", "random", "noctule"])
def test_a_name_that_is_taken_is_told(tmp_path: Path, name: str) -> None:
    assert refused(name, tmp_path) == (
        f"strategy new: {name!r} is a name of Python's own, e.g. my_{name}"
    )


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = refused("my_trend", tmp_path / "file")
    assert told.startswith(f"strategy new: {tmp_path / 'file'} cannot be written (File exists), ")
