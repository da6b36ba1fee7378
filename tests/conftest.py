"""What holds for every test: how hard Hypothesis looks, how long it takes, nothing left behind."""

import signal
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import settings

from noctule.telemetry.logs import TRACE

# The same examples on every push, ten times as many at night.
settings.register_profile("night", settings.get_profile("ci"), derandomize=False, max_examples=1000)
settings.load_profile("ci")


_SLOW_S_MAX: Final = 120


def pytest_configure() -> None:
    """Hear Ctrl-C also in the background, where a shell has it ignored: children inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Grant what is marked slow its longer time; all else has that of pyproject.toml."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(_SLOW_S_MAX))


@pytest.fixture(autouse=True)
def _signals_at_rest() -> Iterator[None]:
    """Begin and end with what signals do in a fresh process.

    A bot that lived here, perhaps in a fixture of many tests, leaves them ignored for good: so
    would every process be that a later test starts.
    """
    _let_signals_rest()
    yield
    _let_signals_rest()


def _let_signals_rest() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _no_trace() -> Iterator[None]:
    """Begin without a trace, for a test may deliver events in the context that all tests share."""
    token = TRACE.set("")
    yield
    TRACE.reset(token)
