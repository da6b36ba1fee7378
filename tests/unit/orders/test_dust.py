"""What is less than the smallest lot is told of, and its stop is the way out."""

from noctule.orders.news import Alarmed
from tests.fakes.bracket_desk import BracketDesk

DUST = Alarmed(
    text="BTCUSDT: 0.002 is held, and no order may close so little: its stop stays, close it by "
    "hand",
    is_urgent=True,
)


def holding_dust() -> BracketDesk:
    desk = BracketDesk(market_lot_min="0.005")
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.trade("e0", "0.002", left="0.118")
    return desk


def test_less_than_the_smallest_lot_is_told_of_once_and_its_stop_stays() -> None:
    desk = holding_dust()
    desk.accept("s0")
    desk.flatten()
    desk.end("e0")
    assert "SELL MARKET" not in " ".join(desk.wait(60_000))
    assert [each for each in desk.news if isinstance(each, Alarmed)] == [DUST]
    assert desk.is_protected()
    assert not desk.is_over()
    assert desk.trade("s0", "0.002") == []
    assert desk.is_over()


def test_less_than_the_smallest_lot_without_a_stop_is_given_one_at_once() -> None:
    desk = holding_dust()
    desk.exit()
    desk.refuse("s0", -4045)
    assert desk.end("e0") == ["s1 SELL STOP_MARKET all at 9500", "count down 0"]


def test_less_than_the_smallest_lot_is_closed_once_it_is_more() -> None:
    desk = holding_dust()
    desk.accept("s0")
    desk.flatten()
    assert desk.trade("e0", "0.010", left="0.108") == ["f0 SELL MARKET 0.012 reduce-only"]
