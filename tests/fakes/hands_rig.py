"""The whole bot on the steered exchange over real sockets, one signal at a time."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from typing_extensions import override

from noctule.adapters.binance.account.settings import AccountSettings
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.domain.events.base import Event
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol
from noctule.orders.patience import Patience
from tests.fakes.hands_book import differences, is_at_rest
from tests.fakes.hands_exchange import HandsExchange
from tests.fakes.hands_home import QUICK, bot_on, config_of, shrunk
from tests.fakes.hands_owner import Owner
from tests.fakes.hands_strategy import Scripted
from tests.fakes.hands_watch import Watch

__all__ = ["Rig", "living_rig"]

_QUIET_MS: Final = 40.0  # without a request that changes anything: all that was to do is done
_SETTLED_MS_MAX: Final = 5_000.0
_LEAVING_S_MAX: Final = 1.0  # of a bot whose test has failed


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
        self.slices = 1  # orders that an entry may have, at most
        self._ear = ear

    @property
    def naked_limit_ms(self) -> int:
        """Return how long this bot was told that a position may stand without a stop."""
        return self.bot._configuration.settings.risk.naked_position_limit_ms

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
        reasons = self.bot.trading.halts.reasons(self.exchange.clock.now_ms())
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
    desk: Callable[..., Patience] | None = None,  # None: as short as the naked limit
) -> AsyncIterator[Rig]:
    """Let the bot live; whatever fails meanwhile is told with the whole story."""
    Scripted.script.clear()
    ear = _Ear(exchange.watch)
    logging.getLogger("noctule").addHandler(ear)
    with pytest.MonkeyPatch.context() as patch:
        shrunk(patch, account, desk=desk)
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
                bot.bus.add_tap(rig.events.append)
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
