"""Whoever tells a fact, it is told once; what does not add up is a doubt until it is asked for."""

from decimal import Decimal

import pytest

from noctule.adapters.binance.account.audit import Scope
from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.wire.account import IncomeRow
from noctule.adapters.binance.wire.user import read_user_event
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    AccountSnapshotTaken,
    LeverageChanged,
    MarginCalled,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
)
from noctule.domain.order import OrderKind, OrderState
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT
from tests.fakes.audits import NOTHING, audit, held, report, trade_row
from tests.fakes.user_frames import (
    account_frame,
    algo_frame,
    hint_frame,
    new_order_frame,
    order_frame,
)

FILLED = report(state=OrderState.FILLED, kind=OrderKind.MARKET)


@pytest.fixture
def merge() -> AccountMerge:
    merge = AccountMerge([BTCUSDT], settings=AccountSettings())
    merge.begin(NOTHING)
    return merge


def hear(merge: AccountMerge, *frames: bytes) -> list[OrderEvent]:
    told: list[OrderEvent] = []
    for frame in frames:
        event = read_user_event(frame)
        assert event is not None
        told += merge.hear(event, elapsed_ms=10)
    return told


def ask(merge: AccountMerge, scope: Scope = Scope.WHOLE, **changes: object) -> list[OrderEvent]:
    merge.begin_audit()
    return merge.end_audit(audit(scope, **changes), elapsed_ms=20)


def kinds(events: list[OrderEvent]) -> list[str]:
    return [type(each).__name__ for each in events]


def test_it_begins_with_what_there_is() -> None:
    merge = AccountMerge([BTCUSDT], settings=AccountSettings())
    rests, waits = report("77"), report("400", kind=OrderKind.STOP_MARKET)
    (told,) = merge.begin(
        audit(
            Scope.FIRST,
            orders=(rests,),
            algos=(waits,),
            positions=(held(), held("0", symbol=Symbol("X"))),
        )
    )
    assert isinstance(told, AccountSnapshotTaken)
    assert told.snapshot.orders == (rests, waits)
    assert told.snapshot.positions == (held(),)
    assert merge.is_exposed
    assert merge.symbols() == {BTCUSDT}


def test_a_child_that_rests_at_the_beginning_trades_under_its_parent_s_name() -> None:
    merge = AccountMerge([BTCUSDT], settings=AccountSettings())
    child = report("77", client_order_id="auto-77", kind=OrderKind.STOP)
    parent = report("400", client_order_id="stop", kind=OrderKind.STOP, child_order_id="77")
    merge.begin(audit(Scope.FIRST, orders=(child,), algos=(parent,)))
    (filled,) = hear(merge, order_frame(c="auto-77", ot="STOP"))
    assert isinstance(filled, OrderFilled)
    assert filled.fill.client_order_id == "stop"


def test_a_trade_is_told_in_the_order_it_happened(merge: AccountMerge) -> None:
    told = hear(merge, hint_frame(), new_order_frame(), account_frame(), order_frame())
    assert kinds(told) == ["OrderAccepted", "PositionReported", "AccountUpdated", "OrderFilled"]
    assert merge.doubts.since_ms is None


@pytest.mark.parametrize("frame", [hint_frame(), account_frame()])
def test_what_is_announced_and_does_not_come_is_a_doubt(merge: AccountMerge, frame: bytes) -> None:
    hear(merge, frame)
    assert merge.doubts.since_ms == 10


def test_a_hint_after_its_trade_is_none(merge: AccountMerge) -> None:
    hear(merge, order_frame(), account_frame(), hint_frame())
    assert merge.doubts.since_ms is None


def test_why_an_order_expired_is_told_in_words(merge: AccountMerge) -> None:
    told = hear(merge, order_frame(x="EXPIRED", X="EXPIRED", er="2", t=0, l="0"))
    assert isinstance(told[-1], OrderExpired)
    assert told[-1].cause == "the rest of an immediate-or-cancel order"
    other = hear(merge, order_frame(i=78, x="EXPIRED", X="EXPIRED_IN_MATCH", er=None, t=0, l="0"))
    assert isinstance(other[-1], OrderExpired)
    assert other[-1].cause == "EXPIRED_IN_MATCH"


