"""Every asynchronous test of the engine runs on virtual time: a sleep costs nothing."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from noctule.adapters.clock import VirtualClock, VirtualLoop


class _ClockedLoop(VirtualLoop):
    """A virtual loop that shows its clock; a deadlock on it fails the test at once."""

    def __init__(self) -> None:
        self.clock = VirtualClock(0)
        super().__init__(self.clock)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual": _ClockedLoop}


@pytest.fixture
async def clock() -> VirtualClock:
    """Return the clock of the loop that the test runs on."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _ClockedLoop)
    return loop.clock
