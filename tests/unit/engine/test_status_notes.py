"""What status remembers by itself: the last word of each strategy, and today's trades."""

from decimal import Decimal

from msgspec import structs

from noctule.domain.events.data import FeedLost
from noctule.domain.events.desk import PositionClosed
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.signals import Direction, Reason
from noctule.domain.status import SaidView
from noctule.domain.values import MINUTE_MS, Timeframe, quote
from noctule.engine.status_notes import StatusNotes
from tests.builders import BTCUSDT, START_MS
from tests.fakes.bus import live, new_bus
from tests.fakes.desk_events import CLOSED, ENTRY_REFUSED, SIGNAL, SIGNAL_REFUSED

DAY_MS = Timeframe.D1.ms
AUTHORIZED = TradingAuthorized(
    at_ms=START_MS,
    trace="t",
    symbol=BTCUSDT,
    strategy="sma_cross",
    direction=Direction.LONG,
    reason="crossed",
    gates={},
)


def closed(net: str, *, at_ms: int = START_MS + MINUTE_MS) -> PositionClosed:
    free = structs.replace(
        CLOSED.trade, gross_pnl=quote(net), fees=quote("0"), funding=quote("0"), closed_ms=at_ms
    )
    return structs.replace(CLOSED, at_ms=at_ms, trade=free)


async def test_the_last_word_and_what_became_of_it_are_heard_from_the_bus() -> None:
    bus, notes = new_bus(), StatusNotes(started_ms=START_MS)
    notes.listen(bus)

    async def signal(_event: FeedLost) -> None:
        await bus.publish(SIGNAL)

    bus.subscribe(FeedLost, signal)  # a signal comes from the data queue alone
    said = SaidView(at_ms=START_MS - 1, direction=Direction.LONG, reason="crossed", verdict=None)
    async with live(bus):
        await bus.publish(FeedLost(at_ms=START_MS, trace="t", symbol=BTCUSDT, reason="none"))
        await bus.settle()
        assert notes.said == {BTCUSDT: said}
        await bus.publish(AUTHORIZED)
        await bus.settle()
        assert notes.said[BTCUSDT].verdict == "approved"
        await bus.publish(ENTRY_REFUSED)
        await bus.publish(closed("3"))
        await bus.settle()
    assert notes.said[BTCUSDT].verdict == "refused: spread: 0.002 of 0.001 allowed"
    assert notes.today(START_MS).count == 1


def test_of_many_reasons_three_are_told_and_the_others_counted() -> None:
    notes = StatusNotes(started_ms=START_MS)
    reasons = tuple(Reason(check=each, text="no") for each in "abcde")
    notes.on_refused(structs.replace(SIGNAL_REFUSED, reasons=reasons))
    assert notes.said == {}, "nothing was said"
    notes.on_signal_generated(SIGNAL)
    notes.on_refused(structs.replace(SIGNAL_REFUSED, reasons=reasons))
    assert notes.said[BTCUSDT].verdict == "refused: a: no; b: no; c: no; and 2 more"


def test_trades_are_counted_since_midnight_or_since_the_start() -> None:
    started_ms = START_MS + 5 * MINUTE_MS
    notes = StatusNotes(started_ms=started_ms)
    for net in ("3", "-1", "0"):
        notes.on_position_closed(closed(net, at_ms=started_ms))
    today = notes.today(started_ms)
    assert (today.since_ms, today.count, today.won) == (started_ms, 3, 1)
    assert today.net_pnl == Decimal(2)
    assert [each.net_pnl for each in today.latest] == [Decimal(0), Decimal(-1), Decimal(3)]

    notes.on_position_closed(closed("5", at_ms=START_MS + DAY_MS))
    tomorrow = notes.today(START_MS + DAY_MS)
    assert (tomorrow.since_ms, tomorrow.count, tomorrow.net_pnl) == (
        START_MS + DAY_MS,
        1,
        Decimal(5),
    )
    assert len(tomorrow.latest) == 4, "the latest are told whatever day they are of"
    assert notes.today(START_MS + 2 * DAY_MS).count == 0


def test_only_the_latest_trades_are_kept() -> None:
    notes = StatusNotes(started_ms=START_MS)
    notes.count((closed(str(each)).trade for each in range(50)), now_ms=START_MS)
    today = notes.today(START_MS)
    assert (today.count, len(today.latest)) == (50, 20)
    assert today.latest[0].net_pnl == Decimal(49)
