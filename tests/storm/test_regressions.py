"""What went wrong once in a storm does not go wrong again."""

import pytest

from tests.storm.judging import judge
from tests.storm.regressions import FOLDER, REGRESSIONS, Regression


@pytest.mark.slow
@pytest.mark.parametrize("regression", REGRESSIONS, ids=lambda each: each.name)
def test_what_was_broken_once_holds(regression: Regression) -> None:
    judge(regression.story(), again=f"python main.py storm --story {regression.path} --timeline")


def test_every_story_that_is_kept_is_played_and_says_what_went_wrong() -> None:
    assert {each.name for each in REGRESSIONS} == {path.stem for path in FOLDER.glob("*.json")}
    assert all(each.went_wrong.endswith(".") for each in REGRESSIONS)
