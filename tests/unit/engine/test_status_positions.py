"""What is held and what may trade, as it is shown."""

from decimal import Decimal
from functools import partial

from noctule.domain.order import Leg, OrderKind
from noctule.domain.position import Position
from noctule.domain.status import PositionView
from noctule.domain.trade import ExitReason
from noctule.domain.values import Side, price, quantity, quote
from noctule.engine.status_positions import order_views, position_views
from noctule.orders.plan import EntryTerms
from tests.builders import BTCUSDT, START_MS
from tests.fakes.desk_events import STRATEGY
from tests.fakes.floor import ETHUSDT, TradingFloor, new_floor


def positions(floor: TradingFloor, *, mark: str | None = "60100") -> list[PositionView]:
    marks = partial(lambda _symbol, told: told, told=None if mark is None else price(mark))
    others = [BTCUSDT, ETHUSDT]
    return [*position_views(floor.book, floor.desk.brackets, others=others, marks=marks)]


async def test_a_position_of_ours_is_shown_with_its_guards_and_what_it_is_worth() -> None:
    floor = await new_floor()
    floor.protect()
    assert positions(floor) == [
        PositionView(
            symbol=BTCUSDT,
            strategy=STRATEGY,
            side=Side.BUY,
            quantity=quantity("0.010"),
            entry_price=price("60000"),
            mark_price=price("60100"),
            unrealized_pnl=quote("1"),
            stop=price("59000"),
            target=price("62000"),
            since_ms=START_MS - 1,
            is_protected=True,
            leaves=None,
            is_ours=True,
        )
    ]
    assert [(each.leg, each.kind, each.price) for each in order_views(floor.desk.brackets)] == [
        (Leg.STOP, OrderKind.STOP_MARKET, price("59000.00")),
        (Leg.TARGET, OrderKind.TAKE_PROFIT_MARKET, price("62000.00")),
    ]


async def test_a_naked_one_that_is_being_closed_says_so() -> None:
    floor = await new_floor()
    request = floor.enter(EntryTerms(quantity=quantity("0.010")))
    assert positions(floor) == [], "nothing is held yet"
    (entry,) = order_views(floor.desk.brackets)
    assert (entry.leg, entry.quantity, entry.price) == (Leg.ENTRY, quantity("0.010"), None)
    floor.accept(request)
    floor.trade(request)
    bracket = floor.desk.brackets[BTCUSDT]
    bracket.request_exit(ExitReason.FLATTEN, 0, leg=Leg.FLATTEN, is_urgent=True)
    (shown,) = positions(floor, mark=None)
    assert (shown.is_protected, shown.leaves) == (False, ExitReason.FLATTEN)
    assert (shown.mark_price, shown.unrealized_pnl) == (None, None)


async def test_what_is_not_ours_is_shown_as_such() -> None:
    theirs = Position(symbol=ETHUSDT, signed_quantity=Decimal(-2), entry_price=price("3000"))
    floor = await new_floor(theirs)
    (shown,) = positions(floor)
    assert (shown.symbol, shown.side, shown.quantity) == (ETHUSDT, Side.SELL, Decimal(2))
    assert (shown.is_ours, shown.stop, shown.strategy, shown.since_ms) == (False, None, None, None)
