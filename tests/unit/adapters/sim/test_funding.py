"""Funding: when it is due, who pays, from which purse."""

from decimal import Decimal

import pytest

from noctule.adapters.sim.events import AccountUpdated
from noctule.adapters.sim.model import Side
from tests.fakes.pit import START_MS, Pit

HOUR_MS = 3_600_000


def fees(pit: Pit) -> list[tuple[Decimal, int]]:
    return [
        (line.income, line.time_ms - START_MS)
        for line in pit.account.history.incomes
        if line.income_type == "FUNDING_FEE"
    ]


@pytest.mark.parametrize(("side", "payment"), [(Side.BUY, "-0.6"), (Side.SELL, "0.6")])
def test_with_a_positive_rate_longs_pay_and_shorts_are_paid_on_the_mark(
    side: Side, payment: str
) -> None:
    pit = Pit()
    pit.market(side, "0.1")
    pit.mark("60000", rate="0.0001")
    pit.exchange.advance(START_MS + 8 * HOUR_MS)
    assert fees(pit) == [(Decimal(payment), 8 * HOUR_MS)]


def test_each_contract_has_its_own_interval() -> None:
    pit = Pit()
    pit.tick("2000", symbol="ETHUSDT")
    pit.market(Side.BUY, "1", symbol="ETHUSDT")
    pit.mark("2000", rate="0.0001", symbol="ETHUSDT")
    pit.exchange.advance(START_MS + 13 * HOUR_MS)
    assert [at for _, at in fees(pit)] == [4 * HOUR_MS, 8 * HOUR_MS, 12 * HOUR_MS]


def test_the_market_may_announce_another_time() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.mark("60000", rate="0.0001", next_funding_ms=START_MS + HOUR_MS)
    pit.exchange.advance(START_MS + 10 * HOUR_MS)
    assert [at for _, at in fees(pit)] == [HOUR_MS, 9 * HOUR_MS]


def test_only_what_is_held_at_the_instant_pays() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.mark("60000", rate="0.0001")
    pit.market(Side.SELL, "0.1")
    pit.wait(9 * HOUR_MS)
    assert fees(pit) == []


def test_a_cross_position_is_told_by_its_balance_and_an_isolated_one_pays_itself() -> None:
    told = []
    for isolated in (False, True):
        pit = Pit()
        if isolated:
            pit.isolate(10)
        pit.market(Side.BUY, "0.1")
        margin = pit.position().isolated_wallet
        pit.mark("60000", rate="0.0001")
        pit.events.clear()
        pit.wait(8 * HOUR_MS)
        assert pit.position().isolated_wallet - margin == (Decimal("-0.6") if isolated else 0)
        told += [event for event in pit.events if isinstance(event, AccountUpdated)]
    assert [(event.reason, event.symbol) for event in told] == [("FUNDING_FEE", "BTCUSDT")] * 2
    assert [len(event.positions) for event in told] == [0, 1]
    assert [event.balances[0].change for event in told] == [Decimal("-0.6")] * 2


def test_two_accounts_pay_each_other() -> None:
    pit = Pit()
    alice = pit.account
    pit.market(Side.BUY, "0.1")
    pit.account = pit.open("bob")
    pit.market(Side.SELL, "0.1")
    pit.mark("60000", rate="0.0001")
    pit.wait(8 * HOUR_MS)
    paid, pit.account = fees(pit), alice
    assert [amount for amount, _ in fees(pit) + paid] == [Decimal("-0.6"), Decimal("0.6")]


def test_a_rate_of_nothing_is_no_income() -> None:
    pit = Pit()
    pit.market(Side.BUY, "0.1")
    pit.wait(9 * HOUR_MS)
    assert fees(pit) == []
