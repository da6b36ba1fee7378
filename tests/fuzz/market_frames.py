"""Spoiled market frames in the collector's ears: `python -m tests.fuzz.market_frames 1000000`."""

import gzip
import json
import sys
import tracemalloc
from collections.abc import Sequence
from random import Random
from typing import Final

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.connection import MarketConnection, StreamFeed
from noctule.adapters.binance.market.depth_feed import DepthFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.feed_states import FeedStates
from noctule.adapters.binance.market.price_feeds import BookTickerFeed, MarkPriceFeed, TradeFeed
from noctule.adapters.binance.wire.depth import DepthSnapshot
from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.sessions import FrameKind
from noctule.domain.events.data import CandleClosed, CandleUpdated
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT
from tests.conformance.fixtures import DATA
from tests.fakes.sim_desk import Desk
from tests.fakes.sim_market import START_MS
from tests.fuzz.mutation import mutated

__all__ = ["Ears", "fuzz", "recorded_frames", "simulated_frames"]

STREAMS: Final = (
    "btcusdt@kline_1m",
    "btcusdt@markPrice@1s",
    "btcusdt@aggTrade",
    "btcusdt@bookTicker",
    "btcusdt@depth",
)
_FRAMES_EACH: Final = 50  # then the next ears: an id spoiled upwards would silence these
_DEPTH_NAMES: Final = ((b"btcusdt@depth@0ms", b"btcusdt@depth"), (b"@trade", b"@aggTrade"))


class Ears:
    """A feed of each kind on one connection."""

    def __init__(self, counts: FeedCounts) -> None:
        self._outbox = outbox = EventOutbox(events_max=1_000)
        candles = CandleFeed(
            BTCUSDT, Timeframe.M1, outbox=outbox, counts=counts, ask=lambda feed: None
        )
        candles.place(START_MS)
        depth = DepthFeed(BTCUSDT, levels=5, outbox=outbox, counts=counts, ask=lambda feed: None)
        depth.book.begin(DepthSnapshot(last_id=1, bids=[], asks=[]))
        feeds: Sequence[StreamFeed] = (
            candles,
            MarkPriceFeed(BTCUSDT, outbox=outbox),
            TradeFeed(BTCUSDT, outbox=outbox, counts=counts),
            BookTickerFeed(BTCUSDT, outbox=outbox),
            depth,
        )
        clock = VirtualClock(START_MS)
        self._connection = MarketConnection(
            STREAMS,
            feeds=dict(zip(STREAMS, feeds, strict=True)),
            states=FeedStates(outbox=outbox, clock=clock, ask=lambda feed: None),
            clock=clock,
            counts=counts,
        )

    def hear(self, frame: bytes) -> None:
        """Take one frame; whatever is wrong with it, nothing may be raised."""
        self._connection.on_frame(frame)

    def told(self) -> int:
        """Return how many events came of it, none of them impossible."""
        events = self._outbox.waiting()
        for event in events:
            if isinstance(event, CandleClosed | CandleUpdated):
                assert event.candle.flaw() is None, f"{event.candle}: {event.candle.flaw()}"
        return len(events)


def recorded_frames() -> list[bytes]:
    """Return real frames, each stream under the name that we know it by; [] where absent."""
    frames = []
    for path in sorted((DATA / "ws").glob("*.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines()[:2_000]:
            frame = line.split(b" ", 1)[1]
            for theirs, ours in _DEPTH_NAMES:
                frame = frame.replace(theirs, ours, 1)
            frames.append(frame)
    for name in ("kline_stream_closed", "kline_stream_open", "agg_trade_stream"):
        path = DATA / f"fixtures/nautilus/rust_futures/market_data_json/{name}.json"
        if path.exists():
            frames.append(json.dumps(json.loads(path.read_bytes())).encode())
    return frames


def simulated_frames(minutes: int = 20) -> list[bytes]:
    """Return what our simulated exchange says on every stream that is collected."""
    desk = Desk()
    sessions = [
        desk.connect(f"/{route}/stream?streams={'/'.join(names)}")
        for route, names in (("market", STREAMS[:3]), ("public", STREAMS[3:]))
    ]
    frames: list[bytes] = []
    for number in range(4 * minutes):
        desk.wait(15_000)
        desk.trade(str(60_000 + 10 * (number % 7)))
        for session in sessions:
            frames += [each.data for each in session.outbox if each.kind is FrameKind.TEXT]
            session.outbox.clear()
    return frames


def fuzz(count: int, *, seed: int, frames: Sequence[bytes]) -> tuple[int, FeedCounts]:
    """Hear so many spoiled frames; return how many events came of it, and what was counted."""
    random, counts, told = Random(seed), FeedCounts(), 0
    for _ in range(count // _FRAMES_EACH):
        ears = Ears(counts)
        for _ in range(_FRAMES_EACH):
            ears.hear(mutated(random.choice(frames), random))
        told += ears.told()
    return told, counts


def main(count: int) -> None:
    """Fuzz, and print what came of it and how much memory it took."""
    frames = simulated_frames() + recorded_frames()
    fuzz(10_000, seed=0, frames=frames)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    told, counts = fuzz(count, seed=1, frames=frames)
    after, _ = tracemalloc.get_traced_memory()
    sys.stdout.write(
        f"{count} frames: {told} events, {counts.malformed} malformed, {counts.unknown} unknown, "
        f"{(after - before) / 1_000:.0f} kB more than before\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
