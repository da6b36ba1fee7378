"""What holds for every test: how hard Hypothesis looks, and a trace that nobody left behind."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from noctule.telemetry.logs import TRACE

# The same examples on every push, ten times as many at night.
settings.register_profile("night", settings.get_profile("ci"), derandomize=False, max_examples=1000)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _no_trace() -> Iterator[None]:
    """Begin without a trace, for a test may deliver events in the context that all tests share."""
    token = TRACE.set("")
    yield
    TRACE.reset(token)
