"""The listener of one market connection: each frame to the feed of its stream, and none raises."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.feed_states import FeedStates
from noctule.adapters.binance.wire.market import combined_frame
from noctule.domain.errors import FeedMalformed
from noctule.ports.clock import Clock

__all__ = ["MarketConnection", "StreamFeed"]

_NAME_AT: Final = len(b'{"stream":"')
# Streams whose speed is in their names but not in their events, should one come unenveloped.
_SPEEDS: Final = ("", "@1s", "@100ms")


class StreamFeed(Protocol):
    """Whatever a stream is about."""

    def begin_anew(self) -> None:
        """Note that frames may have been missed, and that ids may begin anew."""
        ...

    def hear(self, frame: bytes) -> None:
        """Take a frame in its envelope; raises FeedMalformed for one that cannot be true."""
        ...


class MarketConnection:
    """Knows what is lost with it, and since when it is up."""

    def __init__(
        self,
        names: Sequence[str],
        *,
        feeds: Mapping[str, StreamFeed],
        states: FeedStates,
        clock: Clock,
        counts: FeedCounts,
    ) -> None:
        mine = [feeds[name] for name in names]
        self.names = names
        self.candle_feeds = [each for each in mine if isinstance(each, CandleFeed)]
        self.restored_ms: int | None = None  # elapsed time since which it is up
        self._feeds = mine
        self._hears = {name.encode(): feeds[name].hear for name in names}
        self._clock = clock
        self._counts = counts
        self._states = states

    def on_frame(self, frame: bytes) -> None:
        """Hand a frame to the feed of its stream; what cannot be understood is counted."""
        try:
            hear = self._hears.get(frame[_NAME_AT : frame.find(b'"', _NAME_AT)])
            if hear is None:
                self._hear_unusual(frame)
            else:
                hear(frame)
        except FeedMalformed as exc:
            self._counts.note_malformed(str(exc))

    def on_lost(self, reason: str) -> None:
        """Note that events may be missed from now on."""
        self.restored_ms = None
        for feed in self._feeds:
            feed.begin_anew()
        self._states.lost(self.candle_feeds, reason)

    def on_restored(self) -> None:
        """Note that events are heard again."""
        self.restored_ms = self._clock.elapsed_ms()
        self._states.restored(self.candle_feeds)

    def _hear_unusual(self, frame: bytes) -> None:
        """Take a frame without an envelope, or with one that is written in another way."""
        name, enveloped = combined_frame(frame)
        for speed in _SPEEDS:
            hear = self._hears.get((name + speed).encode())
            if hear is not None:
                hear(enveloped)
                return
        self._counts.note_unknown(name)
