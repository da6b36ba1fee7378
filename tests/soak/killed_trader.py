"""Kill the trading process at every point there is between a signal and flat, and start it again.

Run as `python -m tests.soak.killed_trader [EVERY]`: every so-many-th point, each with the store
kept and with the store lost.
"""

import asyncio
import sys
import tempfile
from enum import StrEnum
from pathlib import Path

from noctule.domain.signals import Direction
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_home import NAKED_LIMIT_MS
from tests.fakes.hands_life import MOVED_STOP, STOP, TARGET, entered
from tests.fakes.hands_process import RECOVERED_MS_MAX, Trader

__all__ = ["Kept", "live_through", "live_through_twice"]

_ROUND_TRIP_MS = 300.0
_CLEANING_MS = 3_000.0  # so long may it take until the second one dies


class Kept(StrEnum):
    """What becomes of the store when the process is killed."""

    STORE = "store_kept"
    NOTHING = "store_lost"


async def live_through(exchange: HandsExchange, home: Path, *, mark: str, kept: Kept) -> bool:
    """Trade until killed at the mark, start again, and trade on; tell whether it was killed.

    Raises AssertionError with the whole story if anything is not as it must be.
    """
    trader = Trader(exchange, home)
    try:
        await trader.start(mark)
        was_killed = await _trade_until_killed(trader)
        if was_killed:
            await _recover(trader, kept, _note_death(trader))
        _judge(trader)
        await _round_trip(trader, Direction.SHORT)
        _judge(trader)
    finally:
        await trader.end()
    return was_killed


async def live_through_twice(
    exchange: HandsExchange, home: Path, *, mark: str, again: str, kept: Kept
) -> bool:
    """Be killed at a mark, and the next process while it cleans up; tell whether both were."""
    trader = Trader(exchange, home)
    try:
        await trader.start(mark)
        was_killed = await _trade_until_killed(trader)
        dead = _note_death(trader)
        if kept is Kept.NOTHING:
            trader.lose_store()
        await trader.start(again)
        await trader.settle(lambda: False, within_ms=_CLEANING_MS)
        was_killed_again = not trader.is_alive
        await trader.end()
        await _recover(trader, kept, dead)
        _judge(trader)
        await _round_trip(trader, Direction.SHORT)
        _judge(trader)
    finally:
        await trader.end()
    return was_killed and was_killed_again


async def _trade_until_killed(trader: Trader) -> bool:
    """Go from a signal to flat; tell whether the process died on the way."""
    await _round_trip(trader, Direction.LONG)
    return not trader.is_alive


async def _round_trip(trader: Trader, direction: Direction) -> None:
    exchange, sign = trader.exchange, 1 if direction is Direction.LONG else -1
    stop, target = 60_000 + sign * (STOP - 60_000), 60_000 + sign * (TARGET - 60_000)
    await trader.signal(direction, stop, target)
    await trader.settle(lambda: bool(exchange.amount()) and not exchange.watch.is_naked)
    if trader.is_alive:
        await trader.move_stop(60_000 + sign * (MOVED_STOP - 60_000))
        await trader.settle(lambda: not exchange.watch.is_naked)
    if trader.is_alive:
        await trader.signal(Direction.FLAT, stop, target)
        await trader.settle(lambda: not exchange.amount() and not exchange.leftovers)


def _note_death(trader: Trader) -> list[float]:
    """Count no naked time from here on, and return from when to when that is so."""
    trader.watch.note("test", "it is dead")
    dead = [trader.watch.fair.now_ms(), float("inf")]
    trader.watch.outages.append(dead)
    return dead


async def _recover(trader: Trader, kept: Kept, dead: list[float]) -> None:
    """Start again, and see that all is protected within seconds of it; then close what is held.

    The seconds are counted from the first word of the new process: how long a machine takes to
    load a program says nothing of the program.
    """
    exchange, watch = trader.exchange, trader.watch
    if kept is Kept.NOTHING:
        trader.lose_store()
    asked, started_ms = len(exchange.answered), watch.fair.now_ms()
    await trader.start()
    assert trader.is_alive, trader.story()
    spoke_ms = exchange.answered[asked].at_ms
    await trader.settle(lambda: not watch.is_naked and not exchange.leftovers)
    covered_ms = max((span.ended_ms or 0 for span in watch.spans), default=0)
    watch.note("test", f"all was covered {covered_ms - started_ms:.0f} ms after the start")
    assert covered_ms <= spoke_ms + RECOVERED_MS_MAX, trader.story()
    dead[1] = max(spoke_ms, covered_ms)
    if exchange.amount():
        await trader.signal(Direction.FLAT, STOP, TARGET)
        await trader.settle(lambda: not exchange.amount() and not exchange.leftovers)


def _judge(trader: Trader) -> None:
    exchange, watch = trader.exchange, trader.watch
    assert not exchange.amount(), trader.story()
    assert not exchange.leftovers, trader.story()
    longest_ms = watch.longest_naked_ms()
    limit_ms = NAKED_LIMIT_MS + _ROUND_TRIP_MS
    assert longest_ms <= limit_ms, f"naked for {longest_ms:.0f} ms\n{trader.story()}"
    for close_ms, orders in entered(exchange).items():
        assert len(orders) == 1, f"{close_ms} was entered by {orders}\n{trader.story()}"


async def _points() -> list[str]:
    """Return every point that a round trip passes, in order."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with hands_exchange(home) as exchange:
            trader = Trader(exchange, home)
            await trader.start()
            await _round_trip(trader, Direction.LONG)
            await trader.end()
            return [each["mark"] for each in trader.marks]


async def _kill_everywhere(every: int) -> int:
    """Live through every point, print how each went, and return how many went wrong."""
    wrong = 0
    points = (await _points())[::every]
    for mark in points:
        for kept in Kept:
            with tempfile.TemporaryDirectory() as folder:
                home = Path(folder)
                try:
                    async with hands_exchange(home) as exchange:
                        killed = await live_through(exchange, home, mark=mark, kept=kept)
                except AssertionError as failure:
                    wrong += 1
                    sys.stdout.write(f"{mark} {kept}: WRONG {failure}\n")
                else:
                    sys.stdout.write(f"{mark} {kept}: {'fine' if killed else 'not killed'}\n")
    sys.stdout.write(f"{len(points)} points, twice each, {wrong} wrong\n")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(asyncio.run(_kill_everywhere(int(*sys.argv[1:] or ["1"])))))
