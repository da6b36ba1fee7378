"""What makes closed candles a sequence: each exactly once, in order, without gaps."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe

__all__ = ["CandleLedger", "Revision", "Taken"]

_HELD_MAX: Final = 1_500  # closes that wait for an earlier one; what is beyond comes by REST
_REMEMBERED_MAX: Final = 100  # published ones, to know a repeat from a revision


class Revision(Struct, frozen=True, kw_only=True):
    """A candle that is told differently than it was published."""

    candle: Candle
    published: Candle


class Taken(Struct, frozen=True, kw_only=True):
    """What became final, in order, and what was corrected after it had been final."""

    closed: tuple[Candle, ...] = ()
    revised: tuple[Revision, ...] = ()


_NOTHING: Final = Taken()


class _Telling(Struct, frozen=True):
    candle: Candle
    told_ms: int  # the exchange's time of saying so: of two tellings the later one is right

    def is_later_than(self, other: "_Telling | None") -> bool:
        return other is None or self.told_ms >= other.told_ms


class CandleLedger:
    """The closed candles of one symbol and timeframe, from whatever sources, as one sequence.

    A close is published when it is due. One that comes early waits for those before it, and the
    latest telling of it wins; one that was published is never published again.
    """

    def __init__(self, timeframe: Timeframe, *, due_ms: int) -> None:
        assert due_ms == timeframe.open_of(due_ms), f"no {timeframe} candle opens at {due_ms}"
        self._timeframe = timeframe
        self.due_ms = due_ms  # when the candle opens that is to be published next
        self._held: dict[int, _Telling] = {}  # at most _HELD_MAX
        self._published: dict[int, _Telling] = {}  # at most _REMEMBERED_MAX, oldest first

    @property
    def due_close_ms(self) -> int:
        """Return the last millisecond of the candle that is to be published next."""
        return self._timeframe.close_of(self.due_ms)

    @property
    def has_gap(self) -> bool:
        """Tell whether a close waits for one before it that has not come."""
        return bool(self._held)

    def take(self, candle: Candle, told_ms: int) -> Taken:
        """Take a closed candle that was told at an instant of the exchange's time."""
        if candle.open_ms != self.due_ms or self._held:
            return self.take_all((candle,), told_ms)
        self._publish(_Telling(candle, told_ms))
        return Taken(closed=(candle,))

    def take_all(self, candles: Iterable[Candle], told_ms: int) -> Taken:
        """Take closed candles that were told together, all of them before any is published."""
        tellings = [_Telling(candle, told_ms) for candle in candles]
        revised = tuple(self._revisions(tellings))
        self._hold(tellings)
        closed = tuple(self._ready())
        return Taken(closed=closed, revised=revised) if closed or revised else _NOTHING

    def skip_to(self, open_ms: int) -> Taken:
        """Go on with a later candle: the exchange itself has none before it."""
        assert open_ms == self._timeframe.open_of(open_ms), f"{open_ms} is off the grid"
        assert open_ms > self.due_ms, f"back from {self.due_ms} to {open_ms}"
        self._held = {key: telling for key, telling in self._held.items() if key >= open_ms}
        self.due_ms = open_ms
        return Taken(closed=tuple(self._ready()))

    def _revisions(self, tellings: Iterable[_Telling]) -> Iterator[Revision]:
        for telling in tellings:
            open_ms = telling.candle.open_ms
            before = self._published.get(open_ms)
            if before is None or not telling.is_later_than(before):
                continue
            self._published[open_ms] = telling
            if telling.candle != before.candle:
                yield Revision(candle=telling.candle, published=before.candle)

    def _hold(self, tellings: Iterable[_Telling]) -> None:
        for telling in tellings:
            open_ms = telling.candle.open_ms
            if open_ms >= self.due_ms and telling.is_later_than(self._held.get(open_ms)):
                self._held[open_ms] = telling
        while len(self._held) > _HELD_MAX:
            del self._held[max(self._held)]

    def _ready(self) -> Iterator[Candle]:
        while telling := self._held.pop(self.due_ms, None):
            self._publish(telling)
            yield telling.candle

    def _publish(self, telling: _Telling) -> None:
        self._published[self.due_ms] = telling
        self.due_ms = telling.candle.close_ms + 1
        if len(self._published) > _REMEMBERED_MAX:
            del self._published[next(iter(self._published))]
