"""The process may be killed anywhere between a signal and flat: the next one cleans up after it.

What runs on every push is a slice; `python -m tests.soak.killed_trader` takes every point there is.
"""

from pathlib import Path

import pytest

from tests.fakes.hands_exchange import hands_exchange
from tests.soak.killed_trader import Kept, live_through, live_through_twice

# Where the dead one is likeliest to have left something half done.
_MARKS = ("event:1", "called:1", "event:8", "call:2", "event:13", "call:4", "event:27", "call:6")


@pytest.mark.slow
@pytest.mark.parametrize("kept", Kept)
@pytest.mark.parametrize("mark", _MARKS)
async def test_what_a_killed_process_left_is_protected_within_seconds_of_the_next_start(
    tmp_path: Path, mark: str, kept: Kept
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        assert await live_through(exchange, tmp_path, mark=mark, kept=kept), "it was not killed"


@pytest.mark.slow
@pytest.mark.parametrize("kept", Kept)
@pytest.mark.parametrize("again", ["start/call:1"])
async def test_who_is_killed_while_cleaning_up_leaves_no_more_than_before(
    tmp_path: Path, again: str, kept: Kept
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        assert await live_through_twice(
            exchange, tmp_path, mark="called:1", again=again, kept=kept
        ), "it was not killed twice"
