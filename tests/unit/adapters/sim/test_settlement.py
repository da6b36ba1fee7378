"""What a fill books and tells: sequence, money, isolated margin."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.events import AccountUpdated, OrderUpdated, TradeHinted
from noctule.adapters.sim.model import Side, Tif
from tests.fakes.pit import BTCUSDT, Pit


def test_a_taker_hears_lite_then_new_then_the_account_then_the_trade_all_at_one_time() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    assert {event.time_ms for event in pit.events} == {pit.time_ms}
    assert pit.heard() == [
        "LITE 0.1@60000.10",
        "NEW NEW 0/0.1",
        "ACCOUNT ORDER 0.1",
        "TRADE FILLED 0.1/0.1",
    ]


def test_a_maker_hears_new_at_once_and_the_rest_when_it_is_filled() -> None:
    pit = Pit()
    pit.limit(Side.BUY, "0.1", "59000")
    assert pit.heard() == ["NEW NEW 0/0.1"]
    pit.tick("58999.90")
    assert pit.heard() == ["LITE 0.1@59000", "ACCOUNT ORDER 0.1", "TRADE FILLED 0.1/0.1"]


def test_what_is_told_is_a_copy_that_later_fills_do_not_change() -> None:
    pit = Pit()
    pit.limit(Side.BUY, "0.1", "59000")
    told = pit.events[0]
    pit.tick("58999.90")
    assert isinstance(told, OrderUpdated)
    assert told.order.executed == 0


def test_the_account_is_told_with_the_position_and_before_the_trade_in_the_order() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    hint, new, told, trade = pit.events
    assert isinstance(hint, TradeHinted)
    assert isinstance(told, AccountUpdated)
    assert isinstance(new, OrderUpdated)
    assert isinstance(trade, OrderUpdated)
    assert told.positions[0].position.entry_price == Decimal("60000.10")
    assert told.balances[0].wallet == Decimal("9996.99999500")  # 10,000 − 0.05 % of 6,000.01
    assert (new.trade, trade.trade) == (None, hint.trade)


def test_profit_and_fees_are_income_with_numbers_of_their_own() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.tick("61000")
    pit.market(Side.SELL, "0.1")
    lines = [(line.income_type, line.income) for line in pit.account.history.incomes]
    assert lines == [
        ("TRANSFER", Decimal(10_000)),
        ("COMMISSION", Decimal("-3.00000500")),
        ("REALIZED_PNL", Decimal("99.99")),
        ("COMMISSION", Decimal("-3.05")),
    ]
    assert len({line.tran_id for line in pit.account.history.incomes}) == 4
    assert pit.position().realized == Decimal("99.99")


def test_a_maker_pays_the_makers_rate() -> None:
    pit = Pit()
    pit.limit(Side.BUY, "0.1", "59000", tif=Tif.GTX)
    pit.tick("58999.90")
    trade = pit.account.history.trades[-1]
    assert (trade.is_maker, trade.commission) == (True, Decimal("1.18"))


def test_an_isolated_position_takes_its_margin_and_gives_back_its_share() -> None:
    pit = Pit()
    pit.isolate(10)
    pit.market(Side.SELL, "0.1")
    assert pit.position().isolated_wallet == 600
    assert pit.account.cross_wallet == Decimal("9397")  # 10,000 − 3 fee − 600
    pit.market(Side.BUY, "0.04")
    assert pit.position().isolated_wallet == 360
    pit.market(Side.BUY, "0.06")
    assert pit.position().isolated_wallet == 0
    assert pit.account.cross_wallet == pit.account.wallet


def test_an_isolated_flip_is_paid_for_at_its_own_price() -> None:
    pit = Pit()
    pit.isolate(10)
    pit.market(Side.BUY, "0.1")
    pit.market(Side.SELL, "0.3")
    assert pit.position().isolated_wallet == 1_200


@pytest.mark.parametrize("side", Side)
def test_the_book_knows_who_holds_a_position_and_forgets_who_is_flat(side: Side) -> None:
    pit = Pit()
    pit.market(side, "0.1")
    assert [view.position.symbol for view in pit.exchange.positions(pit.account)] == [BTCUSDT]
    pit.market(side.other, "0.1")
    assert pit.exchange.positions(pit.account) == []
