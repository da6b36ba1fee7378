"""Every kind of storm can be played: its symbols exist, and its settings are settings."""

import pytest

from noctule.app.storm.contracts import SYMBOLS
from noctule.app.storm.profiles import PROFILES, Profile, Woe
from noctule.app.storm.story import ShockKind
from noctule.config.settings import SECTIONS


@pytest.fixture(params=list(PROFILES.values()), ids=list(PROFILES))
def profile(request: pytest.FixtureRequest) -> Profile:
    """One after the other."""
    chosen = request.param
    assert isinstance(chosen, Profile)
    return chosen


def test_the_kinds_that_everybody_asks_for_are_there() -> None:
    assert PROFILES.keys() >= {
        "calm",
        "flaky_network",
        "overload",
        "crash_loop",
        "liquidation",
        "funding",
        "fifty_symbols",
    }


def test_a_profile_is_found_by_its_name(profile: Profile) -> None:
    assert PROFILES[profile.name] is profile


def test_its_symbols_have_contracts(profile: Profile) -> None:
    assert set(profile.symbols) <= set(SYMBOLS)


def test_its_settings_and_options_are_those_of_the_bot(profile: Profile) -> None:
    for line in (*profile.settings, *profile.options):
        name, _, value = line.partition("=")
        section, _, key = name.partition(".")
        settings = SECTIONS[section].model_validate({key: value}, strict=False)
        assert key in settings.model_fields_set


def test_no_option_says_what_the_profile_has_settled(profile: Profile) -> None:
    settled = {line.partition("=")[0] for line in profile.settings}

    assert settled.isdisjoint(line.partition("=")[0] for line in profile.options)


def test_in_the_calm_nothing_goes_wrong_and_elsewhere_everything_may() -> None:
    for name, each in PROFILES.items():
        assert set(each.woes) == (set() if name == "calm" else set(Woe))
        assert set(each.shocks) == (set() if name == "calm" else set(ShockKind))


def test_there_are_three_symbols_or_fifty(profile: Profile) -> None:
    assert len(profile.symbols) == (50 if profile.name == "fifty_symbols" else 3)
