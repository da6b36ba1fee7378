"""One symbol's market: trades are numbered, marks averaged, fundings remembered."""

from decimal import Decimal

from noctule.adapters.sim.market import Market, Settled
from tests.fakes.sim_market import START_MS, decimals, mark, tick

HOUR_MS = 3_600_000


def market() -> Market:
    return Market("BTCUSDT", intervals=["1m"])


def test_trades_are_numbered_without_a_hole() -> None:
    of_btc = market()
    trades = [of_btc.trade(tick("100", at=at)) for at in range(3)]
    assert [(each.agg_id, each.first_id, each.last_id) for each in trades] == [
        (1, 1, 1),
        (2, 2, 2),
        (3, 3, 3),
    ]


def test_the_buyer_is_the_maker_when_takers_mostly_sold() -> None:
    of_btc = market()
    assert of_btc.trade(tick("100", qty="2", bought="0.9")).is_buyer_maker
    assert not of_btc.trade(tick("100", qty="2", bought="1")).is_buyer_maker


def test_no_more_than_a_thousand_trades_are_kept() -> None:
    of_btc = market()
    for at in range(1_500):
        of_btc.trade(tick("100", at=at))
    assert (len(of_btc.trades), of_btc.trades[0].agg_id) == (1_000, 501)


def test_a_funding_has_happened_when_the_next_one_moves_on() -> None:
    of_btc = market()
    of_btc.measure(mark("100", rate="0.0002", next_funding=8 * HOUR_MS))
    of_btc.measure(mark("101", at=1, rate="0.0003", next_funding=8 * HOUR_MS))
    assert not of_btc.settled
    of_btc.measure(mark("102", at=8 * HOUR_MS, rate="0.0001", next_funding=16 * HOUR_MS))
    assert list(of_btc.settled) == [
        Settled(
            symbol="BTCUSDT",
            funding_ms=START_MS + 8 * HOUR_MS,
            rate=Decimal("0.0003"),
            mark=Decimal(101),
        )
    ]


def test_mark_and_index_have_klines_of_their_own_without_volume() -> None:
    of_btc = market()
    for price in ("100", "103", "99"):
        of_btc.measure(mark(price))
    of_mark, of_index = of_btc.mark_klines.running("1m"), of_btc.index_klines.running("1m")
    assert of_mark is not None
    assert of_index is not None
    assert (of_mark.open, of_mark.high, of_mark.low, of_mark.close) == decimals("100 103 99 99")
    assert (of_index.high, of_mark.volume) == decimals("102 0")
    assert of_mark.count == 3


def test_the_average_mark_moves_slowly() -> None:
    of_btc = market()
    of_btc.measure(mark("100"))
    assert of_btc.measure(mark("130")).mark_average == Decimal("101.00000000")
