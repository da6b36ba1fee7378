"""Best prices that stand still are no ground to size an entry on, though all else is heard."""

import pytest

from tests.risk_builders import case, scene
from tests.unit.risk.test_checks import told


@pytest.mark.parametrize(
    ("age_ms", "expected"),
    [
        (90_000, (True, "the spread is 0 %, at most 0.1 %")),
        (90_001, (False, "bid and ask are 90001 ms old, at most 90000")),
        (None, (True, "the spread is 0 %, at most 0.1 %")),
    ],
)
def test_old_best_prices_keep_an_entry_off(age_ms: int | None, expected: tuple[bool, str]) -> None:
    assert told("spread", case(market=scene(quote_age_ms=age_ms))) == expected
