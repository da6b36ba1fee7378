"""The bot of the latency benchmark, in a process of its own: all of it, with everything on.

    python -m benchmarks.latency_bot HOME PORT BOARD [http|websocket]

It trades until it is killed: whoever measures it stops answering, so it could not leave in order.
"""

import asyncio
import mmap
import socket
import struct
import sys
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Final

import uvloop
from typing_extensions import override

from benchmarks.bot_home import config_at
from benchmarks.latency_rivals import KEY, SECRET
from noctule.adapters.binance.settings import Environment
from noctule.adapters.clock import SystemClock
from noctule.app.bot import TradingBot
from noctule.app.wiring import Wiring
from noctule.app.world import binance_world
from noctule.config.manager import ConfigManager
from noctule.domain.events.desk import PositionClosed

__all__ = ["BOARD", "HandMovedClock"]

BOARD: Final = struct.Struct("=qq")  # the market's time, and how many round trips are wound up

_NAP_MS: Final = 5
_STRATEGY: Final = '''\
"""Wants to be long after every candle, whatever it sees."""

from noctule.indicators import Ema
from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy


class EveryBar(Strategy):
    """Looks at an average and enters."""

    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        average = view.indicator(Ema, 20).value
        if average is None or not view.position.is_flat:
            return None
        return Signal(
            direction=Direction.LONG,
            reason=f"the average is {average:.8g}",
            stop=candle.close * 0.99,
            target=candle.close + 100,
        )
'''
_INI: Final = """\
[trading]
symbols = BTCUSDT
timeframe = 1m
[strategy]
path = every_bar.py:EveryBar
"""


class HandMovedClock(SystemClock):
    """Shows the market's time as the exchange wrote it on the board; real time is real."""

    def __init__(self, board: mmap.mmap) -> None:
        super().__init__(wall_ns=self._market_ns)
        self._numbers = memoryview(board).cast("q")

    @override
    async def sleep_until_ms(self, market_ms: int) -> None:
        """Look again and again: nobody tells when it was moved."""
        while self.now_ms() < market_ms:
            await self.sleep_ms(_NAP_MS)

    def _market_ns(self) -> int:
        return self._numbers[0] * 1_000_000


async def live(home: Path, port: int, board_file: Path, road: str = "http") -> None:
    """Trade for ever."""
    with board_file.open("r+b") as file:
        board = mmap.mmap(file.fileno(), BOARD.size)
    clock = HandMovedClock(board)
    wirings: dict[Environment, Wiring] = {
        "testnet": Wiring(clock=lambda: clock, open=binance_world)
    }
    bot = TradingBot.create(_config(home, port, road), wirings=wirings, console=StringIO())
    await bot.initialize()
    async with asyncio.TaskGroup() as group:
        group.create_task(_tell_ends(bot, board, clock))
        await bot.run()


async def _tell_ends(bot: TradingBot, board: mmap.mmap, clock: HandMovedClock) -> None:
    """Write on the board how many round trips are over and done with: a new one may begin."""
    closed: asyncio.Queue[PositionClosed] = asyncio.Queue()
    brackets = bot.trading.desk.brackets  # only the desk knows; asking is work
    bot.bus.subscribe(PositionClosed, closed.put_nowait)  # as above
    for ended in count(1):
        await closed.get()
        while brackets:
            await clock.sleep_ms(1)
        struct.pack_into("=q", board, BOARD.size // 2, ended)


def _config(home: Path, port: int, road: str) -> ConfigManager:
    (home / "every_bar.py").write_text(_STRATEGY)
    overrides = (
        f"control.socket={home / 'control.sock'}",
        *("web.enabled=true", f"web.bind=127.0.0.1:{_free_port()}"),
        "api.recv_window_ms=60000",  # the market's clock may leap under a request
        *(f"api.ws_api_url=ws://127.0.0.1:{port}/ws-fapi/v1", f"api.orders_over={road}"),
    )
    return config_at(home, ini=_INI, port=port, keys=(KEY, SECRET), overrides=overrides)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


if __name__ == "__main__":
    uvloop.run(live(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:]))
