"""Tells a person what the bot does, as it does it, and keeps nobody who trades waiting.

The tap only notes what it saw. A few times a second, in a turn of the loop of its own, that is
given to the console with what else has to be known of that moment; words are made of it on the
console's thread.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from noctule.app.narration.amounts import money
from noctule.app.narration.chatter import Chatter, Held
from noctule.app.narration.told_events import TOLD, Facts, RunTally, event_lines, fills_line
from noctule.domain.beat import until_beat_ms
from noctule.domain.events.base import Event
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.desk import PositionClosed
from noctule.domain.events.order import OrderFilled
from noctule.domain.events.signal import RegimeChanged
from noctule.domain.ids import belongs_to_account
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol, observed, plain_text
from noctule.engine.desk import Desk
from noctule.ports.clock import Clock
from noctule.positions.account_book import AccountBook
from noctule.positions.portfolio import Portfolio
from noctule.telemetry.narration import Block, Line, Telling, Tone

__all__ = ["Narrator", "NarratorSources", "held_by"]

_PULSE_MS: Final = 250  # real
_NOTED_MAX: Final = 10_000  # events between two pulses; more are left out, the oldest first
_HINT_MS: Final = 60_000  # real: who has watched for so long may want to go on


class NarratorSources(Struct, frozen=True, kw_only=True):
    """Those who know."""

    desks: Mapping[Symbol, Desk]
    book: AccountBook
    clock: Clock
    account: str | None  # the tag of our orders
    asset: str
    portfolio: Callable[[], Portfolio | None]  # None: nothing is known of an account
    waits_for: Callable[[Symbol], str]
    hint: Callable[[], Block]  # how to go on
    farewell: Callable[[RunTally, Sequence[Held]], Block]  # what it came to


class Narrator:
    """A tap of the bus and an upkeep of the bot: `see` notes, `narrate` tells."""

    def __init__(
        self, sources: NarratorSources, tell: Callable[[Telling], None], *, has_chatter: bool
    ) -> None:
        self.tally = RunTally()
        self._sources, self._tell = sources, tell
        self._noted: deque[Event] = deque(maxlen=_NOTED_MAX)
        self._has_chatter = has_chatter
        is_alone = len(sources.desks) == 1  # of many symbols, regimes drown all else
        self._told = TOLD if has_chatter and is_alone else TOLD - {RegimeChanged}
        self._closed: dict[Symbol, CandleClosed] = {}  # candles not yet told of, the latest each
        self._chatter = Chatter(tuple(sources.desks), waits_for=sources.waits_for)
        self._began_ms: int | None = None  # real: when history had been read
        self._is_hint_due = has_chatter
        self._stirred = asyncio.Event()  # set by whatever there is to tell of

    def see(self, event: Event) -> None:
        """Note an event; nothing is done with it before the next pulse."""
        if type(event) in self._told:
            self._noted.append(event)
        elif isinstance(event, CandleClosed) and self._is_base(event):
            self._closed[event.candle.symbol] = event
        else:
            return
        self._stirred.set()

    async def narrate(self) -> None:
        """Tell what was noted, again and again, and in the end what it came to."""
        try:
            while True:
                self.catch_up()
                await self._rest()
        finally:
            self.catch_up()
            if self._began_ms is not None:
                farewell = partial(self._sources.farewell, self.tally, tuple(self._held()))
                self._tell(lambda: (farewell(),))

    def catch_up(self) -> None:
        """Tell what was noted since the last time."""
        now_ms = self._sources.clock.elapsed_ms()
        if self._began_ms is None and all(map(_is_warm, self._sources.desks.values())):
            self._began_ms = now_ms
            self._say((self._account_line(),))
            self._say(self._chatter.first_waits(now_ms, self._at_ms()) if self._has_chatter else ())
        while self._noted:
            self._tell_event(now_ms)
        self._hear_candles(now_ms)
        self._say(self._chatter.lines(now_ms, tuple(self._held())) if self._has_chatter else ())
        self._hint(now_ms)

    async def _rest(self) -> None:
        """Sleep until the next pulse; where nothing would be told by then, until there is cause."""
        self._stirred.clear()
        has_more = self._has_chatter and self._chatter.has_news
        if self._began_ms is not None and not self._is_hint_due and not has_more:
            await self._stirred.wait()
        elapsed_ms = self._sources.clock.elapsed_ms()
        await self._sources.clock.sleep_ms(until_beat_ms(elapsed_ms, _PULSE_MS))

    def _is_base(self, event: CandleClosed) -> bool:
        desk = self._sources.desks.get(event.candle.symbol)
        return desk is not None and event.candle.timeframe is desk.board.base

    def _hear_candles(self, now_ms: int) -> None:
        for event in self._closed.values():
            self._chatter.hear(event.candle, now_ms)
        self._closed.clear()

    def _tell_event(self, now_ms: int) -> None:
        event = self._noted.popleft()
        self._tell_candle_before(event, now_ms)
        if isinstance(event, OrderFilled):
            self._tell_fills(event)
            return
        if isinstance(event, PositionClosed):
            self.tally = self.tally.with_trade(event.trade)
        self._tell(partial(event_lines, event, self._facts(event)))

    def _tell_candle_before(self, event: Event, now_ms: int) -> None:
        """Tell of a candle before what was made of it."""
        closed = self._closed.get(getattr(event, "symbol", Symbol("")))
        if closed is None or closed.candle.close_ms > event.at_ms:
            return
        del self._closed[closed.candle.symbol]
        self._chatter.hear(closed.candle, now_ms)
        if self._has_chatter:
            self._say(self._chatter.lines(now_ms, ()))  # what is held by now may be its work

    def _tell_fills(self, first: OrderFilled) -> None:
        """Tell the trades of one order as one, as far as they are known by now."""
        name = first.fill.client_order_id
        rest = [
            each
            for each in self._noted
            if isinstance(each, OrderFilled) and each.fill.client_order_id == name
        ]
        for each in rest:
            self._noted.remove(each)
        account = self._sources.account
        is_ours = account is not None and belongs_to_account(name, account)
        fills = [first.fill, *(each.fill for each in rest)]
        self._tell(lambda: (fills_line(fills, is_ours=is_ours),))

    def _facts(self, event: Event) -> Facts:
        symbol = getattr(event, "symbol", None)
        position = None if symbol is None else self._sources.book.position(symbol)
        return Facts(
            asset=self._sources.asset,
            tally=self.tally,
            entry_price=None if position is None else position.entry_price,
        )

    def _at_ms(self) -> int:
        """Return market time, or that of the candles that are yet to be told of."""
        closes = (each.candle.close_ms for each in self._closed.values())
        return min((self._sources.clock.now_ms(), *closes))

    def _account_line(self) -> Line:
        """Say what there is to trade with."""
        account, at_ms = self._sources.portfolio(), self._at_ms()
        if account is None:
            text = "none is there: signals are shown, and nothing is sent"
            return Line(at_ms=at_ms, word="ACCOUNT", text=text, tone=Tone.CARE)
        held = ", ".join(f"{each.symbol} {each.text}" for each in self._held())
        text = f"{money(account.equity)} {self._sources.asset}, {held or 'nothing held'}"
        return Line(at_ms=at_ms, word="ACCOUNT", text=text)

    def _hint(self, now_ms: int) -> None:
        """Say once how to go on: after the first trade, or after a while."""
        is_due = self.tally.count or (self._began_ms and now_ms - self._began_ms >= _HINT_MS)
        if self._is_hint_due and is_due:
            self._is_hint_due = False
            self._tell(lambda: (self._sources.hint(),))

    def _held(self) -> Iterator[Held]:
        return held_by(self._sources.book, self._sources.desks)

    def _say(self, lines: Iterable[Line]) -> None:
        lines = tuple(lines)
        if lines:
            self._tell(lambda: lines)


def held_by(book: AccountBook, desks: Mapping[Symbol, Desk]) -> Iterator[Held]:
    """Yield what is held of the symbols traded, and what it would bring now."""
    for symbol, desk in desks.items():
        position = book.position(symbol)
        if position.is_flat:
            continue
        mark = desk.board.mark
        direction = Direction.LONG if position.signed_quantity > 0 else Direction.SHORT
        yield Held(
            symbol=symbol,
            text=f"{direction.lower()} {plain_text(position.quantity)}",
            pnl=None if mark is None else position.unrealized_pnl(observed(mark.mark_price)),
        )


def _is_warm(desk: Desk) -> bool:
    return desk.board.series[desk.board.base].taken > 0
