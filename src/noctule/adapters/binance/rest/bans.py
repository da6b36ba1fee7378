"""When we may ask again after the exchange said stop; a restart is no excuse to ask before."""

from pathlib import Path
from typing import Final

import msgspec

from noctule.adapters.binance.rest.budget import NO_WAIT, Cost, Wait
from noctule.adapters.binance.rest.calls import Lane, Pool
from noctule.adapters.binance.rest.failures import Halt, Throttled
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["Bans"]

_log = get_log(__name__)

_BAN_MS_MAX: Final = 3 * 24 * 60 * 60_000  # the longest there is (facts 5)
_NEWS_MS: Final = 500  # a stop that ends no later than this after the one we know is the same
_FILE_BYTES_MAX: Final = 64 * 1024
_HOSTS_MAX: Final = 100

# Until when by the wall's clock, and how long that was then: the wall may have been wrong, or be.
_Stop = tuple[int, int]
_Stored = dict[str, dict[Halt, _Stop]]  # by host
# What a version before this one has stored says only until when.
_decode: Final = msgspec.json.Decoder(dict[str, dict[Halt, _Stop | int]]).decode


class Bans:
    """What has to stop, and until when; a ban concerns a host, so the file may be shared.

    Waiting is done in elapsed time; the file needs a time that outlives us, so `wall` is a clock
    whose market is the wall.
    """

    def __init__(self, host: str, *, clock: Clock, wall: Clock, path: Path | None = None) -> None:
        self._host = host
        self._clock = clock
        self._wall = wall
        self._path = path
        self._until_ms: dict[Halt, int] = {}  # elapsed time

    def recall(self) -> None:
        """Read what was stored before a restart."""
        for halt, (until_ms, told_ms) in self._stored().get(self._host, {}).items():
            left_ms = min(until_ms - self._wall.now_ms(), told_ms, _BAN_MS_MAX)
            if left_ms > 0:
                self._halt(halt, left_ms)
                _log.warning("still banned", host=self._host, halt=halt.value, left_ms=left_ms)
        if self._until_ms:
            self._store()  # as the wall has it now: else one that was set would begin it anew

    def note(self, throttled: Throttled) -> None:
        """Remember what the exchange said, here and on disk."""
        left_ms = min(throttled.retry_after_ms, _BAN_MS_MAX)
        if not self._halt(throttled.halt, left_ms):
            return
        _log.warning(
            "told to stop",
            host=self._host,
            halt=throttled.halt.value,
            left_ms=left_ms,
            cause=str(throttled),
        )
        self._store()

    def wait(self, cost: Cost, lane: Lane) -> Wait:
        """Return how long a request has to wait; 429 and 418 stop whatever it is."""
        if not self._until_ms:
            return NO_WAIT
        halts = [Halt.EVERYTHING]
        if cost.orders:
            halts.append(Halt.ORDERS)
        if cost.pool is Pool.FUNDING:
            halts.append(Halt.FUNDING)
        if not lane.protects:
            halts.append(Halt.BROWSING)
        halt = max(halts, key=lambda each: self._until_ms.get(each, 0))
        left_ms = self._until_ms.get(halt, 0) - self._clock.elapsed_ms()
        if left_ms <= 0:
            return NO_WAIT
        return Wait(left_ms, f"{self._host} told us to stop ({halt})")

    def _halt(self, halt: Halt, left_ms: int) -> bool:
        """Stop until then, and tell whether that is news: many may be told at once."""
        until_ms = self._clock.elapsed_ms() + left_ms
        if until_ms < self._until_ms.get(halt, 0) + _NEWS_MS:
            return False
        self._until_ms[halt] = until_ms
        return True

    def _store(self) -> None:
        if self._path is None:
            return
        elapsed_ms, wall_ms = self._clock.elapsed_ms(), self._wall.now_ms()
        stored = self._stored()
        stored[self._host] = {
            halt: (wall_ms + until_ms - elapsed_ms, until_ms - elapsed_ms)
            for halt, until_ms in self._until_ms.items()
        }
        latest = sorted(_current(stored, wall_ms).items(), key=_end_of)[-_HOSTS_MAX:]
        try:
            _replace(self._path, msgspec.json.encode(dict(latest)))
        except OSError as exc:
            _log.warning("ban not stored", path=str(self._path), cause=str(exc))

    def _stored(self) -> _Stored:
        """Read the file; one that is not there, or makes no sense, says nothing."""
        if self._path is None:
            return {}
        try:
            with self._path.open("rb") as file:
                stored = _decode(file.read(_FILE_BYTES_MAX))
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as exc:
            _log.warning("stored bans not read", path=str(self._path), cause=str(exc))
            return {}
        return {
            host: {halt: _stop(each) for halt, each in bans.items()}
            for host, bans in stored.items()
        }


def _stop(stored: _Stop | int) -> _Stop:
    return (stored, _BAN_MS_MAX) if isinstance(stored, int) else stored


def _current(stored: _Stored, wall_ms: int) -> _Stored:
    """Return the bans that are not over."""
    left = {
        host: {halt: stop for halt, stop in bans.items() if stop[0] > wall_ms}
        for host, bans in stored.items()
    }
    return {host: bans for host, bans in left.items() if bans}


def _end_of(bans: tuple[str, dict[Halt, _Stop]]) -> int:
    return max(until_ms for until_ms, _ in bans[1].values())


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds the old content or the new, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
