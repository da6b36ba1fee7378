"""From what happens to the frames that tell of it: market updates, and the events of an account."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.hub import Hub
from noctule.adapters.sim.market_updates import (
    DepthUpdate,
    KlineUpdate,
    MarketUpdate,
    MarkUpdate,
)
from noctule.adapters.sim.post import Post
from noctule.adapters.sim.streams import watched_by
from noctule.adapters.sim.times import Times
from noctule.adapters.sim.venue import Venue
from noctule.adapters.sim.wire_events import user_event
from noctule.adapters.sim.wire_streams import depth_update, market_messages

__all__ = ["Broadcast", "watch"]

_DEPTHS: Final = (5, 10, 20)
# A mark price is told again though it stands still (facts 4): so often to whoever asks for that …
_MARK_EVERY_MS: Final = 1_000
_MARK_AT_LEAST_EVERY_MS: Final = 3_000  # … and to all others
_ALL_MARKS: Final = "!markPrice@arr"
_ALL_MARKS_QUICKLY: Final = "!markPrice@arr@1s"
_encode = msgspec.json.Encoder().encode


class Broadcast:
    """Tell whoever listens; what nobody listens to is not even written down."""

    def __init__(self, hub: Hub, post: Post, times: Times) -> None:
        self._hub = hub
        self._post = post
        self._times = times
        self._marked_ms: dict[str, int] = {}  # when each symbol's mark price was last told

    def tell_standing_marks(self, venue: Venue) -> None:
        """Tell every mark price again that was told too long ago, in market time."""
        now_ms = self._times.market_ms()
        for mark, due_ms in self._standing_marks(venue):
            if due_ms <= now_ms:
                self.tell_market((replace(mark, time_ms=now_ms),), venue)

    def standing_mark_due_ms(self, venue: Venue) -> int | None:
        """Return the market's time at which the next mark price is told again."""
        return min((due_ms for _, due_ms in self._standing_marks(venue)), default=None)

    def tell_market(self, updates: Iterable[MarketUpdate], venue: Venue) -> None:
        """Tell what an event of the market caused."""
        rules = venue.exchange.rules
        for update in updates:
            if isinstance(update, MarkUpdate):
                self._marked_ms[update.symbol] = update.time_ms
            messages = market_messages(
                update,
                rules[update.symbol],
                event_ms=self._times.market_ms(),
                is_wanted=self._hub.__contains__,
            )
            for stream, payload in messages:
                self._send(stream, update, _encode(payload))
            if isinstance(update, DepthUpdate):
                self._tell_best_levels(update, venue)

    def tell_account(self, listen_key: str, event: UserEvent, venue: Venue) -> None:
        """Tell one account what happened to it."""
        if listen_key not in self._hub:
            return
        told = user_event(event, event_ms=self._times.market_ms(), rules=venue.exchange.rules)
        kind = str(told["e"])
        self._post.send(
            (listen_key, kind, _encode(told)), subject=kind, now_ms=self._times.real_ms()
        )

    def _standing_marks(self, venue: Venue) -> Iterator[tuple[MarkUpdate, int]]:
        """Yield each mark price that anybody listens to, and when it is told again."""
        hub, all_heard = self._hub, _ALL_MARKS in self._hub
        for symbol in venue.exchange.rules:
            stream = f"{symbol.lower()}@markPrice"
            mark = venue.tape.mark(symbol)
            if mark is not None and (all_heard or stream in hub):
                is_quick = hub.is_asked(f"{stream}@1s") or hub.is_asked(_ALL_MARKS_QUICKLY)
                every_ms = _MARK_EVERY_MS if is_quick else _MARK_AT_LEAST_EVERY_MS
                yield mark, self._marked_ms.get(symbol, 0) + every_ms

    def _send(self, stream: str, update: MarketUpdate, payload: bytes) -> None:
        is_close = isinstance(update, KlineUpdate) and update.is_closed
        kind = "closed" if is_close else ""
        subject = f"{stream} closed" if is_close else stream
        self._post.send((stream, kind, payload), subject=subject, now_ms=self._times.real_ms())

    def _tell_best_levels(self, update: DepthUpdate, venue: Venue) -> None:
        symbol = update.symbol
        for levels in _DEPTHS:
            stream = f"{symbol.lower()}@depth{levels}"
            if stream in self._hub:
                book = venue.tape.book(symbol, levels)
                best = replace(update, bids=book.bids, asks=book.asks)
                told = depth_update(best, venue.exchange.rules[symbol], self._times.market_ms())
                self._send(stream, update, _encode(told))


def watch(stream: str, venue: Venue) -> None:
    """Have the tape tell what a stream needs that nobody has listened to before."""
    wanted = watched_by(stream)
    if wanted is None:
        return
    symbol, topic = wanted
    for each in (symbol,) if symbol else tuple(venue.exchange.rules):
        if each in venue.exchange.rules:
            venue.tape.watch(each, topic)
