"""The liquidation price is the one at which the margin equals what must be kept."""

from decimal import Decimal

import pytest

from noctule.domain import values
from noctule.domain.values import Quantity, Side
from noctule.risk.liquidation import liquidation_price, margin_to_reach
from tests.risk_builders import BRACKETS

ENTRY = values.price("60000")


@pytest.mark.parametrize(
    ("side", "expected"),
    [(Side.BUY, Decimal("50200.8032")), (Side.SELL, Decimal("69721.1155"))],
)
def test_it_agrees_with_the_venues_own_example(side: Side, expected: Decimal) -> None:
    found = liquidation_price(
        side,
        values.quantity("0.1"),
        entry_price=ENTRY,
        margin=Decimal(1_000),
        brackets=BRACKETS[:1],
    )
    assert found is not None
    assert round(found, 4) == expected


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("quantity", ["0.001", "0.8", "0.9", "5", "12", "40", "60", "150", "250"])
@pytest.mark.parametrize("leverage", [1, 2, 5, 20, 50])
def test_there_the_margin_left_is_what_the_tier_asks_for(
    side: Side, quantity: str, leverage: int
) -> None:
    held = values.quantity(quantity)
    margin = held * ENTRY / leverage
    found = liquidation_price(side, held, entry_price=ENTRY, margin=margin, brackets=BRACKETS)
    if found is None:
        assert (side, leverage) == (Side.BUY, 1)  # it can only fall to nothing
        return
    left = margin + side.sign * held * (found - ENTRY)
    assert left == pytest.approx(maintenance(held * found))
    needed = margin_to_reach(found, side, held, entry_price=ENTRY, brackets=BRACKETS)
    assert needed == pytest.approx(margin)


def maintenance(notional: Decimal) -> Decimal:
    """Return what the tier of this notional asks for, the last one's beyond all tiers."""
    tier = next((each for each in BRACKETS if notional <= each.notional_cap), BRACKETS[-1])
    return notional * tier.maintenance_share - tier.maintenance_amount


def test_a_margin_that_covers_the_whole_price_is_never_used_up() -> None:
    found = liquidation_price(
        Side.BUY,
        Quantity(Decimal(1)),
        entry_price=ENTRY,
        margin=Decimal(70_000),
        brackets=BRACKETS,
    )
    assert found is None
