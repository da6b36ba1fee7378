"""Which instant or day a person means, in UTC."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from noctule.domain.errors import ConfigError

__all__ = ["Moment", "moment_of"]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_FORMS: Final = "2026-11-29 06:15, 06:15, 2026-11-29 for a whole day, or now"


class Moment(Struct, frozen=True, kw_only=True):
    """From here to there; both are one where an instant is meant."""

    from_ms: int
    to_ms: int

    @property
    def is_day(self) -> bool:
        """Tell whether a whole day is meant."""
        return self.to_ms > self.from_ms


def moment_of(words: str, *, newest_ms: int) -> Moment:
    """Read a time; one without a date is the latest such until the newest candle closed."""
    text = words.strip()
    if text in ("", "now"):
        return Moment(from_ms=newest_ms, to_ms=newest_ms)
    try:
        return _read(text, newest_ms)
    except (ValueError, OverflowError) as exc:
        raise ConfigError([f"{text!r} is no time, write {_FORMS}"]) from exc


def _read(text: str, newest_ms: int) -> Moment:
    if _DAY.fullmatch(text):
        midnight = datetime.fromisoformat(text).replace(tzinfo=UTC)
        end = midnight + timedelta(days=1)
        return Moment(from_ms=_ms(midnight), to_ms=_ms(end) - 1)
    at = _latest(text, newest_ms) if _CLOCK.fullmatch(text) else datetime.fromisoformat(text)
    at_ms = _ms(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
    return Moment(from_ms=at_ms, to_ms=at_ms)


def _latest(text: str, newest_ms: int) -> datetime:
    """Return when the clock showed this last; the minute that has just ended counts."""
    newest = datetime.fromtimestamp((newest_ms + 1) / 1_000, UTC)
    at = datetime.combine(newest.date(), time.fromisoformat(text.rjust(5, "0")), UTC)
    return at if at <= newest else at - timedelta(days=1)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1_000)
