"""An audit is of one moment, or says that it is not; what it cannot name it leaves for later."""

import asyncio

import pytest
from msgspec import structs

from noctule.adapters.binance.account.audit import AccountAudit, Audit, Scope
from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.wire.user import read_user_event
from noctule.domain.order import OrderKind
from noctule.domain.values import Side, Symbol
from tests.builders import BTCUSDT
from tests.fakes.account_model import AccountModel
from tests.fakes.audits import NOTHING, report
from tests.fakes.user_frames import algo_frame

SETTINGS = AccountSettings(brackets_max=2, lookups_max=3)
ETHUSDT = Symbol("ETHUSDT")


class Desk:
    """A model, what we know of it, and an audit of it."""

    def __init__(self, settings: AccountSettings = SETTINGS) -> None:
        self.model = AccountModel()
        self.merge = AccountMerge([BTCUSDT], settings=settings)
        self.audit = AccountAudit(self.model, now_ms=lambda: self.model.at_ms, settings=settings)

    def buy(self, symbol: Symbol = BTCUSDT, quantity: int = 1) -> None:
        self.model.place(symbol, Side.BUY, quantity)
        for _ in range(quantity):
            self.model.trade(self.model.open_orders()[-1])

    def ask(self, scope: Scope = Scope.WHOLE) -> Audit:
        self.merge.begin_audit()
        return asyncio.run(self.audit.take(scope, self.merge, since_ms=0, funded_since_ms=0))


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.merge.begin(structs.replace(NOTHING, newest={BTCUSDT: 10}))
    return desk


def test_the_first_only_knows_where_trades_begin() -> None:
    desk = Desk()
    desk.buy()
    audit = desk.ask(Scope.FIRST)
    assert (audit.trades, dict(audit.newest), audit.is_settled) == ((), {BTCUSDT: 50}, True)
    assert [str(each.signed_quantity) for each in audit.positions] == ["1"]


def test_trades_come_with_the_orders_they_are_of(desk: Desk) -> None:
    desk.buy(quantity=2)
    audit = desk.ask()
    assert [row.id for row in audit.trades] == [50, 51]
    assert [each.client_order_id for each in audit.orders] == ["order-1000"]
    assert (audit.is_settled, dict(audit.newest), audit.postponed) == (
        *(True, {BTCUSDT: 51}),
        frozenset(),
    )


def test_a_trade_between_two_answers_makes_it_look_again(desk: Desk) -> None:
    deeds = [desk.buy]
    desk.model.happen = lambda: deeds.pop()() if deeds else None
    audit = desk.ask()
    assert audit.is_settled
    assert len(audit.trades) == len(audit.positions) == 1


def test_an_account_that_never_rests_is_not_settled(desk: Desk) -> None:
    desk.model.happen = desk.buy
    assert not desk.ask().is_settled


def test_a_symbol_that_only_the_answers_name_is_asked_for_its_trades_too(desk: Desk) -> None:
    desk.buy(ETHUSDT)
    audit = desk.ask()
    assert [row.symbol for row in audit.trades] == [ETHUSDT]
    assert audit.newest.keys() == {BTCUSDT, ETHUSDT}


def test_in_doubt_it_does_not_ask_for_what_rests(desk: Desk) -> None:
    desk.model.place(BTCUSDT, Side.BUY, 1)
    assert desk.ask(Scope.DOUBT).orders == ()
    assert len(desk.ask(Scope.WHOLE).orders) == 1


def test_more_strange_orders_than_it_may_ask_for_are_left_for_later(desk: Desk) -> None:
    for _ in range(5):
        desk.buy()
    audit = desk.ask()
    assert len(audit.trades) == len(audit.orders) == 3
    assert audit.postponed == {BTCUSDT}


def forgetting(desk: Desk) -> None:
    desk.model.forgets = True


def test_a_young_order_that_is_not_known_yet_is_left_for_later(desk: Desk) -> None:
    desk.buy()
    forgetting(desk)
    audit = desk.ask()
    assert audit.trades == ()
    assert audit.postponed == {BTCUSDT}


def test_an_old_order_that_is_not_known_any_more_is_not_waited_for(desk: Desk) -> None:
    desk.buy()
    forgetting(desk)
    desk.model.at_ms += 61_000
    audit = desk.ask()
    assert (len(audit.trades), audit.orders, audit.postponed) == (1, (), frozenset())


def test_a_conditional_order_that_vanished_is_asked_for_and_its_child(desk: Desk) -> None:
    event = read_user_event(algo_frame())
    assert event is not None
    desk.merge.hear(event, elapsed_ms=0)
    desk.buy()
    fired = report("400", kind=OrderKind.STOP_MARKET, child_order_id="1000")
    desk.model.algos["400"] = fired
    audit = desk.ask()
    assert audit.algos == (fired,)
    assert [each.venue_order_id for each in audit.orders] == ["1000"]


def test_funding_is_asked_for_after_a_gap_only(desk: Desk) -> None:
    desk.ask(Scope.WHOLE)
    assert desk.model.funding_asked == 0
    desk.ask(Scope.GAP)
    assert desk.model.funding_asked == 1
