"""A storm on the private stream: our fills are the exchange's userTrades, each once, to the digit.

A thousand fills here; ten thousand with `python -m tests.soak.account_storm`.
"""

import pytest

from tests.soak.account_storm import storm


@pytest.mark.parametrize("seed", [1, 2])
async def test_in_a_storm_every_fill_is_told_once_as_it_was(seed: int) -> None:
    aftermath = await storm(fills=1_000, orders=50, seed=seed)

    assert aftermath.is_calm, aftermath
    assert (aftermath.told, aftermath.orders) == (1_000, 50)
    assert aftermath.lost == aftermath.restored > 0
