"""The insurance fund: nobody loses what he does not have, and it is written down who paid."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.events import AccountUpdated
from noctule.adapters.sim.insurance import clear, owed
from noctule.adapters.sim.model import PositionSide, Side
from tests.fakes.pit import BTCUSDT, Pit


def isolated_pit() -> Pit:
    """Return a pit with 60.0001 of isolated margin, its mark far above the last price."""
    pit = Pit()
    pit.mark("60000")
    pit.isolate(100)
    pit.market(Side.BUY, "0.1")
    pit.tick("57000")
    pit.heard()
    return pit


def paid(pit: Pit) -> list[Decimal]:
    lines = pit.account.history.incomes
    return [line.income for line in lines if line.income_type == "INSURANCE_CLEAR"]


def test_an_isolated_position_closed_past_its_margin_costs_no_more_than_that() -> None:
    pit = isolated_pit()
    free = pit.account.cross_wallet
    pit.market(Side.SELL, "0.1")
    assert pit.account.wallet == free
    # 300.01 lost and a fee of 2.85, less the margin of 60.0001
    assert paid(pit) == [Decimal("242.8599")]


def test_the_fund_is_told_last_with_its_income() -> None:
    pit = isolated_pit()
    pit.market(Side.SELL, "0.1")
    told = pit.events[-1]
    assert isinstance(told, AccountUpdated)
    assert (told.reason, told.balances[0].change) == ("INSURANCE_CLEAR", Decimal("242.8599"))
    assert pit.heard()[-2:] == ["TRADE FILLED 0.1/0.1", "ACCOUNT INSURANCE_CLEAR"]


def test_a_part_of_an_isolated_position_costs_no_more_than_its_share_of_the_margin() -> None:
    pit = isolated_pit()
    free = pit.account.cross_wallet
    pit.market(Side.SELL, "0.025")
    assert pit.account.cross_wallet == free
    assert pit.position().isolated_wallet == Decimal("45.000075")


def test_an_isolated_reversal_is_insured_for_what_it_closed() -> None:
    pit = isolated_pit()
    free = pit.account.cross_wallet
    pit.market(Side.SELL, "0.2")
    opened_margin, opened_fee = Decimal(57), Decimal("2.85")
    assert pit.account.cross_wallet == free - opened_margin - opened_fee


def test_a_loss_within_the_margin_is_the_holders_own() -> None:
    pit = Pit()
    pit.isolate(20)
    pit.market(Side.BUY, "0.1")
    pit.tick("59000")
    pit.market(Side.SELL, "0.1")
    assert paid(pit) == []
    assert pit.account.wallet == Decimal("9894.039995")


def crossed_pit() -> Pit:
    pit = Pit(deposit="200")
    pit.exchange.set_leverage(pit.account, BTCUSDT, 125)
    pit.mark("60000")
    pit.market(Side.BUY, "0.2")
    pit.tick("57500")
    return pit


def test_an_account_without_positions_owes_nothing() -> None:
    pit = crossed_pit()
    pit.market(Side.SELL, "0.2")
    assert pit.account.wallet == 0
    assert paid(pit) == [Decimal("311.77001")]


def test_while_a_crossed_position_stands_for_the_debt_nobody_pays() -> None:
    pit = crossed_pit()
    pit.market(Side.SELL, "0.15")
    assert (pit.account.wallet < 0, paid(pit)) == (True, [])


def test_what_an_isolated_purse_lost_is_owed_though_the_account_has_more() -> None:
    pit = Pit()
    assert owed(pit.account, Decimal(-5)) == 5
    assert owed(pit.account, Decimal(5)) == 0
    assert owed(pit.account, None) == 0


@pytest.mark.parametrize(("amount", "legs"), [("-3", 1), ("3", 0)])
def test_a_clearing_shows_the_position_it_was_taken_from(amount: str, legs: int) -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.heard()
    held = [pit.account.position(BTCUSDT, PositionSide.BOTH)][:legs]
    clear(pit.exchange._floor, pit.account, BTCUSDT, Decimal(amount), held)
    assert pit.heard() == ["ACCOUNT INSURANCE_CLEAR" + " 0.1" * legs]
    assert paid(pit) == [Decimal(amount)]
