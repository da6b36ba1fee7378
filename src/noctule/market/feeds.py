"""The indicators that somebody follows on one symbol and timeframe, each up to the last candle."""

import re
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, TypeVar

from noctule.domain.market import Candle
from noctule.indicators.base import Indicator
from noctule.market.series import CandleSeries

__all__ = ["FOLLOWED_MAX", "Feeds"]

FOLLOWED_MAX: Final = 256  # of one symbol and timeframe: more are made by mistake, candle by candle

Followed = TypeVar("Followed", bound=Indicator[Any])
_Key = tuple[object, ...]
_ARGUMENT_MAX: Final = 12  # characters
_NAME_MAX: Final = 40
_WITHIN_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SLOT: Final = vars(Indicator)["value"]
_kept: Final = _SLOT.__get__  # runs nobody's code, so it needs no turn


class Feeds:
    """Makes each indicator once, lets it read the history there is, and then every candle."""

    def __init__(self, series: CandleSeries) -> None:
        self.names: tuple[str, ...] = ()  # of all that is followed, in the order of `values`
        self.series = series
        self.followed: dict[_Key, _Feed] = {}
        self._made: list[_Feed] = []  # the same, in the order in which they were made
        self._followed: list[Indicator[Any]] = []  # in the order in which they were made

    def indicator(
        self, kind: type[Followed], arguments: tuple[float | str, ...], of: str | None
    ) -> Followed:
        """Return the indicator made with these arguments, the last closed candle included."""
        feed = self.followed.get((kind, arguments, of))
        if feed is None:
            feed = self.followed[kind, arguments, of] = self._make(kind, arguments, of)
            self._made.append(feed)
            self._followed.append(feed.indicator)
            self.names += (_name(kind, arguments, of),)
        if feed.taken != self.series.taken:
            feed.catch_up(self.series)
        followed: Followed = feed.indicator  # for its key begins with its kind
        return followed

    def refresh(self) -> None:
        """Let every indicator read what is new; one that raises misses the candle it failed on."""
        series = self.series
        taken = series.taken
        for feed in self._made:
            if feed.taken + 1 == taken:  # nearly always, so it is worth a way of its own
                feed.taken = taken
                feed.read(series.last)
            elif feed.taken != taken:
                feed.catch_up(series)

    def values(self) -> tuple[object, ...]:
        """Return what each indicator says now: what it keeps, whatever its class makes of that."""
        return tuple(map(_kept, self._followed))

    def _make(
        self, kind: type[Indicator[Any]], arguments: tuple[float | str, ...], of: str | None
    ) -> "_Feed":
        if len(self.followed) == FOLLOWED_MAX:
            raise LookupError(
                f"{FOLLOWED_MAX} indicators are followed already: "
                f"ask for {kind.__name__} with the same arguments on every candle"
            )
        return _Feed(kind(*arguments), _inputs(kind, of))


class _Feed:
    """One indicator, and how many candles it has read."""

    __slots__ = ("indicator", "read", "taken")

    def __init__(self, indicator: Indicator[Any], inputs: tuple[str, ...]) -> None:
        self.indicator: Any = indicator
        self.taken = 0
        _let_keep(indicator)
        self.read = _reader(indicator, inputs)

    def catch_up(self, series: CandleSeries) -> None:
        """Read what has closed since; of what is kept no more, nothing can be read."""
        news = series.history.latest(series.taken - self.taken)
        self.taken = series.taken - len(news)
        for candle in news:
            self.taken += 1
            self.read(candle)


def _name(kind: type[Indicator[Any]], arguments: tuple[float | str, ...], of: str | None) -> str:
    """Name an indicator as a person would: `sma(10)`, `average gap(10, 30)`, `atr(14) of high`."""
    words = _WITHIN_WORDS.sub(" ", kind.__name__[:_NAME_MAX]).lower()
    written = ", ".join(map(_written, arguments))
    return words + (f"({written})" if written else "") + (f" of {of}" if of else "")


def _written(argument: object) -> str:
    """Write an argument; what its owner made says only what it is."""
    if type(argument) in (int, float):
        return f"{argument:g}"
    text = argument if isinstance(argument, str) else type(argument).__name__
    return str(text)[:_ARGUMENT_MAX]


def _inputs(kind: type[Indicator[Any]], of: str | None) -> tuple[str, ...]:
    """Return what of a candle an indicator is to be told; none is the candle itself."""
    if of is not None and len(kind.inputs) != 1:
        takes = ", ".join(kind.inputs) or "the whole candle"
        raise LookupError(f"{kind.__name__} takes {takes}: it cannot be one of {of}")
    inputs = kind.inputs if of is None else (of,)
    known = Candle.__struct_fields__
    unknown = [name for name in inputs if name not in known]
    if unknown:
        raise LookupError(f"a candle has no {', '.join(unknown)}, only {', '.join(known)}")
    return inputs


def _let_keep(indicator: Indicator[Any]) -> None:
    """Let it have a value; an owner's class that forgot to begin as its base does has none."""
    try:
        _kept(indicator)
    except AttributeError:
        _SLOT.__set__(indicator, None)


def _reader(indicator: Indicator[Any], inputs: tuple[str, ...]) -> Callable[[Candle], object]:
    """Return what hands a candle's numbers to an indicator; one that names none takes it whole."""
    update = indicator.update
    if not inputs:
        return update
    numbers = attrgetter(*inputs)
    if len(inputs) == 1:
        return lambda candle: update(numbers(candle))
    return lambda candle: update(*numbers(candle))
