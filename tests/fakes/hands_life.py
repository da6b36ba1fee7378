"""One round trip on the rig, from signal to flat, and what must hold after each part of it."""

from collections import deque
from decimal import Decimal
from typing import Final

from noctule.domain.events.desk import StopMoveRequested
from noctule.domain.ids import parse_client_order_id
from noctule.domain.order import Leg
from noctule.domain.signals import Direction
from noctule.domain.values import Price, Symbol
from tests.fakes.hands_exchange import HandsExchange
from tests.fakes.hands_rig import Rig

__all__ = [
    "MOVED_STOP",
    "STOP",
    "TARGET",
    "be_flat",
    "be_stopped",
    "enter",
    "entered",
    "judge",
    "leave",
    "move_stop",
    "reach_target",
    "rest",
    "want_stop",
]

STOP, TARGET, MOVED_STOP = 59_400.0, 61_200.0, 59_700.0
_ROUND_TRIP_MS: Final = 150.0  # with what the bot needs to think
_ORDERS_AT_ONCE: Final = 16
_AT_ONCE_MS: Final = 200.0
_BOOK_MS_MAX: Final = 3_000.0


async def enter(rig: Rig, direction: Direction = Direction.LONG) -> int:
    """Signal an entry, wait until nothing more happens, and return when its candle closed."""
    sign = 1 if direction is Direction.LONG else -1
    stop, target = 60_000 + sign * (STOP - 60_000), 60_000 + sign * (TARGET - 60_000)
    closed_ms = await rig.signal(direction, stop=stop, target=target)
    await rest(rig)
    return closed_ms


async def move_stop(rig: Rig, stop: float = MOVED_STOP) -> None:
    """Want the stop elsewhere, as break-even or trailing would, and see no gap on the way."""
    before = len(rig.watch.spans)
    await want_stop(rig, stop)
    await rest(rig)
    has_acted = any(note.who == "owner" for note in rig.watch.notes)
    gaps = [span.lasted_ms for span in rig.watch.spans[before:] if span.heard_bot]
    assert has_acted or not gaps, f"naked on the way: {gaps}"


async def want_stop(rig: Rig, stop: float) -> None:
    """Say where the stop is to stand, and wait for nothing."""
    rig.watch.note("test", f"wants the stop at {stop}")
    await rig.bot.bus.publish(
        StopMoveRequested(
            at_ms=rig.exchange.clock.now_ms(),
            trace="test",
            symbol=Symbol("BTCUSDT"),
            stop=Price(Decimal(repr(stop))),
            reason="break even",
        )
    )


async def leave(rig: Rig) -> None:
    """Signal that the position is to be closed, and wait until it is."""
    await rig.signal(Direction.FLAT)
    await be_flat(rig)


async def be_stopped(rig: Rig) -> None:
    """Let the market trade beyond the stop, on whichever side it is."""
    rig.exchange.trade("59000" if rig.exchange.amount() > 0 else "61000")
    await be_flat(rig)


async def reach_target(rig: Rig) -> None:
    """Let the market trade beyond the target."""
    rig.exchange.trade("61500" if rig.exchange.amount() > 0 else "58500")
    await be_flat(rig)


async def be_flat(rig: Rig) -> None:
    """Wait until nothing is held and all has settled, then judge."""
    await rig.until(lambda: not rig.exchange.amount())
    await rest(rig)


async def rest(rig: Rig) -> None:
    """Wait until it has settled, then judge."""
    await rig.settle()
    await rig.until(lambda: not rig.differences, within_ms=_BOOK_MS_MAX)
    judge(rig)


def judge(rig: Rig) -> None:
    """Assert what must hold whatever went wrong."""
    longest_ms = rig.watch.longest_naked_ms()
    assert longest_ms <= rig.naked_limit_ms + _ROUND_TRIP_MS, f"naked for {longest_ms:.0f} ms"
    assert not rig.exchange.leftovers, f"left over on a flat symbol: {rig.exchange.leftovers}"
    assert not (rush := hammered(rig.exchange)), rush
    for signal, orders in entered(rig.exchange).items():
        assert len(orders) <= rig.slices, f"the signal of {signal} was entered by {sorted(orders)}"


def hammered(exchange: HandsExchange) -> str | None:
    """Say of which symbol orders were sent faster than anybody who thinks would send them."""
    sent: dict[str, deque[float]] = {}
    for each in exchange.answered:
        if each.asked.is_order:
            symbol = each.asked.sent["symbol"]
            times = sent.setdefault(symbol, deque(maxlen=_ORDERS_AT_ONCE))
            times.append(each.at_ms)
            if len(times) == _ORDERS_AT_ONCE and times[-1] - times[0] < _AT_ONCE_MS:
                return f"{_ORDERS_AT_ONCE} orders of {symbol} in {times[-1] - times[0]:.0f} ms"
    return None


def entered(exchange: HandsExchange) -> dict[str, dict[str, Decimal]]:
    """Return the entry orders that traded, by symbol and candle, and how much each."""
    found: dict[str, dict[str, Decimal]] = {}
    for trade in exchange.account.history.trades:
        key = parse_client_order_id(trade.client_id)
        if key is not None and key.leg is Leg.ENTRY:
            orders = found.setdefault(f"{trade.symbol} {key.close_ms}", {})
            orders[trade.client_id] = orders.get(trade.client_id, Decimal(0)) + trade.qty
    return found
