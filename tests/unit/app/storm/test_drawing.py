"""A seed and a profile are a story: the same one everywhere, whole, and never out of bounds."""

import os
import subprocess
import sys

import msgspec
import pytest
from msgspec.structs import replace

from noctule.app.storm.drawing import draw
from noctule.app.storm.profiles import PROFILES
from noctule.app.storm.story import (
    Crash,
    Mishap,
    Operate,
    Restart,
    Shock,
    ShockKind,
    Story,
    Trouble,
    WireFault,
)

_MINUTE_MS = 60_000
_DRAWS = (
    "import msgspec, sys; from noctule.app.storm.drawing import draw;"
    "sys.stdout.buffer.write(msgspec.json.encode(draw(7, 'operator', minutes=120)))"
)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_draws_the_same_story(hash_seed: str) -> None:
    drawn = subprocess.run(
        [sys.executable, "-c", _DRAWS],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )

    assert drawn.stdout == msgspec.json.encode(draw(7, "operator", minutes=120))


@pytest.mark.parametrize("profile", PROFILES)
def test_a_story_is_what_its_json_says(profile: str) -> None:
    story = draw(3, profile, minutes=120)

    assert msgspec.json.decode(msgspec.json.encode(story), type=Story) == story
    assert (story.seed, story.profile, story.minutes) == (3, profile, 120)


@pytest.mark.parametrize("profile", PROFILES)
def test_another_seed_is_another_story(profile: str) -> None:
    assert draw(1, profile, minutes=120) != replace(draw(2, profile, minutes=120), seed=1)


@pytest.mark.parametrize("profile", PROFILES)
def test_it_tells_of_its_own_symbols_in_order(profile: str) -> None:
    story = draw(5, profile, minutes=120)

    for told in (story.troubles, story.shocks):
        times = [each.at_ms for each in told]
        assert times == sorted(times)
    assert {each.symbol for each in story.shocks} <= set(story.symbols)


def test_in_the_calm_nothing_goes_wrong() -> None:
    story = draw(1, "calm", minutes=120)

    assert (story.troubles, story.shocks) == ((), ())


def test_everything_that_can_go_wrong_does_within_a_few_seeds() -> None:
    troubles = {type(each) for story in _many("operator") for each in story.troubles}

    assert troubles == set(Mishap.__args__)
    assert all(issubclass(each, Trouble) for each in troubles)


def test_the_market_does_everything_it_can_within_a_few_seeds() -> None:
    kinds = {each.kind for story in _many("funding") for each in story.shocks}

    assert kinds == set(ShockKind)


def test_a_crash_loop_crashes_more_often_than_others() -> None:
    crashes = {
        profile: sum(isinstance(each, Crash) for story in _many(profile) for each in story.troubles)
        for profile in ("crash_loop", "funding")
    }

    assert crashes["crash_loop"] > 5 * crashes["funding"]


def test_something_goes_wrong_while_no_process_runs_and_while_one_starts() -> None:
    ends = [
        (end, [each.at_ms for each in story.troubles if each is not end])
        for story in _many("crash_loop")
        for end in story.troubles
        if isinstance(end, Crash | Restart) and end.on is None
    ]

    begun = [(end.at_ms, end.at_ms + end.down_ms, others) for end, others in ends]
    assert any(down < each < up for down, up, others in begun for each in others)
    assert any(up < each < up + 1_000 for _, up, others in begun for each in others)


def test_something_goes_wrong_during_the_very_first_start() -> None:
    assert any(each.at_ms < 2_000 for story in _many("operator") for each in story.troubles)


def test_a_symbol_is_listed_once_and_never_the_first() -> None:
    listed = [
        [each for each in story.shocks if each.kind is ShockKind.LISTED]
        for seed in range(20)
        for story in [draw(seed, "fifty_symbols", minutes=600)]
    ]

    symbols = [[each.symbol for each in shocks] for shocks in listed]
    assert any(symbols)
    assert all(len(set(each)) == len(each) for each in symbols)
    assert "BTCUSDT" not in {each for story in symbols for each in story}


def test_no_shock_takes_the_whole_price() -> None:
    sizes = [each.size for story in _many("liquidation") for each in story.shocks]

    assert min(sizes) >= -0.4
    assert max(sizes) <= 0.4
    assert min(sizes) < -0.05


def test_a_crash_and_a_surge_have_no_sign() -> None:
    for story in _many("liquidation"):
        for each in story.shocks:
            assert each.size > 0 or each.kind not in (ShockKind.CRASH, ShockKind.SURGE)


def test_a_short_storm_is_the_beginning_of_no_longer_one_than_it_says() -> None:
    story = draw(4, "overload", minutes=10)

    assert story.troubles
    assert all(_begins_within(each, 10) for each in (*story.troubles, *story.shocks))


def test_options_are_taken_by_some_seeds_and_left_by_others() -> None:
    settings = [set(story.settings) for story in _many("operator")]

    (most,) = [max(settings, key=len)]
    assert most
    assert any(not most & each for each in settings)


def test_wire_faults_are_the_greater_part_of_a_flaky_network() -> None:
    troubles = draw(1, "flaky_network", minutes=120).troubles

    assert sum(isinstance(each, WireFault) for each in troubles) > len(troubles) / 2


def _many(profile: str) -> list[Story]:
    return [draw(seed, profile, minutes=120) for seed in range(40)]


def _begins_within(told: Mishap | Shock, minutes: int) -> bool:
    """Tell whether it does; what follows a crash, or makes good a command, may come later."""
    late_ms = 10 * _MINUTE_MS if isinstance(told, Operate | Trouble) else 0
    return told.at_ms < minutes * _MINUTE_MS + late_ms


def test_some_markets_are_thin_and_some_exchanges_let_what_reduces_block() -> None:
    drawn = [draw(seed, "calm", minutes=1) for seed in range(40)]
    assert {each.depth_quote for each in drawn} == {None, 15_000, 60_000}
    assert {each.quirks.reduce_only_blocks for each in drawn} == {False, True}
