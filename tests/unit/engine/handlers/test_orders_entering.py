"""An entry leaves while it is wanted, is told once it has, and is taken out where it rests."""

from decimal import Decimal

import pytest

from noctule.domain.events.desk import (
    ExitRequested,
)
from noctule.domain.events.order import (
    TradingAuthorized,
)
from noctule.domain.order import OrderKind
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price, Symbol, quantity
from noctule.orders.plan import EntryTerms
from tests.builders import BTCUSDT, START_MS, order_request
from tests.fakes.desk_events import (
    OURS,
    STRATEGY,
    TRACE,
)
from tests.fakes.floor import ETHUSDT, new_floor, plan
from tests.fakes.order_queue import OrderQueue


def exit_requested(reason: ExitReason) -> ExitRequested:
    return ExitRequested(at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, reason=reason, actor=STRATEGY)


async def resting_entry() -> OrderQueue:
    """Return a queue on which a limit entry rests."""
    queue = OrderQueue(await new_floor())
    limited = EntryTerms(
        quantity=quantity("0.010"), kind=OrderKind.LIMIT, price=Price(Decimal(59_900))
    )
    (requested,) = queue.floor.desk.begin(plan(), limited)
    queue.hear(requested)
    queue.accept(OURS)
    return queue


async def test_an_entry_leaves_before_anything_is_said_or_written_of_it() -> None:
    queue = OrderQueue(await new_floor())
    queue.enter()
    assert queue.floor.lanes.sent == [order_request(client_order_id=OURS)]
    assert queue.floor.saved == []


async def test_an_entry_that_waited_while_entries_went_off_never_leaves() -> None:
    queue = OrderQueue(await new_floor())
    (requested,) = queue.floor.desk.begin(plan(), EntryTerms(quantity=quantity("0.010")))
    queue.halted = "paused by me"
    assert queue.hear(requested) == ["OrderHeldBack", "AlertRaised"]
    assert queue.floor.lanes.sent == []
    assert queue.floor.desk.busy_symbols == ()


@pytest.mark.parametrize("reason", [ExitReason.SIGNAL, ExitReason.FLATTEN])
async def test_nor_does_one_whose_position_is_not_wanted_any_more(reason: ExitReason) -> None:
    queue = OrderQueue(await new_floor())
    (requested,) = queue.floor.desk.begin(plan(), EntryTerms(quantity=quantity("0.010")))
    queue.hear(exit_requested(reason), requested)
    assert queue.floor.lanes.sent == []
    assert queue.flattened == [BTCUSDT] * (reason is ExitReason.FLATTEN)


async def test_nor_one_that_was_cancelled_before_it_left() -> None:
    queue = OrderQueue(await new_floor())
    (requested,) = queue.floor.desk.begin(plan(), EntryTerms(quantity=quantity("0.010")))
    await queue.handler.cancel_entries(None)
    queue.hear(requested)
    assert queue.floor.lanes.sent == []


async def test_that_it_was_authorized_is_told_and_its_bracket_written_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    queue = OrderQueue(await new_floor())
    authorized = TradingAuthorized(
        at_ms=START_MS,
        trace=TRACE,
        symbol=BTCUSDT,
        strategy=STRATEGY,
        direction=Direction.LONG,
        reason="crossed",
        gates={"size": "0.010, bound by risk", "spread": "0.01 %"},
    )
    queue.hear(authorized)
    (record,) = caplog.records
    assert (record.getMessage(), vars(record)["fields"]) == (
        "entry",
        {
            "symbol": "BTCUSDT",
            "direction": "LONG",
            "reason": "crossed",
            "size": "0.010, bound by risk",
        },
    )
    assert queue.floor.saved == ["at 0"]


@pytest.mark.parametrize("symbol", [None, BTCUSDT])
async def test_entries_that_rest_are_taken_out_on_one_symbol_or_on_all(
    symbol: Symbol | None,
) -> None:
    queue = await resting_entry()
    await queue.handler.cancel_entries(symbol)
    assert f"cancel {OURS}" in queue.floor.lanes.notes


async def test_entries_of_other_symbols_rest_on() -> None:
    queue = await resting_entry()
    await queue.handler.cancel_entries(ETHUSDT)
    assert f"cancel {OURS}" not in queue.floor.lanes.notes
