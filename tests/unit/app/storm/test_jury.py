"""Every promise sees everything, and one that fails by itself is told and hurts nobody."""

from typing_extensions import override

from noctule.app.storm.exchange import Asked
from noctule.app.storm.jury import Jury
from noctule.app.storm.scene import Rule, Violation
from tests.fakes.storm_scene import StormScene


class _Counts(Rule):
    name = "counts"
    seen = 0

    @override
    def asking(self, asked: Asked) -> None:
        self.seen += 1

    @override
    def look(self) -> None:
        self.seen += 1


class _Stumbles(Rule):
    name = "stumbles"

    @override
    def look(self) -> None:
        raise KeyError("of its own")


def test_each_of_them_sees_what_happens() -> None:
    told: list[Violation] = []
    jury = Jury(StormScene(), (_Counts, _Counts), told.append)
    jury.asking(Asked("GET", "/fapi/v1/time", {}))
    jury.look()
    assert [rule.seen for rule in jury.rules if isinstance(rule, _Counts)] == [2, 2]
    assert told == []


def test_one_that_fails_is_a_violation_of_its_own() -> None:
    told: list[Violation] = []
    jury = Jury(StormScene(), (_Counts, _Stumbles), told.append)
    jury.look()
    assert [(each.rule, "KeyError" in each.text) for each in told] == [("jury", True)]
