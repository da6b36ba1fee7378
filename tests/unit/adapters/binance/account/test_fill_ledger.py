"""A trade is told once, whoever tells it; what is forgotten was told."""

import pytest

from noctule.adapters.binance.account.fill_ledger import FillLedger
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT

ETHUSDT = Symbol("ETHUSDT")


@pytest.fixture
def ledger() -> FillLedger:
    ledger = FillLedger(ids_max=100)
    ledger.begin(BTCUSDT, 50)
    return ledger


def test_a_trade_is_told_once(ledger: FillLedger) -> None:
    assert ledger.tell(BTCUSDT, 51)
    assert not ledger.tell(BTCUSDT, 51)
    assert ledger.is_told(BTCUSDT, 51)


def test_ids_are_a_symbol_s_own(ledger: FillLedger) -> None:
    assert ledger.tell(BTCUSDT, 51)
    assert ledger.tell(ETHUSDT, 51)
    assert ledger.symbols == {BTCUSDT, ETHUSDT}


def test_what_was_before_our_time_is_not_told(ledger: FillLedger) -> None:
    assert not ledger.tell(BTCUSDT, 50)
    assert ledger.is_past(BTCUSDT, 50)
    assert not ledger.is_past(BTCUSDT, 51)
    assert not ledger.is_past(ETHUSDT, 1)


def test_a_second_beginning_changes_nothing(ledger: FillLedger) -> None:
    ledger.begin(BTCUSDT, 90)
    assert ledger.tell(BTCUSDT, 51)


def test_an_older_trade_that_comes_later_is_told(ledger: FillLedger) -> None:
    assert ledger.tell(BTCUSDT, 53)
    assert ledger.tell(BTCUSDT, 52)


def test_an_audit_asks_again_for_what_the_one_before_it_was_told(ledger: FillLedger) -> None:
    assert ledger.audited_before(BTCUSDT) == 50
    ledger.audit(BTCUSDT, 60)
    assert ledger.audited_before(BTCUSDT) == 50
    ledger.audit(BTCUSDT, 70)
    assert ledger.audited_before(BTCUSDT) == 60
    ledger.audit(BTCUSDT, None)
    assert ledger.audited_before(BTCUSDT) == 70


def test_a_symbol_without_trades_was_never_audited(ledger: FillLedger) -> None:
    assert ledger.audited_before(ETHUSDT) is None
    ledger.audit(ETHUSDT, None)
    assert ledger.audited_before(ETHUSDT) is None


def test_it_knows_the_newest_trade_whoever_told_it(ledger: FillLedger) -> None:
    newest = [ledger.newest(BTCUSDT), ledger.newest(ETHUSDT)]
    ledger.tell(BTCUSDT, 55)
    ledger.tell(BTCUSDT, 53)
    newest.append(ledger.newest(BTCUSDT))
    ledger.audit(BTCUSDT, 60)
    assert [*newest, ledger.newest(BTCUSDT)] == [50, None, 55, 60]
    ledger.audit(ETHUSDT, None)
    assert ledger.newest(ETHUSDT) is None


def test_a_symbol_is_busy_from_a_fill_to_its_audit(ledger: FillLedger) -> None:
    ledger.tell(ETHUSDT, 1)
    busy = [ledger.busy_symbols]
    ledger.audit(ETHUSDT, 1)
    assert [*busy, ledger.busy_symbols] == [{ETHUSDT}, frozenset()]


def test_memory_is_bounded_and_what_is_forgotten_counts_as_told() -> None:
    ledger = FillLedger(ids_max=10)
    assert all(ledger.tell(BTCUSDT, trade_id) for trade_id in range(1, 1_000))
    assert not any(ledger.tell(BTCUSDT, trade_id) for trade_id in range(1, 1_000))
    assert len(ledger._symbols[BTCUSDT].told) <= 100


def test_what_two_audits_vouch_for_is_forgotten_first() -> None:
    ledger = FillLedger(ids_max=10)
    for trade_id in range(1, 41, 2):
        ledger.tell(BTCUSDT, trade_id)
    ledger.audit(BTCUSDT, 9)
    assert ledger.tell(BTCUSDT, 2)
    ledger.audit(BTCUSDT, 39)
    assert not ledger.tell(BTCUSDT, 4)  # below what was audited twice
    assert ledger.tell(BTCUSDT, 10)
    assert not ledger.tell(BTCUSDT, 11)


def test_it_asks_for_an_audit_long_before_it_forgets(ledger: FillLedger) -> None:
    states = []
    for trade_id in range(51, 102):
        ledger.tell(BTCUSDT, trade_id)
        states.append(ledger.is_filling)
    ledger.audit(BTCUSDT, 101)
    assert [*states, ledger.is_filling] == [*[False] * 50, True, False]
