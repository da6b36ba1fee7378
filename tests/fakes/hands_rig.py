"""The whole bot on the steered exchange over real sockets, one signal at a time."""

import asyncio
import io
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import pytest
from typing_extensions import override

from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.collector import BinanceDataCollector
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.app.wiring import Wiring
from noctule.app.world import binance_world
from noctule.config.manager import ConfigManager, Sources
from noctule.domain.events.base import Event
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol
from noctule.orders.patience import Patience
from noctule.strategies.factory import StrategyFactory
from tests.fakes.hands_book import differences, is_at_rest
from tests.fakes.hands_clock import LeapingClock
from tests.fakes.hands_exchange import HandsExchange
from tests.fakes.hands_owner import Owner
from tests.fakes.hands_strategy import NAME, Scripted, register
from tests.fakes.hands_watch import Watch
from tests.fakes.loopback import KEY, SECRET

__all__ = [
    "NAKED_LIMIT_MS",
    "ORDER_TIMEOUT_MS",
    "QUICK",
    "Rig",
    "bot_on",
    "config_of",
    "living_rig",
    "overrides_for",
    "shrunk",
    "write_ini",
]

NAKED_LIMIT_MS: Final = 600
ORDER_TIMEOUT_MS: Final = 250
_QUIET_MS: Final = 40.0  # without a request that changes anything: all that was to do is done
_SETTLED_MS_MAX: Final = 5_000.0
_LEAVING_S_MAX: Final = 1.0  # of a bot whose test has failed
_INI = """\
[trading]
symbols = {symbols}
warmup_candles = 5
[strategy]
name = {strategy}
"""
QUICK = AccountSettings(
    exposed_audit_ms=600,
    flat_audit_ms=1_500,
    patience_ms=100,
    doubt_gap_ms=50,
    proof_ms=300,
    retry_ms=50,
    tick_ms=10,
    keep_alive_ms=60_000,
    keep_alive_retry_ms=100,
)
_STREAM = StreamSettings(backoff_ms=10, backoff_ms_max=50, overlap_ms=100, message_gap_ms=10)


