"""Several things at once, trip after trip: a short piece of what the soak does for longer."""

from pathlib import Path

import pytest

from tests.soak.hands_storm import storm


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 3])
async def test_trips_in_trouble_all_end_flat_and_were_never_naked_for_long(
    tmp_path: Path, seed: int
) -> None:
    assert await storm(tmp_path, trips=12, seed=seed) >= 6
