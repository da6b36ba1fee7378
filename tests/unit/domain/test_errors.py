"""The error tree: the drawing is the truth, and the classes are the drawing."""

import re
from collections.abc import Iterator
from itertools import takewhile

import pytest

from noctule.domain import errors
from noctule.domain.errors import (
    BudgetExhausted,
    ConfigError,
    CredentialsRefused,
    FilterViolated,
    NoctuleError,
    Severity,
    StrategyError,
    VenueRefused,
)

Tree = dict[str, tuple[str, Severity]]  # name: parent's name and own severity

_BRANCH = re.compile(r"(?P<indent>[│├└─ ]*)(?P<name>\w+) *(?P<severity>[A-Z_]{2,}\b)?")


def drawn() -> Tree:
    """Read the drawing; who has no severity of its own has its parent's."""
    text = (errors.__doc__ or "").partition("\n\n")[2]
    tree: Tree = {"Exception": ("BaseException", NoctuleError.severity)}
    ancestors = ["Exception"]
    for line in takewhile(str.strip, text.splitlines()):
        branch = _BRANCH.match(line)
        assert branch, line
        del ancestors[len(branch["indent"]) // 3 + 1 :]
        name, parent, severity = branch["name"], ancestors[-1], branch["severity"]
        tree[name] = (parent, Severity[severity] if severity else tree[parent][1])
        ancestors.append(name)
    del tree["Exception"]
    return tree


def defined(error: type[NoctuleError] = NoctuleError) -> Iterator[type[NoctuleError]]:
    """Walk the classes of our tree; tests may derive more from it."""
    yield error
    for child in error.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from defined(child)


def test_the_drawing_shows_every_error_with_its_parent_and_severity() -> None:
    assert drawn() == {
        error.__name__: (error.__bases__[0].__name__, error.severity) for error in defined()
    }


def test_every_error_can_be_imported_by_name() -> None:
    assert set(errors.__all__) == {error.__name__ for error in defined()} | {"Severity"}


def test_six_errors_are_not_answered_by_a_retry() -> None:
    severities = {error.__name__: error.severity for error in defined()}
    assert {name: one for name, one in severities.items() if one is not Severity.RECOVERABLE} == {
        "ConfigError": Severity.FATAL,
        "CredentialsRefused": Severity.FATAL,
        "JournalCorrupt": Severity.FATAL,
        "JournalForeign": Severity.FATAL,
        "JournalUnwritable": Severity.DEGRADED,
        "ShutdownOverrun": Severity.BEST_EFFORT,
    }


def test_a_configuration_error_lists_every_problem() -> None:
    error = ConfigError(["no symbol", "leverage is 0"])
    assert error.problems == ("no symbol", "leverage is 0")
    assert str(error) == "no symbol\nleverage is 0"


def test_a_configuration_error_has_a_problem() -> None:
    with pytest.raises(AssertionError, match="names at least one problem"):
        ConfigError([])


@pytest.mark.parametrize("refusal", [VenueRefused, FilterViolated, CredentialsRefused])
def test_a_refusal_keeps_the_venues_code_and_text(refusal: type[VenueRefused]) -> None:
    error = refusal("Filter failure: LOT_SIZE", code=-1013)
    assert (error.code, error.message) == (-1013, "Filter failure: LOT_SIZE")
    assert str(error) == "-1013: Filter failure: LOT_SIZE"


def test_an_exhausted_budget_says_when_to_come_back() -> None:
    error = BudgetExhausted("too many requests", retry_after_ms=30_000)
    assert error.retry_after_ms == 30_000
    assert str(error) == "too many requests"


def test_nobody_comes_back_before_now() -> None:
    with pytest.raises(AssertionError, match="retry_after_ms is -1"):
        BudgetExhausted("too many requests", retry_after_ms=-1)


def test_a_strategys_error_names_the_strategy() -> None:
    error = StrategyError("my_idea", "division by zero")
    assert error.strategy == "my_idea"
    assert str(error) == "strategy my_idea: division by zero"
