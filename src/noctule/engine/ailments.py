"""What is not as it should be, told once when it begins and once when it is over, and counted."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from noctule.telemetry.health import Part
from noctule.telemetry.logs import get_log

__all__ = ["Ailments"]

_log = get_log(__name__)
_STEADY_MS: Final = 10_000  # so long a part must be well before that is told, or it might flicker


class _Ailment(Struct, kw_only=True):
    since_ms: int  # elapsed
    well_since_ms: int | None = None
    worst: Part


class Ailments:
    """Follows the parts by name; there are as many as there are parts."""

    def __init__(self, *, steady_ms: int = _STEADY_MS) -> None:
        self._steady_ms = steady_ms
        self._ailing: dict[str, _Ailment] = {}
        self._counts: dict[str, int] = {}

    @property
    def ailing(self) -> frozenset[str]:
        """Return the parts that were told not to be well, and not to be well again."""
        return frozenset(self._ailing)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how often each part has begun to ail."""
        return self._counts

    def note(self, parts: Iterable[Part], *, elapsed_ms: int) -> None:
        """Compare with what was noted before, and tell what has begun and what is over."""
        for part in parts:
            if not part.is_well:
                self._note_ill(part, elapsed_ms)
            elif part.name in self._ailing:
                self._note_well(part.name, elapsed_ms)

    def _note_ill(self, part: Part, elapsed_ms: int) -> None:
        known = self._ailing.get(part.name)
        if known is None:
            self._ailing[part.name] = _Ailment(since_ms=elapsed_ms, worst=part)
            self._counts[part.name] = self._counts.get(part.name, 0) + 1
            _log.warning("degraded", part=part.name, score=part.score, why=part.text)
            return
        known.well_since_ms = None
        if part.score < known.worst.score:
            known.worst = part

    def _note_well(self, name: str, elapsed_ms: int) -> None:
        known = self._ailing[name]
        if known.well_since_ms is None:
            known.well_since_ms = elapsed_ms
        if elapsed_ms - known.well_since_ms < self._steady_ms:
            return
        del self._ailing[name]
        after_ms = known.well_since_ms - known.since_ms
        _log.info("well again", part=name, after_ms=after_ms, lowest_score=known.worst.score)
