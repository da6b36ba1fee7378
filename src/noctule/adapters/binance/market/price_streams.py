"""The prices of some contracts, told exactly and at once: trades, best prices, marks."""

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Final, Protocol

from noctule.adapters.binance.streams.feeds import Feeds
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.road import Frame, Transport
from noctule.adapters.binance.wire.market import read_frame
from noctule.adapters.binance.wire.prices import PRICES, BestTold, MarkTold, PriceTold, TradeTold
from noctule.domain.errors import FeedMalformed
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["PriceListener", "PriceStreams"]

_log = get_log(__name__)

_STREAMS: Final = ("aggTrade", "markPrice@1s", "bookTicker")


class PriceListener(Protocol):
    """Whom the prices are told; called on the event loop, and to return soon."""

    def on_trade(self, trade: TradeTold) -> None:
        """Take a trade: each once, in order."""
        ...

    def on_best(self, best: BestTold) -> None:
        """Take the best prices."""
        ...

    def on_mark(self, mark: MarkTold) -> None:
        """Take mark price, index and funding."""
        ...

    def on_lost(self, reason: str) -> None:
        """Note that from now on something may be missed."""
        ...

    def on_restored(self) -> None:
        """Note that everything is heard again."""
        ...


class PriceStreams:
    """Hears the prices for as long as `run` runs; lost as soon as one of its connections is."""

    def __init__(  # noqa: PLR0913  # what it stands on, and what it is about
        self,
        *,
        transport: Transport,
        stream_url: str,
        clock: Clock,
        jitter: Random,
        symbols: Iterable[str],
        listener: PriceListener,
        settings: StreamSettings | None = None,
    ) -> None:
        self._listener = listener
        self._down: set[_Ear] = set()
        self._feeds = Feeds(
            transport=transport,
            clock=clock,
            jitter=jitter,
            settings=settings or StreamSettings(),
            base_url=stream_url,
            names=[f"{symbol.lower()}@{stream}" for symbol in symbols for stream in _STREAMS],
            listener=self._ear,
        )

    async def run(self) -> None:
        """Hear until cancelled."""
        await self._feeds.run()

    def _ear(self, _names: Sequence[str]) -> "_Ear":
        ear = _Ear(self._listener, lose=self._lose, restore=self._restore)
        self._down.add(ear)
        return ear

    def _lose(self, ear: "_Ear", reason: str) -> None:
        self._down.add(ear)
        self._listener.on_lost(reason)

    def _restore(self, ear: "_Ear") -> None:
        self._down.discard(ear)
        if not self._down:
            self._listener.on_restored()


class _Losing(Protocol):
    def __call__(self, ear: "_Ear", reason: str) -> None: ...


class _Ear:
    """One connection's; after a hand-over two talk for a while, and what is old says nothing."""

    def __init__(
        self, listener: PriceListener, *, lose: _Losing, restore: Callable[["_Ear"], None]
    ) -> None:
        self._listener = listener
        self._lose = lose
        self._restore = restore
        self._numbers: dict[tuple[str, type[PriceTold]], int] = {}  # of what was told last
        self._complained = False

    def on_frame(self, frame: Frame) -> None:
        """Tell what is news; what cannot be true is left out."""
        try:
            told = read_frame(PRICES, frame)
            told.check()
        except FeedMalformed as exc:
            self._complain(exc)
            return
        key = (told.symbol, type(told))
        if told.number <= self._numbers.get(key, -1):
            return
        self._numbers[key] = told.number
        match told:
            case TradeTold():
                self._listener.on_trade(told)
            case BestTold():
                self._listener.on_best(told)
            case MarkTold():
                self._listener.on_mark(told)

    def on_lost(self, reason: str) -> None:
        """Forget what was told before: another connection may count differently."""
        self._numbers.clear()
        self._complained = False
        self._lose(self, reason)

    def on_restored(self) -> None:
        """Note that events are heard again."""
        self._restore(self)

    def _complain(self, failure: FeedMalformed) -> None:
        if not self._complained:
            self._complained = True
            _log.warning("price not understood", cause=str(failure))