def test_an_end_says_what_was_filled_before_its_last_trade_is_told(merge: AccountMerge) -> None:
    canceled = new_order_frame(x="CANCELED", X="CANCELED", z="0.004")
    _, ended = hear(merge, canceled)
    assert isinstance(ended, OrderCanceled)
    assert ended.filled == Decimal("0.004")


def test_another_market_s_events_are_ignored_and_counted(merge: AccountMerge) -> None:
    coin = "BTCUSD_PERP"
    frames = (
        order_frame(s=coin),
        algo_frame(s="BTCUSD_261225"),
        account_frame(symbol=coin),
        hint_frame(symbol=coin),
    )
    assert hear(merge, *frames) == []
    assert merge.ignored == len(frames)
    assert merge.doubts.since_ms is None


def test_a_dated_contract_of_our_market_is_told(merge: AccountMerge) -> None:
    assert hear(merge, order_frame(s="BTCUSDT_261225"))


def test_leverage_and_margin_calls_are_told(merge: AccountMerge) -> None:
    config = b'{"e":"ACCOUNT_CONFIG_UPDATE","T":5,"ac":{"s":"BTCUSDT","l":25}}'
    call = b'{"e":"MARGIN_CALL","E":6,"p":[{"s":"BTCUSDT"}]}'
    mode = b'{"e":"ACCOUNT_CONFIG_UPDATE","T":5,"ai":{"j":true}}'
    told = hear(merge, config, call, mode)
    assert [type(each) for each in told] == [LeverageChanged, MarginCalled]


def test_what_an_audit_knows_is_told_as_the_stream_would_have(merge: AccountMerge) -> None:
    told = ask(
        merge, orders=(FILLED,), trades=(trade_row(),), newest={BTCUSDT: 5}, positions=(held(),)
    )
    assert kinds(told) == ["OrderAccepted", "OrderFilled", "PositionReported"]
    assert isinstance(told[1], OrderFilled)
    assert (told[1].fill.client_order_id, told[1].remaining) == ("mine", Decimal(0))
    assert hear(merge, order_frame()) == []


def test_what_only_an_audit_knew_the_stream_owes(merge: AccountMerge) -> None:
    ask(merge, orders=(FILLED,), trades=(trade_row(),), newest={BTCUSDT: 5}, positions=(held(),))
    owed = [merge.doubts.owed_since_ms]
    hear(merge, order_frame())
    assert [*owed, merge.doubts.owed_since_ms] == [20, None]
    assert kinds(ask(merge, positions=(held(),), newest={BTCUSDT: 5})) == []


def test_after_a_gap_a_snapshot_is_told_if_anything_moved(merge: AccountMerge) -> None:
    assert ask(merge, Scope.GAP) == []
    told = ask(
        merge,
        Scope.GAP,
        orders=(FILLED,),
        trades=(trade_row(),),
        newest={BTCUSDT: 5},
        positions=(held(),),
    )
    assert kinds(told) == ["OrderAccepted", "OrderFilled", "AccountSnapshotTaken"]
    assert ask(merge, Scope.GAP, positions=(held(),), newest={BTCUSDT: 5}) == []


def test_a_snapshot_that_could_not_be_told_is_owed(merge: AccountMerge) -> None:
    moved = {"orders": (FILLED,), "trades": (trade_row(),), "newest": {BTCUSDT: 5}}
    assert kinds(ask(merge, Scope.GAP, is_settled=False, **moved)) == [
        "OrderAccepted",
        "OrderFilled",
    ]
    assert not merge.is_certain
    again = ask(merge, Scope.GAP, positions=(held(),), newest={BTCUSDT: 5})
    assert kinds(again) == ["AccountSnapshotTaken"]


def test_positions_are_not_taken_from_an_audit_that_the_stream_has_overtaken(
    merge: AccountMerge,
) -> None:
    merge.begin_audit()
    hear(merge, account_frame(), order_frame())
    assert merge.end_audit(audit(newest={BTCUSDT: None}), elapsed_ms=20) == []
    assert not merge.is_certain
    assert merge.doubts.since_ms == 20


def test_a_position_that_moved_while_it_was_asked_is_not_undone(merge: AccountMerge) -> None:
    merge.begin_audit()
    hear(merge, account_frame())
    assert merge.end_audit(audit(), elapsed_ms=20) == []
    assert not merge.is_certain


