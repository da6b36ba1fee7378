"""Each woe comes to troubles that can happen, all of its kinds, at every step and at none."""

from collections.abc import Sequence
from random import Random

import pytest

from noctule.app.storm.mishaps import MISHAPS
from noctule.app.storm.profiles import Woe
from noctule.app.storm.story import (
    ClockJump,
    Crash,
    DiskFailure,
    Hand,
    HandDeed,
    Mishap,
    Operate,
    OperatorDeed,
    Reload,
    Restart,
    SlowStreams,
    Step,
)
from noctule.config.settings import SECTIONS

_SYMBOLS = ("BTCUSDT", "ETHUSDT")
_AT_MS = 100_000


def test_every_woe_has_troubles() -> None:
    assert set(MISHAPS) == set(Woe)


@pytest.mark.parametrize("woe", Woe)
def test_none_comes_before_its_time(woe: Woe) -> None:
    assert min(each.at_ms for each in _drawn(woe)) == _AT_MS


@pytest.mark.parametrize("woe", Woe)
def test_each_may_wait_for_any_step(woe: Woe) -> None:
    assert {each.on for each in _drawn(woe)} >= set(Step)


@pytest.mark.parametrize("woe", [each for each in Woe if each is not Woe.REFUSAL])
def test_each_may_wait_for_no_step(woe: Woe) -> None:
    assert None in {each.on for each in _drawn(woe)}


def test_a_process_dies_at_the_first_await_and_at_any_of_the_next_four_hundred() -> None:
    awaits = [each.awaits for each in _drawn(Woe.CRASH) if isinstance(each, Crash)]

    assert min(awaits) == 1
    assert 300 < max(awaits) <= 400


def test_a_process_that_ends_comes_back_soon_or_later() -> None:
    downs = [
        each.down_ms
        for woe in (Woe.CRASH, Woe.RESTART)
        for each in _drawn(woe)
        if isinstance(each, Crash | Restart)
    ]

    assert 0 < min(downs) < 1_000
    assert 60_000 < max(downs) <= 120_000


def test_a_clock_is_set_by_seconds_and_by_hours_both_ways() -> None:
    jumps = [each.by_ms for each in _drawn(Woe.CLOCK) if isinstance(each, ClockJump)]

    assert min(jumps) < -3_600_000
    assert max(jumps) > 3_600_000
    assert min(map(abs, jumps)) < 1_000


def test_a_disk_fails_and_streams_are_slow_for_a_while() -> None:
    (disk, *_), (slow, *_) = _drawn(Woe.DISK), _drawn(Woe.SLOW)

    assert isinstance(disk, DiskFailure)
    assert disk.for_ms > 0
    assert isinstance(slow, SlowStreams)
    assert min(slow.delay_ms, slow.for_ms) > 0


def test_the_owner_commands_everything_and_takes_back_what_would_end_all_trading() -> None:
    drawn = _drawn(Woe.OPERATOR)

    assert {each.deed for each in drawn if isinstance(each, Operate)} == set(OperatorDeed)
    for did, undone in zip(drawn[::2], drawn[1::2], strict=True):
        assert isinstance(did, Operate)
        assert isinstance(undone, Operate)
        assert undone.at_ms > did.at_ms
        assert undone.deed in (
            OperatorDeed.RESUME,
            OperatorDeed.NO_KILL_SWITCH,
            OperatorDeed.ENABLE,
            OperatorDeed.MOVE_STOP,  # nothing of it needs to be taken back
        )


def test_the_owner_does_everything_by_hand_on_every_symbol() -> None:
    hands = [each for each in _drawn(Woe.HAND) if isinstance(each, Hand)]

    assert {each.deed for each in hands} == set(HandDeed)
    assert {each.symbol for each in hands if each.on is None} == set(_SYMBOLS)


def test_he_deals_with_a_symbol_of_his_choice_or_that_of_the_step_he_waits_for() -> None:
    for woe in (Woe.HAND, Woe.OPERATOR):
        drawn = [each for each in _drawn(woe) if isinstance(each, Hand | Operate)]
        assert "" in {each.symbol for each in drawn}
        assert all(each.on is not None for each in drawn if not each.symbol)


def test_what_he_lets_rest_he_withdraws() -> None:
    hands = [each for each in _drawn(Woe.HAND) if isinstance(each, Hand)]
    rests = [each for each in hands if each.deed is HandDeed.REST]

    assert sum(each.deed is HandDeed.WITHDRAW for each in hands) > len(rests)


def test_he_reloads_what_is_right_and_what_is_wrong() -> None:
    reloads = {
        (each.setting, each.value) for each in _drawn(Woe.RELOAD) if isinstance(each, Reload)
    }

    right = {pair for pair in reloads if _is_right(*pair)}
    assert len(right) > 10
    assert len(reloads - right) > 4


def _drawn(woe: Woe) -> Sequence[Mishap]:
    random = Random(f"{woe}")
    return [each for _ in range(600) for each in MISHAPS[woe](random, _AT_MS, _SYMBOLS)]


def _is_right(name: str, value: str) -> bool:
    section, _, key = name.partition(".")
    try:
        SECTIONS[section].model_validate({key: value})
    except (KeyError, ValueError):
        return False
    return True
