"""What TradingBot itself promises; tests/flow shows it at work."""

import asyncio
import io
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import pytest
from typing_extensions import override

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.app.wiring import Wiring
from noctule.domain.errors import ConfigError, VenueUnreachable
from noctule.domain.events.order import OrderFilled
from noctule.domain.instrument import Instrument
from noctule.domain.values import Quantity, Symbol
from noctule.engine.lifecycle import ComponentState
from tests.builders import START_MS, candle, candles, fill
from tests.fakes.feed import ScriptedCollector, closed
from tests.fakes.home import bot_at, wiring
from tests.fakes.quiet_collector import QuietCollector


class RefusingSetup:
    """An account that cannot be reached."""

    async def unfit(self) -> tuple[str, ...]:
        return ()

    async def apply(
        self, symbols: Sequence[Symbol], *, leverage: int, margin_type: str
    ) -> NoReturn:
        raise VenueUnreachable(f"no route to set {symbols[0]} to {leverage}x {margin_type}")

    async def terms(self, instruments: Iterable[Instrument]) -> NoReturn:
        raise VenueUnreachable("no route to ask for terms")


def test_the_names_that_the_customer_knows_exist() -> None:
    names = {
        "create",
        "initialize",
        "run",
        "shutdown",
        "_setup_event_handlers",
        "_on_candle_received",
        "_on_candle_closed",
        "_on_signal_generated",
        "_on_order_filled",
    }

    assert names <= set(dir(TradingBot))


def test_a_stop_that_was_asked_for_ends_the_run_cleanly(tmp_path: Path) -> None:
    async def story(bot: TradingBot) -> None:
        assert bot.machine.supervisor.states() == {
            "collector": ComponentState.RUNNING,
            "lanes": ComponentState.RUNNING,
        }
        bot.stop.ask("the test")

    log = lived(tmp_path, story, lambda clock: wiring(clock, QuietCollector()))

    assert 'shutting down  cause="the test"' in log
    assert log.splitlines()[-1].split("Shutdown complete")[1] == "  took_ms=0 unclean=none"


def test_one_component_can_be_restarted_alone(tmp_path: Path) -> None:
    collector = ScriptedCollector()

    async def story(bot: TradingBot) -> None:
        await bot.machine.supervisor.restart("collector")
        await asyncio.sleep(1)
        bot.stop.ask("the test")

    lived(tmp_path, story, lambda clock: wiring(clock, collector))

    assert (collector.starts, collector.stops) == (2, 2)


def test_shutting_down_twice_is_harmless(tmp_path: Path) -> None:
    async def story(bot: TradingBot) -> None:
        await bot.shutdown("first")
        bot.stop.ask("second")

    log = lived(tmp_path, story, lambda clock: wiring(clock, QuietCollector()))

    assert log.count("Shutdown complete") == 1


def test_a_broken_invariant_stops_the_bot_in_order_and_is_raised(tmp_path: Path) -> None:
    first, _, third = candles((1.0, 2.0, 3.0))
    script = ScriptedCollector(closed(first), closed(third))  # a gap no collector may leave

    with pytest.raises(AssertionError, match="BTCUSDT 1m opened at"):
        lived(tmp_path, nothing, lambda clock: wiring(clock, script))

    log = (tmp_path / "logs/noctule.log").read_text()
    assert "Shutdown complete" in log


def test_an_exchange_that_cannot_be_reached_at_start_is_told_and_the_logs_are_closed(
    tmp_path: Path,
) -> None:
    with pytest.raises(VenueUnreachable, match="no route to set BTCUSDT to 5x isolated"):
        lived(
            tmp_path,
            nothing,
            lambda clock: wiring(clock, QuietCollector(), setup=RefusingSetup()),
        )

    assert '"event":"start"' in (tmp_path / "logs/audit.jsonl").read_text()


class UnreachableCollector(QuietCollector):
    """A stream that nobody answers."""

    @override
    async def start(self) -> None:
        raise VenueUnreachable("no route to the stream")


