"""What a strategy saw and said, in words, rows and JSON."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from noctule.adapters.report.axes import exact, minute_text
from noctule.app.explain.witness import Said, Witness
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.strategies.drawing import Area, Curve, Drawing, Level, Mark

__all__ = [
    "SAW_HEADINGS",
    "SIGNAL_HEADINGS",
    "Account",
    "account_of",
    "headline",
    "recent",
    "saw_rows",
    "signal_rows",
    "verdict",
]

SAW_HEADINGS = ("what", "label", "tone", "price", "from", "until")
SIGNAL_HEADINGS = ("candle", "timeframe", "wants", "price", "stop", "target", "reason")


class Call(Struct, frozen=True, kw_only=True):
    """A signal, and when it was given."""

    open_ms: int
    close_ms: int
    timeframe: str
    price: float
    signal: Signal


class Sight(Struct, frozen=True, kw_only=True):
    """A drawing, and what it is."""

    kind: str
    drawing: Drawing


class Account(Struct, frozen=True, kw_only=True):
    """Everything for a program to read."""

    symbol: str
    timeframe: str
    strategy: str
    settings: Mapping[str, str]
    candle: Candle
    saw: tuple[Sight, ...]
    curves: tuple[Sight, ...]  # at the candle
    signals: tuple[Call, ...]  # while the candles shown closed
    shown_from_ms: int
    shown_to_ms: int
    asked: int
    failed: int
    troubles: tuple[str, ...]
    chart: str


def headline(seen: Witness, strategy: str) -> str:
    """Name the candle and who looked at it."""
    at = seen.at
    return f"{at.symbol} {at.timeframe}, {minute_text(at.open_ms)} UTC: {strategy}"


def verdict(seen: Witness) -> Iterator[str]:
    """Tell the candle's prices, and what the strategy called for when it had closed."""
    opened, high, low, close = map(exact, (seen.at.open, seen.at.high, seen.at.low, seen.at.close))
    volume = exact(seen.at.volume)
    yield f"Open {opened}, high {high}, low {low}, close {close}, volume {volume}."
    told = False
    for said in seen.said:
        if said.base.open_ms == seen.at.open_ms:
            told = True
            yield f"It signalled {_call(said.signal)}"
    if not told:
        yield "It signalled nothing."


def recent(seen: Witness) -> list[Area | Level | Mark]:
    """Return the drawings that reach the candles shown."""
    begin_ms = seen.candles[0].open_ms
    return [each for each in seen.drawings if _lasts_to(each, begin_ms)]


def saw_rows(seen: Witness) -> Iterator[tuple[str, ...]]:
    """Yield a row for each of those, and for the curves' points at the candle."""
    yield from map(_row, recent(seen))
    yield from map(_row, _curves_at(seen))


def signal_rows(seen: Witness) -> Iterator[tuple[str, ...]]:
    """Yield a row for every signal given while the candles shown closed."""
    for said in seen.said:
        signal = said.signal
        mark = " ◀" if said.base.open_ms == seen.at.open_ms else ""
        yield (
            f"{minute_text(said.candle.open_ms)}{mark}",
            said.candle.timeframe.value,
            signal.direction.value,
            exact(said.candle.close),
            _price(signal.stop),
            _price(signal.target),
            signal.reason,
        )


def account_of(seen: Witness, *, strategy: str, settings: Mapping[str, str], chart: str) -> Account:
    """Return what JSON is written of."""
    return Account(
        symbol=seen.at.symbol,
        timeframe=seen.at.timeframe,
        strategy=strategy,
        settings=settings,
        candle=seen.at,
        saw=tuple(Sight(kind=_kind(each), drawing=each) for each in seen.drawings),
        curves=tuple(Sight(kind="curve", drawing=each) for each in _curves_at(seen)),
        signals=tuple(map(_called, seen.said)),
        shown_from_ms=seen.candles[0].open_ms,
        shown_to_ms=seen.candles[-1].close_ms,
        asked=seen.asked,
        failed=seen.failed,
        troubles=seen.troubles,
        chart=chart,
    )


def _lasts_to(drawing: Area | Level | Mark, begin_ms: int) -> bool:
    if isinstance(drawing, Mark):
        return drawing.at_ms >= begin_ms
    return drawing.to_ms is None or drawing.to_ms >= begin_ms


def _call(signal: Signal) -> str:
    levels = {"stop": signal.stop, "target": signal.target}
    known = "".join(f", {name} {exact(at)}" for name, at in levels.items() if at is not None)
    return f"{signal.direction.value}{known}: {signal.reason}"


def _called(said: Said) -> Call:
    return Call(
        open_ms=said.candle.open_ms,
        close_ms=said.candle.close_ms,
        timeframe=said.candle.timeframe,
        price=said.candle.close,
        signal=said.signal,
    )


def _row(drawing: Drawing) -> tuple[str, ...]:
    tone = "" if isinstance(drawing, Curve) else drawing.tone.value
    if isinstance(drawing, Mark | Curve):
        begun, until = drawing.at_ms, ""
    else:
        begun, until = drawing.from_ms, _until(drawing.to_ms)
    return (_kind(drawing), drawing.label, tone, _prices(drawing), minute_text(begun), until)


def _prices(drawing: Drawing) -> str:
    if isinstance(drawing, Area):
        return f"{exact(drawing.low)} – {exact(drawing.high)}"
    return exact(drawing.price)


def _until(to_ms: int | None) -> str:
    return "still" if to_ms is None else minute_text(to_ms)


def _kind(drawing: Drawing) -> str:
    return type(drawing).__name__.lower()


def _curves_at(seen: Witness) -> list[Curve]:
    return [each for each in seen.curves if each.at_ms == seen.at.open_ms]


def _price(level: float | None) -> str:
    return "" if level is None else exact(level)
