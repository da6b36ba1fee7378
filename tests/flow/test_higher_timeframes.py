"""The whole bot on virtual time: history, then minutes, and the longer bars between them."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.domain.events.data import FeedLost, FeedRestored
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe
from tests.builders import BTCUSDT, START_MS, candles
from tests.fakes.feed import ScriptedCollector, closed
from tests.fakes.home import bot_at, wiring

MINUTE_MS = 60_000
HISTORY = {  # until START + 4 minutes: the second bar of three has one minute so far
    Timeframe.M1: candles([100.0] * 10, start_ms=START_MS - 6 * MINUTE_MS),
    Timeframe.M3: candles([100.0] * 3, timeframe=Timeframe.M3, start_ms=START_MS - 6 * MINUTE_MS),
}


class Remembering(ScriptedCollector):
    """A scripted collector with a past."""

    @override
    async def history(self, symbol: Symbol, timeframe: Timeframe, count: int) -> Sequence[Candle]:
        assert self.starts == 0, "history is read before the first connection"
        return HISTORY[timeframe][-count:]


def lived_through(closes: tuple[float, ...], *, home: Path) -> tuple[list[dict[str, object]], str]:
    """Let a bot read history, see these minutes after it, and then be asked to stop."""
    bots: list[TradingBot] = []

    async def main(clock: VirtualClock) -> None:
        minutes = candles(closes, start_ms=START_MS + 4 * MINUTE_MS)
        lost = FeedLost(at_ms=1, trace="t", symbol=BTCUSDT, reason="the socket died")
        back = FeedRestored(at_ms=2, trace="t", symbol=BTCUSDT, gap_from_ms=None)
        collector = Remembering(
            *(closed(minute) for minute in minutes),
            lost,
            back,
            lambda: bots[0].stop.ask("the end of the script"),
        )
        world = wiring(clock, collector)
        bots.append(bot_at(home, world, "trading.higher_timeframes=3m", console=io.StringIO()))
        assert await live(bots[0]) is None

    run_virtual(main, start_ms=START_MS + 4 * MINUTE_MS)
    lines = (home / "logs/trades.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines], (home / "logs/noctule.log").read_text()


def test_a_strategy_is_warm_at_once_and_asked_about_base_and_higher_bars(tmp_path: Path) -> None:
    trades, log = lived_through((100.0, 103.0), home=tmp_path)

    signals = [line for line in trades if line["event"] == "signal"]
    assert [(line["trace"], line["reason"]) for line in signals] == [
        ("BTCUSDT:1m:29842566", "SMA 1 crossed above SMA 2 by 1.5"),
        ("BTCUSDT:3m:29842566", "SMA 1 crossed above SMA 2 by 1.5"),
    ]
    assert log.count("warmed up") == 2
    assert log.index("feed lost") < log.index("feed restored")
