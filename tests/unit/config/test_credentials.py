"""Key and secret come from one source, whole, and never print."""

import pytest

from noctule.config.credentials import find_credentials
from noctule.config.variables import Variables, environment_variables

BOTH = {"BINANCE_API_KEY": "key-of-mine", "BINANCE_API_SECRET": "hush-hush"}
NOTHING = Variables(source="environment")


def test_both_halves_of_the_first_source_win() -> None:
    other = environment_variables({"BINANCE_API_KEY": "2" * 6, "BINANCE_API_SECRET": "2" * 6})
    found = find_credentials((NOTHING, environment_variables(BOTH), other))
    assert found.credentials is not None
    assert found.credentials.api_key.get_secret_value() == "key-of-mine"
    assert found.credentials.api_secret.get_secret_value() == "hush-hush"
    assert found.credentials.origin == "environment"


def test_credentials_print_as_stars() -> None:
    found = find_credentials([environment_variables(BOTH)])
    assert "hush-hush" not in f"{found} {found!r}"


def test_no_source_has_any() -> None:
    found = find_credentials([NOTHING])
    assert found.credentials is None
    assert found.problems == ()


def test_empty_variables_are_none() -> None:
    empty = {"BINANCE_API_KEY": "", "BINANCE_API_SECRET": " "}
    assert find_credentials([environment_variables(empty)]).credentials is None


def test_a_key_without_its_secret_is_told_and_no_other_source_completes_it() -> None:
    half = environment_variables({"BINANCE_API_KEY": "key-of-mine"})
    found = find_credentials((half, environment_variables(BOTH)))
    assert [str(problem) for problem in found.problems] == [
        "environment BINANCE_API_KEY: stands alone, set BINANCE_API_SECRET in the same place"
    ]


def test_a_secret_without_its_key_is_told() -> None:
    half = environment_variables({"BINANCE_API_SECRET": "hush-hush"})
    assert [str(problem) for problem in find_credentials([half]).problems] == [
        "environment BINANCE_API_SECRET: stands alone, set BINANCE_API_KEY in the same place"
    ]


@pytest.mark.parametrize("secret", ["short", "two words", "two\nlines", "schlüssel", "nul\0nul"])
def test_what_cannot_be_a_key_is_refused_and_not_repeated(secret: str) -> None:
    sources = [
        environment_variables({"BINANCE_API_KEY": "key-of-mine", "BINANCE_API_SECRET": secret})
    ]
    assert [str(problem) for problem in find_credentials(sources).problems] == [
        "environment BINANCE_API_SECRET: is not what the exchange shows as secret key, write it "
        "whole: one line of letters and digits, usually 64, without blanks"
    ]


def test_a_misshapen_half_is_told_before_its_missing_other_one() -> None:
    (problem,) = find_credentials([environment_variables({"BINANCE_API_KEY": "k"})]).problems
    assert "shows as API key" in problem.what