def test_an_answer_that_is_older_than_what_was_told_undoes_nothing(merge: AccountMerge) -> None:
    hear(merge, account_frame(), order_frame())
    assert ask(merge, newest={BTCUSDT: 4}) == []
    assert not merge.is_certain


def test_a_position_of_before_its_trade_is_asked_for_again_before_it_is_believed(
    merge: AccountMerge,
) -> None:
    """The exchange's positions may lag behind its trades, whose newest the audit knows."""
    hear(merge, account_frame(), order_frame())
    assert ask(merge, newest={BTCUSDT: 5}) == []
    assert not merge.is_certain
    assert merge.doubts.since_ms == 20
    assert "PositionReported" in kinds(ask(merge, newest={BTCUSDT: 5}))
    assert merge.is_certain


def test_trades_of_orders_nobody_knows_yet_leave_everything_open(merge: AccountMerge) -> None:
    told = ask(merge, postponed=frozenset({BTCUSDT}), newest={BTCUSDT: 9}, positions=(held(),))
    assert told == []
    assert merge.audited_before(BTCUSDT) is None


def test_a_trade_of_a_forgotten_order_is_told_all_the_same(merge: AccountMerge) -> None:
    told = ask(merge, trades=(trade_row(),), newest={BTCUSDT: 5}, positions=(held(),))
    assert kinds(told) == ["OrderAccepted", "OrderFilled", "PositionReported"]
    assert isinstance(told[1], OrderFilled)
    assert (told[1].fill.client_order_id, told[1].remaining) == ("", Decimal(0))


def test_funding_is_told_once_by_whom_ever(merge: AccountMerge) -> None:
    paid = account_frame(None, cause="FUNDING_FEE", change="-0.5", S="BTCUSDT", at_ms=90_000)
    row = IncomeRow(BTCUSDT, "FUNDING_FEE", trade_row().price, "USDT", 90_001)
    assert "FundingPaid" in kinds(hear(merge, paid))
    assert "FundingPaid" not in kinds(ask(merge, Scope.GAP, funding=(row,)))
    later = IncomeRow(BTCUSDT, "FUNDING_FEE", trade_row().price, "USDT", 190_000)
    assert "FundingPaid" in kinds(ask(merge, Scope.GAP, funding=(later,)))


def test_an_audit_is_told_what_is_missing_from_its_lists(merge: AccountMerge) -> None:
    hear(
        merge, new_order_frame(), new_order_frame(i=78), algo_frame(), algo_frame(aid=401, caid="b")
    )
    vanished, conditional = merge.missing([report("78")], [report("401")])
    assert [each.venue_order_id for each in vanished] == ["77"]
    assert [each.venue_order_id for each in conditional] == ["400"]
    assert merge.missing(None, None) == ([], [])
    assert merge.knows(BTCUSDT, "77")
    assert not merge.knows(BTCUSDT, "79")
    assert merge.is_exposed


def test_in_doubt_about_a_child_every_waiting_parent_is_asked(merge: AccountMerge) -> None:
    hear(merge, algo_frame(), order_frame(i=88, c="auto-88", ot="STOP_MARKET"))
    assert [each.venue_order_id for each in merge.missing(None, None)[1]] == ["400"]
    assert merge.doubts.since_ms == 10
    told = ask(
        merge,
        Scope.DOUBT,
        algos=(
            report("400", kind=OrderKind.STOP_MARKET, client_order_id="stop", child_order_id="88"),
        ),
    )
    assert kinds(told)[:2] == ["OrderTriggered", "OrderFilled"]


def test_a_child_that_an_audit_about_it_does_not_know_is_told_as_it_is(merge: AccountMerge) -> None:
    hear(merge, order_frame(i=88, c="auto-88", ot="STOP_MARKET"))
    assert "OrderFilled" in kinds(ask(merge, Scope.DOUBT))


def test_many_fills_without_an_audit_are_a_doubt() -> None:
    merge = AccountMerge([BTCUSDT], settings=AccountSettings(ids_max=8))
    merge.begin(NOTHING)
    hear(merge, *(order_frame(t=number, q="9", X="PARTIALLY_FILLED") for number in range(1, 6)))
    assert merge.doubts.since_ms == 10
    assert merge.is_told(trade_row(3))


def test_what_is_not_listed_is_left_out_of_what_is_asked_for(merge: AccountMerge) -> None:
    merge.leave_out([BTCUSDT])
    assert merge.symbols() == set()
