"""A wish to enter knows which order would grant it."""

import pytest

from noctule.domain.order import OrderKind
from noctule.domain.signals import Direction
from noctule.domain.values import Side
from tests.risk_builders import wish


@pytest.mark.parametrize(
    ("direction", "side"), [(Direction.LONG, Side.BUY), (Direction.SHORT, Side.SELL)]
)
def test_a_long_is_bought_and_a_short_is_sold(direction: Direction, side: Side) -> None:
    assert wish(direction).side is side


def test_without_a_limit_price_it_enters_at_market() -> None:
    assert wish().kind is OrderKind.MARKET
    assert wish(limit_price="59990.0").kind is OrderKind.LIMIT


def test_leaving_is_not_a_wish_to_enter() -> None:
    with pytest.raises(AssertionError, match="an exit needs nobody's leave"):
        wish(Direction.FLAT)
