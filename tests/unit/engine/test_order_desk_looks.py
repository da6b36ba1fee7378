"""What somebody who was asked tells of a symbol, and when the desk believes it."""

from decimal import Decimal

from msgspec.structs import replace

from noctule.domain.order import Leg
from noctule.domain.trade import ExitReason
from tests.builders import BTCUSDT, START_MS, position
from tests.fakes.floor import ETHUSDT, look, new_floor, plan
from tests.unit.engine.test_looks import stranger


async def test_a_fresh_look_is_believed_from_now_on() -> None:
    floor = await new_floor()
    floor.desk.look_at(BTCUSDT)
    floor.desk.take_look(look("0.010"))
    assert floor.book.reported(BTCUSDT).signed_quantity == Decimal("0.010")


async def test_a_look_is_as_late_as_what_was_told_before_it() -> None:
    floor = await new_floor()
    floor.book.hear_report(replace(position("1", "60000"), updated_ms=START_MS + 5_000))
    floor.desk.look_at(BTCUSDT)
    floor.desk.take_look(look("0"))
    assert floor.book.reported(BTCUSDT).is_flat


async def test_a_stale_look_is_not_believed_and_asked_for_again() -> None:
    floor = await new_floor()
    floor.protect()
    floor.desk.look_at(BTCUSDT)
    floor.follow()
    floor.desk.looks.note(BTCUSDT)  # a fill came meanwhile
    floor.desk.take_look(look("0"))
    assert floor.book.reported(BTCUSDT).signed_quantity == Decimal("0.010")
    floor.wait(500)
    floor.follow()
    assert floor.lanes.notes.count("look at BTCUSDT") == 2


async def test_a_stale_look_at_a_symbol_that_nobody_leads_is_dropped() -> None:
    floor = await new_floor()
    floor.desk.look_at(BTCUSDT)
    floor.desk.looks.note(BTCUSDT)
    floor.desk.take_look(look("1"))
    assert floor.book.reported(BTCUSDT).is_flat


async def test_the_owner_stop_is_as_good_as_ours() -> None:
    floor = await new_floor(position("0.010", "60000"))
    floor.desk.adopt(plan(target=None), [])
    floor.desk.look_at(BTCUSDT)
    floor.desk.take_look(look("0.010", stranger()))
    floor.follow()
    assert floor.lanes.sent == []
    assert floor.desk.looks.strangers_on(BTCUSDT) is not None


async def test_nobody_leads_a_symbol_so_one_look_at_a_time_is_enough() -> None:
    floor = await new_floor()
    floor.desk.look_at(ETHUSDT)
    floor.desk.look_at(ETHUSDT)
    assert floor.lanes.notes == ["look at ETHUSDT"]
    floor.desk.lose_look(ETHUSDT, wait_ms=100)
    floor.desk.look_at(ETHUSDT)
    assert floor.lanes.notes == ["look at ETHUSDT"] * 2


async def test_a_look_that_nobody_answered_is_asked_for_again_after_a_while() -> None:
    floor = await new_floor()
    floor.protect()
    floor.desk.look_at(BTCUSDT)
    floor.follow()
    floor.desk.lose_look(BTCUSDT, wait_ms=700)
    floor.follow()
    assert floor.lanes.notes.count("look at BTCUSDT") == 1
    floor.wait(700)
    floor.follow()
    assert floor.lanes.notes.count("look at BTCUSDT") == 2


async def test_when_a_trade_is_over_beside_strangers_somebody_looks_whether_they_are_gone_too() -> (
    None
):
    floor = await new_floor()
    floor.protect()
    floor.desk.looks.note_strangers(BTCUSDT, [stranger()])
    bracket = floor.desk.brackets[BTCUSDT]
    bracket.request_exit(ExitReason.SIGNAL, START_MS, leg=Leg.CLOSE, is_urgent=False)
    floor.follow()
    close = floor.lanes.sent[-1]
    floor.accept(close)
    floor.trade(close, trade_id=2)
    floor.follow()
    for ticket in list(floor.desk.blotter.live()):
        bracket.on_cancel_accepted(ticket.name, floor.clock.elapsed_ms())
    floor.follow()
    assert floor.desk.busy_symbols == ()
    assert floor.lanes.notes[-1] == "look at BTCUSDT"
