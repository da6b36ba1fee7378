"""The whole bot on virtual time, trading by a strategy in a file of its owner's own."""

import io
import json
from pathlib import Path

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.bot import TradingBot
from noctule.app.process import live
from tests.builders import START_MS, candles
from tests.fakes.feed import ScriptedCollector, closed
from tests.fakes.home import bot_at, wiring
from tests.fakes.idea_files import write_idea


def lived_through(closes: list[float], *overrides: str, home: Path) -> list[dict[str, object]]:
    """Let a bot see these minutes, and then be asked to stop; return its trade log."""
    bots: list[TradingBot] = []

    async def main(clock: VirtualClock) -> None:
        minutes = candles(closes, start_ms=START_MS)
        collector = ScriptedCollector(
            *(closed(minute) for minute in minutes),
            lambda: bots[0].stop.ask("the end of the script"),
        )
        bots.append(bot_at(home, wiring(clock, collector), *overrides, console=io.StringIO()))
        assert await live(bots[0]) is None

    run_virtual(main, start_ms=START_MS)
    lines = (home / "logs/trades.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_a_bot_signals_by_the_file_under_the_name_of_its_class(tmp_path: Path) -> None:
    write_idea(tmp_path)
    overrides = ("strategy.path=my_idea.py:MyIdea", "strategy.lookback=2")
    trades = lived_through([100.0, 101.0, 99.0], *overrides, home=tmp_path)

    signals = [line for line in trades if line["event"] == "signal"]
    assert [(line["strategy"], line["direction"]) for line in signals] == [
        ("my_idea", "FLAT"),
        ("my_idea", "LONG"),
        ("my_idea", "FLAT"),
    ]
