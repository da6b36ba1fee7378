"""The best prices of another market, shown to an exchange that follows it."""

from decimal import Decimal

from noctule.adapters.sim.events import Best
from noctule.adapters.sim.fills import Fills, Impact
from noctule.adapters.sim.model import Side
from tests.fakes.pit import BTCUSDT, Pit


def shown(*, bid: str = "59990", ask: str = "60010", qty: str = "0.5") -> Best:
    return Best(
        symbol=BTCUSDT,
        bid=Decimal(bid),
        bid_qty=Decimal(qty),
        ask=Decimal(ask),
        ask_qty=Decimal(qty),
    )


def test_an_order_gets_the_best_price_that_is_shown_as_far_as_that_reaches() -> None:
    pit = Pit(deposit="1000000")
    pit.exchange.show(BTCUSDT, shown())
    assert pit.market(Side.BUY, "0.5").average_price == Decimal(60_010)
    assert pit.market(Side.SELL, "0.5").average_price == Decimal(59_990)
    pit.market(Side.BUY, "0.8")
    assert [(trade.price, trade.qty) for trade in pit.account.history.trades][2:] == [
        (Decimal(60_010), Decimal("0.5")),
        (Decimal("60010.1"), Decimal("0.3")),
    ]


def test_what_lies_behind_the_shown_price_is_as_deep_as_the_market_is_thought_to_be() -> None:
    deep = Fills(depth=Impact(volume_quote=Decimal(10_000_000)))
    pit = Pit(deposit="1000000", fills=deep)
    pit.exchange.show(BTCUSDT, shown(qty="0"))
    pit.market(Side.BUY, "1")
    (trade,) = pit.account.history.trades
    assert trade.price == Decimal("60056.6")  # 60010.1 and, by the square root, 46.5 more


def test_a_quote_is_what_is_shown() -> None:
    pit = Pit()
    pit.exchange.show(BTCUSDT, shown())
    quote = pit.exchange.quote(BTCUSDT)
    assert (quote.bid, quote.bid_qty, quote.ask, quote.ask_qty) == (
        Decimal(59_990),
        Decimal("0.5"),
        Decimal(60_010),
        Decimal("0.5"),
    )


def test_a_trade_beyond_the_shown_prices_proves_them_old() -> None:
    pit = Pit()
    pit.exchange.show(BTCUSDT, shown())
    pit.tick("60010")
    assert pit.exchange.quote(BTCUSDT).ask == Decimal(60_010)
    pit.tick("59900")
    assert pit.exchange.quote(BTCUSDT).bid == Decimal(59_900)
    pit.exchange.show(BTCUSDT, shown(bid="59890", ask="59910"))
    pit.exchange.show(BTCUSDT, None)
    assert pit.exchange.quote(BTCUSDT).bid == Decimal(59_900)


def test_an_order_begins_to_rest_behind_what_is_shown() -> None:
    pit = Pit()
    pit.exchange.show(BTCUSDT, shown(qty="2"))
    order = pit.limit(Side.BUY, "0.010", "59990")
    assert pit.exchange.save(pit.account).queues[order.order_id] == Decimal(2)
