"""The whole bot on virtual time: candles in, a verdict and a paper trail out."""

import io
import json
from collections.abc import Callable
from pathlib import Path

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.store.audit import Verified, verify
from noctule.app.bot import TradingBot
from noctule.app.process import live
from tests.builders import candles
from tests.fakes.feed import ScriptedCollector, closed
from tests.fakes.home import bot_at, wiring

START_MS = 1_790_553_600_000
CLOSES = (100.0, 99.0, 98.0, 103.0)  # with averages of 1 and 2 bars, the last one crosses above


def test_a_crossing_becomes_a_signal_and_its_refusal_with_one_trace(tmp_path: Path) -> None:
    trades, _ = lived_through(CLOSES, home=tmp_path)

    assert [line["event"] for line in trades] == ["signal", "signal_refused"]
    assert {line["trace"] for line in trades} == {"BTCUSDT:1m:29842564"}
    assert trades[0]["reason"] == "SMA 1 crossed above SMA 2 by 2.5"
    assert trades[1]["reasons"] == ["account: there is no account to trade on: signals only"]


def test_candles_that_cross_nothing_leave_the_trade_log_empty(tmp_path: Path) -> None:
    trades, log = lived_through((100.0, 101.0, 102.0), home=tmp_path)

    assert trades == []
    assert "Shutdown complete" in log


def test_the_start_takes_its_ten_steps_in_their_order(tmp_path: Path) -> None:
    _, log = lived_through((), home=tmp_path)

    steps = [line.split("part=")[1].strip() for line in log.splitlines() if "step=" in line]
    assert steps == [
        "configuration",
        "logging",
        "banner",
        "collector",
        "executor",
        "risk",
        "strategies",
        '"event bus"',
        '"event handlers"',
        "leverage",
    ]


def test_start_and_stop_are_audited_in_an_unbroken_chain(tmp_path: Path) -> None:
    lived_through((), home=tmp_path)

    audit = tmp_path / "logs/audit.jsonl"
    events = [json.loads(line)["event"] for line in audit.read_text().splitlines()]
    assert events == ["start", "configuration", "control", "stop"]  # leaving cancels entries
    assert isinstance(verify(audit), Verified)


def lived_through(closes: tuple[float, ...], *, home: Path) -> tuple[list[dict[str, object]], str]:
    """Let a bot see these closing prices and then be asked to stop."""
    bots: list[TradingBot] = []

    async def main(clock: VirtualClock) -> None:
        stop: Callable[[], None] = lambda: bots[0].stop.ask("the end of the script")  # noqa: E731
        script = [closed(candle) for candle in candles(closes, start_ms=START_MS)]
        bots.append(
            bot_at(home, wiring(clock, ScriptedCollector(*script, stop)), console=io.StringIO())
        )
        assert await live(bots[0]) is None

    run_virtual(main, start_ms=START_MS)
    lines = (home / "logs/trades.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines], (home / "logs/noctule.log").read_text()
