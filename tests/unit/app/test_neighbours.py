"""Files beside a strategy can be imported, and never by mistake another of the same name."""

from pathlib import Path

import pytest

from noctule.app.user_strategies import UserStrategies
from noctule.config.settings import StrategyFile
from tests.fakes.idea_files import write_idea


def load(folder: Path, imports: str) -> StrategyFile | str:
    write_idea(folder, "from pydantic", f"{imports}\nfrom pydantic")
    return UserStrategies(folder).load("my_idea.py")


def test_a_file_and_a_package_beside_it_can_be_imported(tmp_path: Path) -> None:
    (tmp_path / "levels_two.py").write_text("HIGH = 3\n")
    (tmp_path / "levels_three").mkdir()
    (tmp_path / "levels_three/__init__.py").write_text("LOW = 1\n")
    file = load(tmp_path, "from levels_two import HIGH\nimport levels_three")
    assert isinstance(file, StrategyFile)


@pytest.mark.parametrize("imports", ["import fractions", "from fractions import Fraction"])
def test_what_is_installed_goes_first_and_that_is_told(tmp_path: Path, imports: str) -> None:
    (tmp_path / "fractions.py").write_text("class Fraction: ...\n")
    assert load(tmp_path, imports) == (
        "my_idea.py:1: imports fractions, which is not the file fractions.py beside it, "
        "rename that file"
    )


def test_two_folders_with_a_file_of_the_same_name_are_told(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "levels_four.py").write_text(f"WHOSE = {folder!r}\n")
    assert isinstance(load(tmp_path / "one", "import levels_four"), StrategyFile)
    assert load(tmp_path / "two", "import levels_four") == (
        "my_idea.py:1: imports levels_four, which is not the file levels_four.py beside it, "
        "rename that file"
    )


def test_a_file_that_is_imported_only_where_it_is_needed_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "levels_five.py").write_text("HIGH = 3\n")
    assert isinstance(load(tmp_path, "def later():\n    import levels_five"), StrategyFile)


def test_a_change_of_a_file_beside_it_however_deep_is_a_change_of_its_code(tmp_path: Path) -> None:
    deep, near = tmp_path / "levels_seven.py", tmp_path / "levels_eight.py"
    deep.write_text("HIGH = 3\n")
    near.write_text("import levels_eight\nfrom levels_seven import HIGH\n")
    (tmp_path / "stranger.py").write_text("A = 1\n")
    codes = []
    for text in ("HIGH = 3\n", "HIGH = 4\n", "HIGH = 3\n"):
        deep.write_text(text)
        file = load(tmp_path, "import levels_eight")
        assert isinstance(file, StrategyFile)
        codes.append(file.code)
    (tmp_path / "stranger.py").write_text("A = 2\n")
    deep.write_text("HIGH = \n")  # is told when it is imported
    again = load(tmp_path, "import levels_eight")
    assert isinstance(again, StrategyFile)
    assert codes[0] == codes[2]
    assert len({*codes, again.code}) == 3
