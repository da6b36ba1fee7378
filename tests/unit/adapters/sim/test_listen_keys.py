"""Listen keys: one per account, alive while extended, the same in every run of a seed."""

from random import Random

import pytest

from noctule.adapters.sim.listen_keys import ListenKeys
from noctule.adapters.sim.model import Refusal


def keys(seed: int = 1) -> ListenKeys:
    return ListenKeys(life_ms=1_000, random=Random(seed))


def test_opening_again_returns_the_same_key_and_extends_it() -> None:
    some = keys()
    first = some.open("a", 0)

    assert len(first) == 64
    assert first.isalnum()
    assert some.open("a", 500) == first
    assert some.ended(1_000) == []
    assert some.ended(1_500) == ["a"]


def test_a_key_that_was_not_extended_has_ended() -> None:
    some = keys()
    some.open("a", 0)
    some.open("b", 0)
    some.extend("b", 999)

    assert some.ended(1_000) == ["a"]


def test_extending_without_a_key_is_refused_with_1125() -> None:
    with pytest.raises(Refusal) as refusal:
        keys().extend("a", 0)
    assert refusal.value.code == -1125


def test_a_closed_key_belongs_to_nobody_and_the_next_is_another() -> None:
    some = keys()
    first = some.open("a", 0)

    assert (some.owner(first), some.of("a")) == ("a", first)
    assert some.close("a") == first
    assert some.close("a") is None
    assert (some.owner(first), some.of("a")) == (None, None)
    assert some.open("a", 0) != first


def test_the_seed_decides() -> None:
    assert keys(1).open("a", 0) == keys(1).open("a", 0) != keys(2).open("a", 0)


def test_the_next_end_is_that_of_the_key_extended_longest_ago() -> None:
    some = keys()
    dues = [some.due_ms]
    some.open("a", 0)
    some.open("b", 5)
    dues.append(some.due_ms)
    some.extend("a", 10)
    dues.append(some.due_ms)
    assert dues == [None, 1_000, 1_005]