def test_a_start_that_fails_halfway_is_left_in_order(tmp_path: Path) -> None:
    with pytest.raises(VenueUnreachable, match="no route to the stream"):
        lived(tmp_path, nothing, lambda clock: wiring(clock, UnreachableCollector()))

    log = (tmp_path / "logs/noctule.log").read_text()
    assert 'cause="start failed: no route to the stream"' in log
    assert '"event":"stop"' in (tmp_path / "logs/audit.jsonl").read_text()


def test_a_wrong_configuration_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        lived(
            tmp_path,
            nothing,
            lambda clock: wiring(clock, QuietCollector()),
            "risk.max_positions=none",
        )

    assert not (tmp_path / "logs").exists()


def test_a_fill_reaches_the_owner(tmp_path: Path) -> None:
    async def story(bot: TradingBot) -> None:
        await bot.bus.publish(
            OrderFilled(at_ms=START_MS, trace="t", fill=fill(), remaining=Quantity(fill().quantity))
        )
        bot.stop.ask("the test")

    log = lived(tmp_path, story, lambda clock: wiring(clock, QuietCollector()))

    assert "order filled  symbol=BTCUSDT side=BUY quantity=0.010 price=60000.00" in log


def test_a_candle_can_be_handed_in_by_hand(tmp_path: Path) -> None:
    async def story(bot: TradingBot) -> None:
        await bot._on_candle_received(closed(candle()))
        await bot.bus.settle()
        assert bot.bus.metrics().events["CandleClosed"].delivered == 1
        bot.stop.ask("the test")

    lived(tmp_path, story, lambda clock: wiring(clock, QuietCollector()))


def test_a_reload_while_running_is_answered(tmp_path: Path) -> None:
    async def story(bot: TradingBot) -> None:
        bot.reload()
        bot.stop.ask("the test")

    log = lived(tmp_path, story, lambda clock: wiring(clock, QuietCollector()))

    assert "configuration reloaded" in log


def test_reloaded_limits_hold_and_stand_in_the_audit_trail(tmp_path: Path) -> None:
    seen: list[int] = []

    async def story(bot: TradingBot) -> None:
        ini = tmp_path / "configs/noctule.ini"
        ini.write_text(f"{ini.read_text()}[risk]\nmax_positions = 7\n")
        bot.reload()
        seen.append(bot.trading.risk.limits.max_positions)
        bot.stop.ask("the test")

    log = lived(tmp_path, story, lambda clock: wiring(clock, QuietCollector()))

    assert seen == [7]
    assert "setting applied  key=risk.max_positions before=3 now=7" in log
    audit = (tmp_path / "logs/audit.jsonl").read_text().splitlines()
    assert sum('"action":"reload"' in line for line in audit) == 1


async def test_a_reload_before_the_bot_is_put_together_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = wiring(VirtualClock(START_MS), QuietCollector())
    bot_at(tmp_path, world, console=io.StringIO()).reload()
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("WARNING", "configuration not reloaded: the bot is starting")
    ]


async def nothing(bot: TradingBot) -> None:
    """Let the bot alone."""


def lived(
    home: Path,
    story: Callable[[TradingBot], Coroutine[object, object, None]],
    world: Callable[[VirtualClock], Wiring],
    *overrides: str,
) -> str:
    """Run a bot on virtual time, tell it a story once it runs, and return its log."""

    async def main(clock: VirtualClock) -> None:
        bot = bot_at(home, world(clock), *overrides, console=io.StringIO())
        failure, _ = await asyncio.gather(live(bot), _tell(bot, story))
        if failure is not None:
            raise failure

    run_virtual(main, start_ms=START_MS)
    path = home / "logs/noctule.log"
    return path.read_text() if path.exists() else ""


async def _tell(
    bot: TradingBot, story: Callable[[TradingBot], Coroutine[object, object, None]]
) -> None:
    await asyncio.sleep(1)  # of virtual time: whatever the start causes is over by then
    await story(bot)
