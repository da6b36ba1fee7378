"""How often the market feed was odd: for health, metrics, and one log line of each kind."""

from typing import Final

from noctule.telemetry.logs import get_log

__all__ = ["FeedCounts"]

_KINDS_MAX: Final = 20  # that are named in the log; a hostile feed could invent many

_log = get_log(__name__)


class FeedCounts:
    """Counters that only grow."""

    def __init__(self) -> None:
        self.malformed = 0  # frames, rows and bars that cannot be true
        self.unknown = 0  # frames of a kind nobody asked for
        self.fetched = 0  # closed candles that REST brought, not the stream
        self.revised = 0
        self.invented = 0  # idle candles in place of such as the exchange does not have
        self.renewed = 0  # connections that were dead though they answered
        self.resynced = 0  # order books that were begun anew
        self.trades_dropped = 0
        self._kinds: set[str] = set()

    def note_malformed(self, reason: str) -> None:
        """Count something that cannot be understood; the first time of many it is logged."""
        self.malformed += 1
        if self.malformed & (self.malformed - 1) == 0:  # 1, 2, 4, 8, …
            _log.warning("market frame malformed", reason=reason[:200], times=self.malformed)

    def note_unknown(self, kind: str) -> None:
        """Count a frame of an unknown kind, and name each kind once."""
        self.unknown += 1
        if kind not in self._kinds and len(self._kinds) < _KINDS_MAX:
            self._kinds.add(kind)
            _log.info("market frame of an unknown kind", kind=kind[:60])
