"""docs/storms.md names every profile and every rule."""

from pathlib import Path
from typing import Final

import pytest

from noctule.app.storm.profiles import PROFILES
from noctule.app.storm.rules import RULES
from noctule.app.storm.scene import Rule

PAGE: Final = (Path(__file__).parents[2] / "docs/storms.md").read_text()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_has_its_line(profile: str) -> None:
    assert f"\n| `{profile}` | " in PAGE


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_has_its_line(rule: type[Rule]) -> None:
    assert f"\n| {rule.name} | " in PAGE
