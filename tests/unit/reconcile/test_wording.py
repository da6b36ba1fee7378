from noctule.domain.order import OrderKind
from noctule.reconcile.wording import order_words, position_words
from tests.reconcile_builders import OWNERS, held, report, stop


def test_positions_are_told_by_way_size_and_price() -> None:
    assert position_words(held("0.010")) == "long 0.01 from 60000"
    assert position_words(held("-0.5", "64000.10")) == "short 0.5 from 64000.1"


def test_orders_are_told_by_what_is_left_of_them_and_where() -> None:
    assert order_words(stop("59400", OWNERS)) == f"SELL STOP_MARKET all at 59400 ({OWNERS})"
    limit = report(OWNERS, kind=OrderKind.LIMIT, price="59000", filled="0.004")
    assert order_words(limit) == f"BUY LIMIT 0.006 at 59000 ({OWNERS})"
    assert order_words(report(OWNERS)) == f"BUY MARKET 0.01 ({OWNERS})"
