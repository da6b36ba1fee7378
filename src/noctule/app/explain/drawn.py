"""What a strategy drew, taken over in plain types: its code is not ours and may draw anything."""

import math
from collections.abc import Iterable
from itertools import islice
from typing import Final

from noctule.app.explain.moments import MOMENTS_END_MS
from noctule.app.explain.turns import harmless
from noctule.strategies.drawing import Area, Curve, Drawing, Level, Mark, Tone
from noctule.telemetry.attempt import attempted

__all__ = ["DRAWINGS_MAX", "taken"]

DRAWINGS_MAX: Final = 500  # at one candle; a strategy that draws more has a mistake
_COUNTED_MAX: Final = 10_000  # one may draw without end
_LABEL_MAX: Final = 100
_SHOWN_MAX: Final = 90  # characters of what is no drawing


def taken(drawn: Iterable[object]) -> tuple[list[Drawing], list[str], int]:
    """Return what can be drawn, what is wrong with the rest, and how many there were.

    Runs the owner's code: what it made may do anything when it is looked at.
    """
    everything = list(islice(drawn, _COUNTED_MAX))
    sound: list[Drawing] = []
    flaws: list[str] = []
    for each in everything[:DRAWINGS_MAX]:
        try:
            sound.append(_plain(each))
        except (ValueError, TypeError, OverflowError, AttributeError) as exc:
            flaws.append(f"{_shown(each)}: {exc}")
    return sound, flaws, len(everything)


def _shown(each: object) -> str:
    text = attempted(lambda: f"{each!r:.{_SHOWN_MAX}}")
    return text if isinstance(text, str) else f"a {type(each).__name__}"


def _plain(drawing: object) -> Drawing:
    """Take a drawing over, or say by a ValueError what makes it not drawable."""
    match drawing:
        case Area(label=label, low=low, high=high, from_ms=from_ms, to_ms=to_ms, tone=tone):
            low, high = _range(low, high)
            begun_ms, end_ms = _while(from_ms, to_ms)
            return Area(
                label=_label(label), low=low, high=high, from_ms=begun_ms, to_ms=end_ms,
                tone=_tone(tone),
            )  # fmt: skip
        case Level(label=label, price=price, from_ms=from_ms, to_ms=to_ms, tone=tone):
            at, _ = _range(price, price)
            begun_ms, end_ms = _while(from_ms, to_ms)
            return Level(
                label=_label(label), price=at, from_ms=begun_ms, to_ms=end_ms, tone=_tone(tone)
            )
        case Mark(label=label, price=price, at_ms=at_ms, tone=tone):
            at, _ = _range(price, price)
            begun_ms, _ = _while(at_ms, None)
            return Mark(label=_label(label), price=at, at_ms=begun_ms, tone=_tone(tone))
        case Curve(label=label, price=price, at_ms=at_ms):
            at = price if math.isnan(price) else _range(price, price)[0]  # NaN: it is not warm yet
            begun_ms, _ = _while(at_ms, None)
            return Curve(label=_label(label), price=float(at), at_ms=begun_ms)
        case _:
            raise ValueError("is not an Area, Level, Mark or Curve")


def _range(low: float, high: float) -> tuple[float, float]:
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError("has no price, or its low above its high")
    return float(low), float(high)


def _while(from_ms: int, to_ms: int | None) -> tuple[int, int | None]:
    if not 0 <= from_ms <= (from_ms if to_ms is None else to_ms) < MOMENTS_END_MS:
        raise ValueError("ends before it begins, or its times are not milliseconds")
    return int(from_ms), None if to_ms is None else int(to_ms)


def _tone(tone: object) -> Tone:
    if not isinstance(tone, str) or tone not in frozenset(Tone):
        raise ValueError("its tone is none of Tone's")
    return Tone(tone)


def _label(label: object) -> str:
    if not isinstance(label, str):
        raise ValueError("its label is no text")  # noqa: TRY004  # a flaw like the others
    return harmless(str(label)[:_LABEL_MAX])
