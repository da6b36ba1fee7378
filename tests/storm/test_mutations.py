"""The list of planted faults does not rot, and a storm finds the plainest of them at once."""

from collections import Counter

import pytest

from noctule.app.storm.profiles import PROFILES
from tests.storm.hunt import Found, hunt, stories_for
from tests.storm.mutate import chosen, line, summary
from tests.storm.mutation import SOURCE, Mutation
from tests.storm.mutations import MUTATIONS

QUICK = ("the stop stands on the side of the entry", "what is left of a trade is not swept")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_fault_can_be_planted_and_the_file_compiles(mutation: Mutation) -> None:
    source = (SOURCE / mutation.file).read_text()

    planted = mutation.applied(source)

    assert planted != source
    compile(planted, mutation.file, "exec")


def test_there_are_enough_faults_and_each_is_another() -> None:
    assert len(MUTATIONS) >= 36
    assert max(Counter(each.name for each in MUTATIONS).values()) == 1
    assert max(Counter((each.file, each.old, each.new) for each in MUTATIONS).values()) == 1


def test_a_fault_is_looked_for_in_profiles_that_there_are() -> None:
    tried = {profile for each in MUTATIONS for profile, _ in stories_for(each, 100)}

    assert tried <= set(PROFILES)


def test_a_fault_whose_place_is_gone_is_no_fault() -> None:
    with pytest.raises(AssertionError, match="0 times"):
        MUTATIONS[0].applied("nothing of it\n")


@pytest.mark.timeout(120)  # a second process, and a third to compare
@pytest.mark.parametrize("name", QUICK)
def test_a_storm_finds_a_plain_fault(name: str) -> None:
    (mutation,) = chosen([name], "")

    found = hunt(mutation, seeds=3, minutes=12)

    assert found.rule is not None, line(found)


def test_the_summary_tells_what_was_missed_and_the_rate() -> None:
    caught = Found(name="one", rule="never naked", profile="calm", seed=1, storms=2, cpu_s=60)
    missed = Found(name="two", rule=None, storms=100, cpu_s=240)

    told = summary([caught, missed])

    assert "1 of 2 planted faults caught: 50.0%, 5.0 CPU minutes" in told
    assert line(missed) == "MISSED  two: 100 storms, 240 s"
