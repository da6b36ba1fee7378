"""What an order gets at once, what rests, what expires and why."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.fills import Fills, Ladder, Latency, Spread
from noctule.adapters.sim.model import OrderStatus, Side, Tif
from tests.fakes.pit import BTCUSDT, START_MS, Pit

ONE_A_LEVEL = Fills(depth=Ladder(level_quote=Decimal(60_001), levels=3))
SLOW = Fills(latency=Latency(entry_ms=500))


def test_a_limit_order_through_the_ask_takes_at_the_ask() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "60500")
    assert (order.status, order.average_price) == (OrderStatus.FILLED, Decimal("60000.10"))


def test_partial_fills_repeat_the_pair_and_a_market_remainder_expires_with_9() -> None:
    pit = Pit(fills=ONE_A_LEVEL, deposit="100000")
    order = pit.market(Side.BUY, "5")
    assert pit.heard() == [
        "LITE 1.000@60000.10",
        "NEW NEW 0/5",
        "ACCOUNT ORDER 1.000",
        "TRADE PARTIALLY_FILLED 1.000/5",
        "LITE 1.000@60000.20",
        "ACCOUNT ORDER 2.000",
        "TRADE PARTIALLY_FILLED 2.000/5",
        "LITE 1.000@60000.30",
        "ACCOUNT ORDER 3.000",
        "TRADE PARTIALLY_FILLED 3.000/5",
        "EXPIRED EXPIRED 3.000/5 er=9",
    ]
    assert order.average_price == Decimal("60000.2")


def test_an_ioc_remainder_expires_with_2() -> None:
    pit = Pit(fills=ONE_A_LEVEL, deposit="100000")
    pit.limit(Side.BUY, "2", "60000.10", tif=Tif.IOC)
    assert pit.heard()[-1] == "EXPIRED EXPIRED 1.000/2 er=2"


def test_an_ioc_that_gets_nothing_is_new_and_expires() -> None:
    pit = Pit()
    pit.limit(Side.BUY, "0.1", "59000", tif=Tif.IOC)
    assert pit.heard() == ["NEW NEW 0/0.1", "EXPIRED EXPIRED 0/0.1 er=2"]


def test_a_gtc_remainder_rests_and_is_filled_later_as_a_maker() -> None:
    pit = Pit(fills=ONE_A_LEVEL, deposit="100000")
    order = pit.limit(Side.BUY, "2", "60000.10")
    assert order.executed == 1
    pit.tick("60000")
    assert order.status is OrderStatus.FILLED
    assert [trade.is_maker for trade in pit.account.history.trades] == [False, True]


@pytest.mark.parametrize(
    ("tif", "code", "price"), [(Tif.GTX, -5022, "60001"), (Tif.FOK, -5021, "60000.10")]
)
def test_an_order_that_may_not_trade_like_this_is_refused_and_leaves_nothing(
    tif: Tif, code: int, price: str
) -> None:
    pit = Pit(fills=ONE_A_LEVEL, deposit="100000")
    with pit.refuses(code):
        pit.limit(Side.BUY, "2", price, tif=tif)
    assert (pit.heard(), pit.account.orders) == ([], {})


def test_a_fok_that_can_be_filled_is() -> None:
    pit = Pit(fills=ONE_A_LEVEL, deposit="100000")
    assert pit.limit(Side.BUY, "3", "60001", tif=Tif.FOK).status is OrderStatus.FILLED


def test_a_gtd_order_expires_at_its_time() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000", tif=Tif.GTD, good_till_ms=START_MS + 700_000)
    pit.exchange.advance(START_MS + 699_999)
    assert order.is_open
    pit.exchange.advance(START_MS + 700_000)
    assert (order.status, order.update_ms) == (OrderStatus.EXPIRED, START_MS + 700_000)


def test_a_gtd_order_that_is_filled_does_not_expire() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000", tif=Tif.GTD, good_till_ms=START_MS + 700_000)
    pit.tick("58999.90")
    pit.wait(1_000_000)
    assert order.status is OrderStatus.FILLED


def test_an_order_that_travels_meets_the_market_at_the_tick_after_it_has_arrived() -> None:
    pit = Pit(fills=SLOW)
    order = pit.market(Side.BUY, "0.1")
    assert (pit.heard(), order.status) == ([], OrderStatus.NEW)
    pit.tick("60100", after_ms=499)
    assert order.status is OrderStatus.NEW
    pit.tick("60200", after_ms=1)
    assert order.average_price == Decimal("60200.10")
    assert pit.heard()[:2] == ["LITE 0.1@60200.10", "NEW NEW 0/0.1"]


def test_an_order_cancelled_on_its_way_never_trades() -> None:
    pit = Pit(fills=SLOW)
    order = pit.market(Side.BUY, "0.1")
    pit.exchange.cancel(pit.account, BTCUSDT, order_id=order.order_id, client_id=None)
    pit.tick("60100")
    assert pit.heard() == ["CANCELED CANCELED 0/0.1"]


@pytest.mark.parametrize(("tif", "reason"), [(Tif.GTX, ""), (Tif.FOK, " er=2")])
def test_what_cannot_be_refused_in_time_expires_on_arrival(tif: Tif, reason: str) -> None:
    pit = Pit(fills=Fills(latency=SLOW.latency, depth=ONE_A_LEVEL.depth), deposit="100000")
    pit.limit(Side.BUY, "2", "60000.10", tif=tif)
    pit.tick("60000")
    assert pit.heard() == ["NEW NEW 0/2", f"EXPIRED EXPIRED 0/2{reason}"]


def meeting(stp: str) -> list[str]:
    """Let a buy meet the account's own sale, which rests inside the spread."""
    pit = Pit(fills=Fills(spread=Spread(ticks=20)))
    pit.limit(Side.SELL, "0.1", "60000.50")
    pit.heard()
    pit.limit(Side.BUY, "0.1", "60001", stp=stp)
    return pit.heard()


def test_self_trade_prevention_expires_the_maker_by_default() -> None:
    assert meeting("EXPIRE_MAKER") == [
        "EXPIRED EXPIRED_IN_MATCH 0/0.1 er=1",
        "LITE 0.1@60001.00",
        "NEW NEW 0/0.1",
        "ACCOUNT ORDER 0.1",
        "TRADE FILLED 0.1/0.1",
    ]


def test_self_trade_prevention_expires_the_taker_when_asked() -> None:
    assert meeting("EXPIRE_TAKER") == ["NEW NEW 0/0.1", "EXPIRED EXPIRED_IN_MATCH 0/0.1 er=1"]


def test_self_trade_prevention_expires_both_when_asked() -> None:
    assert meeting("EXPIRE_BOTH") == [
        "EXPIRED EXPIRED_IN_MATCH 0/0.1 er=1",
        "NEW NEW 0/0.1",
        "EXPIRED EXPIRED_IN_MATCH 0/0.1 er=1",
    ]


def test_without_self_trade_prevention_both_trade_with_the_market() -> None:
    assert meeting("NONE")[-1] == "TRADE FILLED 0.1/0.1"


def test_a_market_order_that_stays_short_of_the_own_order_does_not_meet_it() -> None:
    pit = Pit()
    own = pit.limit(Side.SELL, "0.1", "60000.20")
    pit.market(Side.BUY, "0.1")
    assert own.is_open
