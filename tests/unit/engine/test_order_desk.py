"""One bracket for each symbol in hand: what it hears, what it wants, and who carries that out."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.events.desk import PositionProtected
from noctule.domain.events.order import OrderRequested
from noctule.domain.ids import client_order_id
from noctule.domain.order import ClientOrderId, Leg, OrderKind
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import MINUTE_MS, Price, Side, Symbol, quantity
from noctule.engine.order_desk import desk_timer, symbol_of_timer
from noctule.engine.timers import Axis
from noctule.orders.plan import EntryTerms
from tests.builders import BTCUSDT, START_MS, order, order_request, position
from tests.fakes.desk_events import ACCOUNT, FOREIGN, OURS, STRATEGY, TRACE
from tests.fakes.floor import new_floor, plan

SOME = EntryTerms(quantity=quantity("0.010"))
LIMITED = EntryTerms(
    quantity=quantity("0.010"), kind=OrderKind.LIMIT, price=Price(Decimal(59_900)), timeout_ms=9_000
)


def name_of(leg: Leg) -> ClientOrderId:
    """Return the first name of a leg of the plan."""
    key = replace(plan().key, leg=leg)
    return client_order_id(account=ACCOUNT, strategy=STRATEGY, symbol=BTCUSDT, key=key)


async def test_a_bracket_begins_with_an_order_that_is_known_and_not_sent() -> None:
    floor = await new_floor()
    (requested,) = floor.desk.begin(plan(), SOME)
    assert requested == OrderRequested(
        at_ms=START_MS,
        trace=TRACE,
        strategy=STRATEGY,
        request=order_request(client_order_id=OURS),
    )
    assert floor.desk.knows(OURS)
    assert floor.desk.busy_symbols == (BTCUSDT,)
    assert floor.desk.in_flight == {BTCUSDT: Decimal("0.010")}
    assert not floor.desk.is_quiet
    assert floor.lanes.notes == []


async def test_a_short_entry_in_flight_counts_below_zero() -> None:
    floor = await new_floor()
    floor.desk.begin(plan(Direction.SHORT), SOME)
    assert floor.desk.in_flight == {BTCUSDT: Decimal("-0.010")}


async def test_a_symbol_has_one_bracket() -> None:
    floor = await new_floor()
    floor.desk.begin(plan(), SOME)
    with pytest.raises(AssertionError, match="BTCUSDT has a bracket already"):
        floor.desk.begin(plan(), SOME)


async def test_a_contract_without_rules_cannot_be_traded() -> None:
    floor = await new_floor()
    with pytest.raises(AssertionError, match="NOSUCHUSDT has no rules"):
        floor.desk.begin(replace(plan(), symbol=Symbol("NOSUCHUSDT")), SOME)


async def test_an_order_weighs_what_it_is_about() -> None:
    floor = await new_floor()
    floor.enter(SOME)
    assert floor.lanes.notes == ["place ENTRY of 600.0000"]


async def test_without_a_mark_price_it_weighs_its_quantity() -> None:
    floor = await new_floor()
    floor.boards[BTCUSDT].mark = None
    floor.enter(SOME)
    assert floor.lanes.notes == ["place ENTRY of 0.010"]


async def test_a_filled_entry_is_protected_first_and_then_given_its_target() -> None:
    floor = await new_floor()
    request = floor.enter(SOME)
    floor.accept(request)
    floor.trade(request)
    assert floor.follow() == ["OrderRequested"]
    floor.accept(floor.lanes.sent[-1])
    assert floor.follow() == ["OrderRequested", "PositionProtected"]
    assert [(each.leg, each.side, each.trigger_price) for each in floor.lanes.sent[1:]] == [
        (Leg.STOP, Side.SELL, Decimal(59_000)),
        (Leg.TARGET, Side.SELL, Decimal(62_000)),
    ]
    assert floor.lanes.notes[1:] == ["place STOP of 600.0000", "place TARGET of 600.0000"]


async def test_once_both_rest_it_is_quiet() -> None:
    floor = await new_floor()
    floor.protect()
    assert floor.desk.is_quiet
    assert floor.desk.in_flight == {}
    assert floor.timers.next_ms(Axis.REAL) is None


async def test_protection_is_told_with_how_long_it_was_missing() -> None:
    floor = await new_floor()
    request = floor.enter(SOME)
    floor.accept(request)
    floor.trade(request)
    floor.follow()
    floor.wait(80)
    floor.accept(floor.lanes.sent[-1])
    (_, protected) = floor.desk.follow(BTCUSDT)
    assert protected == PositionProtected(
        at_ms=START_MS + 80,
        trace=TRACE,
        symbol=BTCUSDT,
        strategy=STRATEGY,
        stop=Price(Decimal(59_000)),
        target=Price(Decimal(62_000)),
        naked_ms=80,
    )


async def test_an_order_in_doubt_is_asked_for_and_again_when_its_time_has_come() -> None:
    floor = await new_floor()
    request = floor.enter(SOME)
    bracket = floor.desk.brackets[BTCUSDT]
    bracket.on_doubted(request.client_order_id, START_MS)
    floor.follow()
    assert floor.lanes.notes == ["place ENTRY of 600.0000", f"ask {OURS}"]
    bracket.on_no_answer(request.client_order_id, START_MS, wait_ms=300)
    floor.follow()
    assert floor.timers.next_ms(Axis.REAL) == START_MS + 300
    floor.wait(300)
    floor.follow()
    assert floor.lanes.notes == ["place ENTRY of 600.0000", f"ask {OURS}", f"ask {OURS}"]


async def test_a_flat_symbol_is_swept_and_then_forgotten() -> None:
    floor = await new_floor()
    floor.protect()
    bracket = floor.desk.brackets[BTCUSDT]
    bracket.request_exit(ExitReason.SIGNAL, START_MS, leg=Leg.CLOSE, is_urgent=False)
    floor.follow()
    close = floor.lanes.sent[-1]
    assert (close.leg, close.side, close.reduces_only) == (Leg.CLOSE, Side.SELL, True)
    floor.accept(close)
    floor.trade(close, trade_id=2)
    already = len(floor.lanes.notes)
    floor.follow()
    assert floor.lanes.notes[already:] == [
        f"cancel {name_of(Leg.STOP)}",
        f"cancel {name_of(Leg.TARGET)}",
    ]
    for leg in (Leg.STOP, Leg.TARGET):
        bracket.on_cancel_accepted(name_of(leg), floor.clock.elapsed_ms())
    floor.follow()
    assert floor.desk.busy_symbols == ()
    assert floor.timers.next_ms(Axis.REAL) is None
    assert floor.desk.is_quiet
    later = replace(plan().key, close_ms=START_MS + MINUTE_MS - 1)
    floor.desk.begin(replace(plan(), key=later), SOME)  # a new one may begin


async def test_an_entry_that_rests_is_under_a_count_down_that_is_renewed_and_called_off() -> None:
    floor = await new_floor()
    request = floor.enter(LIMITED)
    assert floor.lanes.notes == ["place ENTRY of 600.0000 counting down 30000"]
    floor.accept(request)
    floor.follow()
    floor.wait(LIMITED.timeout_ms)
    floor.follow()
    assert f"cancel {OURS}" in floor.lanes.notes
    floor.wait(1_000)
    floor.follow()
    assert [note for note in floor.lanes.notes if note.startswith("count down")] == [
        "count down BTCUSDT 30000"
    ]


async def test_entries_that_rest_are_taken_out_when_entries_go_off() -> None:
    floor = await new_floor()
    entry = floor.enter(LIMITED)
    floor.accept(entry)
    floor.desk.withdraw_entries()
    assert floor.timers.next_ms(Axis.REAL) == floor.clock.elapsed_ms() + 1
    floor.follow()
    assert f"cancel {entry.client_order_id}" in floor.lanes.notes


async def test_a_position_is_not_touched_by_that() -> None:
    floor = await new_floor()
    floor.desk.withdraw_entries()
    assert floor.timers.next_ms(Axis.REAL) is None


async def test_what_a_dead_process_left_is_taken_over_once() -> None:
    floor = await new_floor(position("0.010", "60000"))
    stop = order(
        order_request(
            OrderKind.STOP_MARKET,
            client_order_id=name_of(Leg.STOP),
            side=Side.SELL,
            leg=Leg.STOP,
            quantity=None,
            trigger_price="59000",
        )
    )
    floor.desk.adopt(plan(target=None), [stop])
    floor.desk.adopt(plan(target=None), [stop])  # a second look finds the same
    assert floor.desk.knows(name_of(Leg.STOP))
    assert floor.follow() == ["PositionProtected"]
    assert floor.lanes.sent == []


async def test_a_position_without_a_stop_that_is_taken_over_gets_one() -> None:
    floor = await new_floor(position("0.010", "60000"))
    floor.desk.adopt(plan(target=None), [])
    floor.follow()
    (sent,) = floor.lanes.sent
    assert (sent.leg, sent.trigger_price) == (Leg.PROTECT, Decimal(59_000))


async def test_ours_is_what_has_the_mark_of_our_account() -> None:
    floor = await new_floor()
    assert floor.desk.is_ours(OURS)
    assert not floor.desk.is_ours(FOREIGN)
    assert not floor.desk.is_ours(OURS.replace(ACCOUNT, "aaaaaa"))
    assert not floor.desk.knows(OURS)


async def test_a_symbol_that_nobody_leads_wants_nothing() -> None:
    floor = await new_floor()
    assert floor.desk.follow(BTCUSDT) == []


def test_a_timer_tells_whose_it_is() -> None:
    assert symbol_of_timer(desk_timer(BTCUSDT)) == BTCUSDT
    assert symbol_of_timer("equity") is None