def config_of(
    exchange: HandsExchange, home: Path, *overrides: str, symbols: str = "BTCUSDT"
) -> ConfigManager:
    """Return the configuration of a bot whose time-outs are short and whose hosts are ours."""
    write_ini(home, symbols=symbols)
    return ConfigManager(
        Sources(
            home=home,
            directory=Path("configs"),
            environment={"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET},
            overrides=(*overrides_for(exchange, home), *overrides),
        ),
        strategy_settings=StrategyFactory.settings_of,
        strategy_names=StrategyFactory.names(),
    )


def write_ini(home: Path, *, symbols: str = "BTCUSDT") -> None:
    """Write the file of settings that the bot finds at home."""
    (home / "configs").mkdir(exist_ok=True)
    (home / "configs/noctule.ini").write_text(_INI.format(symbols=symbols, strategy=NAME))


def overrides_for(exchange: HandsExchange, home: Path) -> tuple[str, ...]:
    """Return every setting that a bot at home on this exchange needs."""
    files = {"file": "noctule.log", "trade_log": "trades.jsonl", "audit_log": "audit.jsonl"}
    return (
        *(f"logging.{key}={home / 'logs' / name}" for key, name in files.items()),
        f"store.url=sqlite:///{home}/state/{{environment}}-{{account}}.db",
        f"risk.kill_switch_file={home / 'STOP'}",
        f"risk.naked_position_limit_ms={NAKED_LIMIT_MS}",
        f"api.order_timeout_ms={ORDER_TIMEOUT_MS}",
        "api.environment=testnet",
        f"api.rest_url={exchange.rest_url}",
        f"api.stream_url={exchange.stream_url}",
    )


def shrunk(patch: pytest.MonkeyPatch, account: AccountSettings = QUICK) -> None:
    """Shorten what no setting of the user's shortens, and put the scripted strategy in."""
    register()
    quick = partial(BinanceAccountStream, settings=account, stream_settings=_STREAM)
    patch.setattr("noctule.app.world.BinanceAccountStream", quick)
    collector = partial(BinanceDataCollector, streams=_STREAM)
    patch.setattr("noctule.app.world.BinanceDataCollector", collector)
    patch.setattr("noctule.app.desk_settings.Patience", _patience)


def _patience(*, naked_ms: int, life_ms: int) -> Patience:
    """Return a desk's patience, whose every other bound is as short as the naked limit here."""
    assert life_ms, f"{life_ms} is no life"
    return Patience(
        naked_ms=naked_ms,
        life_ms=2 * ORDER_TIMEOUT_MS,
        first_question_ms=100,
        question_ms=50,
        question_ms_max=200,
        resting_question_ms=200,
        cancel_ms=200,
        retry_ms=50,
        retry_ms_max=300,
        disagreement_ms=100,
        look_ms=100,
        farewell_ms=1_500,
    )


class _Ear(logging.Handler):
    """Hears every line of the bot's log as it is said."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch
        self.messages: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "fields", {})
        told = " ".join(f"{name}={value}" for name, value in fields.items())
        failure = f" {record.exc_info[1]!r}" if record.exc_info else ""
        self.messages.append(record.getMessage())
        self._watch.note(record.levelname.lower(), f"{record.getMessage()} {told}{failure}")


class Rig:
    """A bot, the exchange it trades on, and what a test may want of both."""

    def __init__(self, bot: TradingBot, exchange: HandsExchange, home: Path, ear: _Ear) -> None:
        self.bot, self.exchange, self.watch, self.home = bot, exchange, exchange.watch, home
        self.owner = Owner(exchange)
        self.events: list[Event] = []  # of the bot's bus
        self._ear = ear

    @property
    def said(self) -> list[str]:
        """Return the messages of the log so far."""
        return self._ear.messages

    async def until(self, holds: Callable[[], bool], *, within_ms: float = 5_000) -> None:
        """Return as soon as something holds; fail if it does not within so much fair time."""
        end_ms = self.watch.fair.now_ms() + within_ms
        while not holds():
            assert self.watch.fair.now_ms() < end_ms, f"it did not happen in time: {self.state}"
            await asyncio.sleep(0.005)

    def script(
        self,
        direction: Direction,
        *,
        stop: float | None = None,
        target: float | None = None,
        symbol: str = "BTCUSDT",
    ) -> None:
        """Write down what the strategy says of the next candle that closes."""
        signal = Signal(direction=direction, reason="the script", stop=stop, target=target)
        Scripted.script.setdefault(Symbol(symbol), deque()).append(signal)

    async def signal(
        self,
        direction: Direction = Direction.LONG,
        *,
        stop: float | None = None,
        target: float | None = None,
        price: str = "60000",
    ) -> int:
        """Let a candle close on which the strategy says so, and return when it closed."""
        self.script(direction, stop=stop, target=target)
        self.exchange.trade(price)
        await asyncio.sleep(0.02)  # until its quote has been heard
        return self.exchange.close_candle()

    async def settle(self, *, within_ms: float = _SETTLED_MS_MAX) -> None:
        """Return once the exchange has heard of no change for a while, or fail to wait for it."""
        end_ms = self.watch.fair.now_ms() + within_ms
        quiet_since_ms, seen = self.watch.fair.now_ms(), self._changes()
        while True:
            now_ms = self.watch.fair.now_ms()
            if self._changes() != seen:
                quiet_since_ms, seen = now_ms, self._changes()
            is_quiet = now_ms - quiet_since_ms >= _QUIET_MS
            if is_quiet and self.is_orderly and is_at_rest(self.bot):
                return
            assert now_ms < end_ms, f"it does not settle: {self.state}"
            await asyncio.sleep(0.005)

    @property
    def is_orderly(self) -> bool:
        """Tell whether every position is covered, and nothing of ours rests without one."""
        return not self.watch.is_naked and not self.exchange.leftovers

    @property
    def state(self) -> str:
        """Say in one line how things stand at the exchange."""
        held, rests = self.exchange.amount(), self.exchange.resting()
        told = f"holds {held:f}, resting {rests}, left over {self.exchange.leftovers}"
        return "; ".join([told, *self.differences, "" if is_at_rest(self.bot) else "is busy"])

    @property
    def halts(self) -> list[str]:
        """Return why the bot would enter nothing now, whatever the signal."""
        reasons = self.bot._trading.halts.reasons(self.exchange.clock.now_ms())
        return [each.text for each in reasons]

    @property
    def differences(self) -> list[str]:
        """Return where the bot's book is not the exchange's."""
        return [*differences(self.bot, self.exchange)]

    def _changes(self) -> int:
        return sum(
            note.who == "exchange" or (note.who == "bot" and not note.text.startswith("GET"))
            for note in self.watch.notes
        )

    def story(self) -> str:
        """Tell all that happened, line by line."""
        began_ms = self.watch.notes[0].market_ms if self.watch.notes else 0
        return "\n".join(
            f"{note.market_ms - began_ms:>7} {note.who:>8}  {note.text}"
            for note in self.watch.notes
        )


@asynccontextmanager
async def living_rig(
    exchange: HandsExchange,
    home: Path,
    *overrides: str,
    symbols: str = "BTCUSDT",
    account: AccountSettings = QUICK,
) -> AsyncIterator[Rig]:
    """Let the bot live; whatever fails meanwhile is told with the whole story."""
    Scripted.script.clear()
    ear = _Ear(exchange.watch)
    logging.getLogger("noctule").addHandler(ear)
    with pytest.MonkeyPatch.context() as patch:
        shrunk(patch, account)
        bot = bot_on(exchange.clock, config_of(exchange, home, *overrides, symbols=symbols))
        rig = Rig(bot, exchange, home, ear)
        try:
            async with asyncio.TaskGroup() as group:
                life = group.create_task(live(bot))
                await rig.until(
                    lambda: life.done() or ("running" in rig.said and exchange.is_heard(symbols)),
                    within_ms=15_000,
                )
                assert not life.done(), life.result()
                bot._bus.add_tap(rig.events.append)
                try:
                    yield rig
                except BaseException:
                    bot.stop.ask("a failure")
                    await asyncio.wait({life}, timeout=_LEAVING_S_MAX)
                    raise
                bot.stop.ask("the test")
            assert life.result() is None, life.result()
        except BaseExceptionGroup as failures:
            (failure, *_) = failures.exceptions
            failure.add_note(rig.story())
            raise failure from failure.__cause__
        finally:
            logging.getLogger("noctule").removeHandler(ear)


def bot_on(clock: LeapingClock, config: ConfigManager) -> TradingBot:
    """Return a bot that reads the test's clock."""
    wiring = Wiring(clock=lambda: clock, open=binance_world)
    return TradingBot.create(
        config, wirings={"testnet": wiring}, jitter=Random(1), console=io.StringIO()
    )
