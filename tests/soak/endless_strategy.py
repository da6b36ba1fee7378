"""A strategy that cannot be interrupted ends its process; the next one guards, and asks it not.

Run as `FULL_LENGTH=1 python -m tests.soak.endless_strategy`: each way to block the bot, with the
time that it has in a bot of a user's. On every push one of them has less.
"""

import asyncio
import signal
import tempfile
from pathlib import Path

from noctule.domain.signals import Direction
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_process import Trader
from tests.fakes.hands_strategy import BLOCKS, HOLDS, LOOPS, SWALLOWS

__all__ = ["outlive"]

_STOP, _TARGET = 59_400, 61_200
_ENDED_MS_MAX = 25_000.0


async def outlive(exchange: HandsExchange, home: Path, word: str, *, exit_code: int) -> float:
    """Hold a position, never come back, be started again; return how long the process hung."""
    trader = Trader(exchange, home)
    try:
        await trader.start()
        await trader.signal(Direction.LONG, _STOP, _TARGET)
        await trader.settle(lambda: bool(exchange.amount()) and not exchange.watch.is_naked)
        rests, asked_ms = sorted(exchange.resting()), exchange.watch.fair.now_ms()
        await trader.say(word)
        await trader.until(lambda: not trader.is_alive, _ENDED_MS_MAX)
        hung_ms = exchange.watch.fair.now_ms() - asked_ms
        assert trader.exit_code == exit_code, trader.story()
        assert (exit_code < 0) or "cannot be interrupted" in trader.last_words
        assert sorted(exchange.resting()) == rests
        await trader.start()
        assert "strategy starts disabled" in trader.log, trader.story()
        await trader.settle(lambda: not exchange.watch.is_naked)
        assert sorted(exchange.resting()) == rests
        exchange.trade("59000")
        await trader.settle(lambda: not exchange.amount() and not exchange.leftovers)
        assert not exchange.amount(), trader.story()
    finally:
        await trader.end()
    return hung_ms


async def live_on(exchange: HandsExchange, home: Path, word: str) -> float:
    """Hold a position, block the bot for a while, and guard it on; return for how long that was."""
    trader = Trader(exchange, home)
    try:
        await trader.start()
        await trader.signal(Direction.LONG, _STOP, _TARGET)
        await trader.settle(lambda: bool(exchange.amount()) and not exchange.watch.is_naked)
        rests, asked_ms = sorted(exchange.resting()), exchange.watch.fair.now_ms()
        await trader.say(word)
        await trader.until(lambda: "is disabled on BTCUSDT" in trader.log, _ENDED_MS_MAX)
        hung_ms = exchange.watch.fair.now_ms() - asked_ms
        await trader.settle(lambda: not exchange.watch.is_naked)
        assert sorted(exchange.resting()) == rests
        exchange.trade("59000")
        await trader.settle(lambda: not exchange.amount() and not exchange.leftovers)
        assert trader.is_alive, trader.story()
        assert not exchange.amount(), trader.story()
        assert "stream lost" not in trader.log, trader.story()
    finally:
        await trader.end()
    return hung_ms


async def _all() -> None:
    for word in (BLOCKS, LOOPS):
        with tempfile.TemporaryDirectory() as folder:
            async with hands_exchange(Path(folder)) as exchange:
                hung_ms = await live_on(exchange, Path(folder), word)
        print(f"{word}: told after {hung_ms:.0f} ms, and lived on")  # noqa: T201
    for word, code in ((SWALLOWS, 70), (HOLDS, -signal.SIGVTALRM)):
        with tempfile.TemporaryDirectory() as folder:
            async with hands_exchange(Path(folder)) as exchange:
                hung_ms = await outlive(exchange, Path(folder), word, exit_code=code)
        print(f"{word}: ended with {code} after {hung_ms:.0f} ms, and was outlived")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_all())
