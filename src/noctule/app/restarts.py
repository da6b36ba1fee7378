"""How often a service manager has started us in vain: when to wait, and when to give up.

systemd restarts whatever ends badly, and knows one limit for all exit codes. So we count by
ourselves, in a small file: a bug is tried five times in ten minutes, an exchange that cannot be
reached for ever, after pauses that grow and reach past every ban.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.exits import ExitCode, exit_code_of
from noctule.domain.errors import BudgetExhausted, ConfigError
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["Restarts"]

_log = get_log(__name__)

BUGS_MAX: Final = 5
WINDOW_MS: Final = 10 * 60_000  # in which so many are too many
_PAUSE_MS: Final = 10_000  # after the first start that reached nobody; it doubles …
_PAUSE_MS_MAX: Final = 300_000  # … up to here: what is held should not be left alone for longer
_WAIT_MS_MAX: Final = 3 * 24 * 60 * 60_000  # the longest ban there is
_START_MS: Final = 300_000  # what the unit grants a start: TimeoutStartSec
_FILE_BYTES_MAX: Final = 4_096


class _Diary(Struct, frozen=True, kw_only=True):
    began_ms: int | None = None  # wall: a start that has not ended; such an end was none of ours
    bugs_ms: tuple[int, ...] = ()  # wall: when the latest ended by one
    unreachable: int = 0  # starts in a row that reached nobody
    ended_ms: int = 0  # wall: when the last of those ended
    not_before_ms: int = 0  # wall: when to ask the exchange again


_decode: Final = msgspec.json.Decoder(_Diary).decode


class Restarts:
    """Keeps the diary of a service; who was started by hand is asked nothing and writes nothing."""

    def __init__(self, notifier: SystemdNotifier, *, wall: Clock) -> None:
        self._notifier = notifier
        self._wall = wall
        self._path: Path | None = None  # once it has begun
        self._diary = _Diary()

    def begin(self, folder: Path) -> None:
        """Take note of this start; raise ConfigError if too many before it ended by a bug.

        That refusal ends the service, until somebody has looked and starts it: then it counts anew.
        """
        if not self._notifier.is_heard:
            return
        self._path = folder / "restarts.json"
        now_ms, before = self._wall.now_ms(), self._stored()
        bugs_ms = before.bugs_ms if before.began_ms is None else (*before.bugs_ms, now_ms)
        recent_ms = tuple(at_ms for at_ms in bugs_ms if 0 <= now_ms - at_ms < WINDOW_MS)
        if len(recent_ms) >= BUGS_MAX:
            self._store(_Diary())
            self._path = None
            raise ConfigError(
                [
                    f"the bot was ended by a bug {len(recent_ms)} times within 10 minutes, so this "
                    "start is not made; stops and targets at the exchange go on guarding what is "
                    "held. Look at the log, then start the service again"
                ]
            )
        self._store(replace(before, began_ms=now_ms, bugs_ms=recent_ms))

    async def wait(self) -> None:
        """Let the pause pass that starts in vain have earned; the service manager grants it."""
        diary, now_ms = self._diary, self._wall.now_ms()
        # Where the wall's clock was set since, or then was wrong, no more than was meant is waited.
        meant_ms = min(diary.not_before_ms - diary.ended_ms, _WAIT_MS_MAX)
        left_ms = min(diary.not_before_ms - now_ms, meant_ms)
        if left_ms <= 0 or now_ms < diary.ended_ms:
            return
        count = self._diary.unreachable
        _log.warning("waiting before the exchange is asked again", in_vain=count, wait_ms=left_ms)
        self._notifier.status(
            f"waiting {left_ms // 1_000} s: the exchange could not be reached {count} times"
        )
        self._notifier.extend(left_ms + _START_MS)
        await self._wall.sleep_ms(left_ms)

    def end(self, failure: Exception | None) -> None:
        """Write down how it ended, for the next start."""
        if self._path is None:
            return
        how = _ENDS.get(exit_code_of(failure))
        before, now_ms = self._diary, self._wall.now_ms()
        self._store(_Diary() if how is None else how(before, failure, now_ms))

    def _stored(self) -> _Diary:
        """Read the file; one that is not there, or makes no sense, says nothing."""
        assert self._path is not None, "not begun"
        try:
            with self._path.open("rb") as file:
                return _decode(file.read(_FILE_BYTES_MAX))
        except FileNotFoundError:
            return _Diary()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as exc:
            _log.warning("restarts not read", file=str(self._path), cause=str(exc))
            return _Diary()

    def _store(self, diary: _Diary) -> None:
        """Write it so that whoever reads finds the old content or the new; nobody fails for it."""
        assert self._path is not None, "not begun"
        self._diary = diary
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.encode(diary))
            fresh.replace(self._path)
        except OSError as exc:
            _log.warning("restarts not written", file=str(self._path), cause=str(exc))


def _after_bug(before: _Diary, _failure: Exception | None, now_ms: int) -> _Diary:
    return _Diary(bugs_ms=(*before.bugs_ms, now_ms)[-BUGS_MAX:])


def _after_silence(before: _Diary, failure: Exception | None, now_ms: int) -> _Diary:
    """Wait longer each time, and as long as the exchange said; a long run forgets the earlier."""
    assert before.began_ms is not None, "it began before it ends"
    is_steady = now_ms - before.began_ms >= WINDOW_MS
    count = 1 if is_steady else before.unreachable + 1
    pause_ms = min(_PAUSE_MS << min(count - 1, 10), _PAUSE_MS_MAX)
    told_ms = failure.retry_after_ms if isinstance(failure, BudgetExhausted) else 0
    return _Diary(
        bugs_ms=before.bugs_ms,
        unreachable=count,
        ended_ms=now_ms,
        not_before_ms=now_ms + max(pause_ms, told_ms),
    )


_ENDS: Final[dict[ExitCode, Callable[[_Diary, Exception | None, int], _Diary]]] = {
    ExitCode.BUG: _after_bug,
    ExitCode.UNREACHABLE: _after_silence,
}
