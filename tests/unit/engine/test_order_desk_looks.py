"""A look may be older than what we know: then a stop stays, and somebody looks again."""

from decimal import Decimal

from msgspec.structs import replace

from noctule.domain.order import OrderRequest
from noctule.domain.report import SymbolLook
from noctule.domain.values import quantity
from noctule.orders.plan import EntryTerms
from tests.builders import BTCUSDT, START_MS, fill
from tests.fakes.floor import TradingFloor, look, new_floor, plan

HELD, LOOK = Decimal("0.010"), "look at BTCUSDT"


async def entered() -> TradingFloor:
    """Return a floor where an entry has filled this moment, and its stop rests."""
    floor = await new_floor()
    (requested,) = floor.desk.begin(plan(target=None), EntryTerms(quantity=quantity("0.010")))
    floor.desk.send(requested)
    accept(floor, requested.request)
    traded = fill(client_order_id=requested.request.client_order_id, at_ms=START_MS)
    floor.desk.brackets[BTCUSDT].on_trade(traded.client_order_id, traded.quantity, Decimal(0))
    floor.book.hear_fill(traded)
    floor.book.hear_report(replace(floor.book.position(BTCUSDT), updated_ms=START_MS))
    floor.follow()
    accept(floor, floor.lanes.sent[-1])
    floor.follow()
    floor.lanes.notes.clear()
    return floor


def accept(floor: TradingFloor, request: OrderRequest) -> None:
    bracket = floor.desk.brackets[BTCUSDT]
    bracket.on_sent(request.client_order_id)
    bracket.on_accepted(request.client_order_id, floor.clock.elapsed_ms())


def answer(floor: TradingFloor, told: SymbolLook, *, after_ms: int = 0) -> Decimal:
    """Let somebody look, and be answered; return what the venue is believed to hold."""
    floor.wait(after_ms)
    floor.desk.look_at(BTCUSDT)
    floor.follow()
    assert floor.lanes.notes.pop() == LOOK
    floor.desk.take_look(replace(told, at_ms=floor.clock.now_ms()))
    floor.follow()
    return floor.book.reported(BTCUSDT).signed_quantity


async def test_a_flat_answer_right_after_a_trade_takes_no_stop_out_and_is_asked_for_again() -> None:
    floor = await entered()
    assert answer(floor, look(), after_ms=300) == HELD
    assert floor.lanes.notes == []
    floor.wait(500)
    floor.follow()
    assert floor.lanes.notes == [LOOK]


async def test_that_it_was_the_lag_is_seen_by_the_next_answer() -> None:
    floor = await entered()
    answer(floor, look())
    assert answer(floor, replace(look("0.010"), position_ms=START_MS), after_ms=500) == HELD
    assert floor.lanes.notes == []


async def test_a_flat_answer_a_second_after_the_trade_is_believed() -> None:
    floor = await entered()
    assert answer(floor, look(), after_ms=1_000) == 0


async def test_where_the_market_stands_still_the_third_answer_is_believed() -> None:
    floor = await entered()
    stamped = replace(look(), position_ms=START_MS - 1)
    assert answer(floor, stamped) == HELD
    assert answer(floor, stamped, after_ms=2_000) == HELD
    assert answer(floor, stamped, after_ms=4_000) == 0


async def test_what_was_held_before_the_last_trade_is_not_what_is_held_now() -> None:
    floor = await entered()
    assert answer(floor, replace(look("0.005"), position_ms=START_MS - 1), after_ms=9_000) == HELD


async def test_what_is_held_since_the_last_trade_is_believed_at_once() -> None:
    floor = await entered()
    assert answer(floor, replace(look("0.005"), position_ms=START_MS + 1)) == Decimal("0.005")


async def test_an_answer_that_our_trades_explain_is_never_too_old() -> None:
    floor = await entered()
    answer(floor, replace(look("0.010"), position_ms=START_MS - 5_000))
    floor.wait(10_000)
    floor.follow()
    assert floor.lanes.notes == []


async def test_an_answer_that_was_believed_begins_the_count_anew() -> None:
    floor = await entered()
    answer(floor, look())
    answer(floor, replace(look("0.010"), position_ms=START_MS), after_ms=500)
    stale = replace(look("0.005"), position_ms=START_MS - 1)
    assert answer(floor, stale, after_ms=500) == HELD
    assert answer(floor, stale, after_ms=2_000) == HELD


async def test_an_old_answer_about_a_symbol_that_nobody_leads_is_dropped() -> None:
    floor = await new_floor()
    floor.book.hear_fill(fill(at_ms=START_MS + 1))
    floor.book.hear_fill(fill(at_ms=START_MS + 2, trade_id=2))
    floor.desk.look_at(BTCUSDT)
    floor.desk.take_look(replace(look("0.010"), position_ms=START_MS + 1))
    assert floor.book.reported(BTCUSDT).is_flat
