"""The past of an account: found by number and by name, and bounded."""

import pytest

from noctule.adapters.sim.history import History, Ring, is_forgotten

DAY_MS = 86_400_000


def test_an_entry_is_found_by_number_and_by_name() -> None:
    ring: Ring[str] = Ring(3)
    ring.add(1, "a", "first")
    assert ring.get(1, None) == "first"
    assert ring.get(None, "a") == "first"
    assert ring.get(2, "a") is None
    assert ring.get(None, "b") is None
    assert ring.get(None, None) is None


def test_the_newest_of_a_name_is_found() -> None:
    ring: Ring[str] = Ring(3)
    ring.add(1, "a", "first")
    ring.add(2, "a", "second")
    assert ring.get(None, "a") == "second"


def test_the_oldest_makes_room_and_its_name_is_free_unless_a_newer_one_has_it() -> None:
    ring: Ring[str] = Ring(2)
    for number, name in enumerate("aba", start=1):
        ring.add(number, name, f"{number}{name}")
    assert list(ring) == ["2b", "3a"]
    assert ring.get(None, "a") == "3a"
    ring.add(4, "c", "4c")
    assert (len(ring), ring.get(None, "b")) == (2, None)


def test_everything_in_it_has_a_bound() -> None:
    history = History()
    assert history.trades.maxlen == 20_000
    assert history.incomes.maxlen == 50_000


@pytest.mark.parametrize(
    ("days", "is_kept", "forgotten"), [(3, False, False), (4, False, True), (90, True, False)]
)
def test_what_never_filled_is_forgotten_after_three_days(
    days: int, is_kept: bool, forgotten: bool
) -> None:
    assert is_forgotten(0, days * DAY_MS, is_kept=is_kept) is forgotten
    assert is_forgotten(0, 91 * DAY_MS, is_kept=is_kept)
