"""The file in which a paper account outlives the process: whole, or as it was before."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.sim.saved import SavedAccount, Standing
from noctule.domain.errors import ConfigError
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log
from noctule.telemetry.writer import Runner, Writer

__all__ = ["PaperPurse"]

_log = get_log(__name__)

_VERSION: Final = 1
_LOOK_MS: Final = 100  # between two looks at whether anything has changed
_CLOSE_MS: Final = 5_000
_PAGES_MAX: Final = 2  # one that is written, and the last one of all
_BYTES_MAX: Final = 64 * 1024 * 1024


class _Page(Struct, frozen=True, kw_only=True):
    version: int
    saved_ms: int
    account: SavedAccount


class _Heading(Struct, frozen=True):
    version: int


class PaperPurse:
    """Reads the account at the start, and writes it down a moment after each change."""

    def __init__(self, path: Path, *, clock: Clock, runner: Runner = Runner.THREAD) -> None:
        self.path = path
        self._clock = clock
        self._writer = Writer(
            self._write,
            name="paper account",
            capacity=_PAGES_MAX,
            runner=runner,
            on_failure=self._note_failure,
        )
        self._save: Callable[[], SavedAccount] | None = None
        self._sent: bytes | None = None  # how things stood when it was written down last
        self._is_writing = False

    def read(self) -> SavedAccount | None:
        """Return what was saved; None if nothing was, or nothing that can be read."""
        try:
            with self.path.open("rb") as file:
                content = file.read(_BYTES_MAX)
            version = msgspec.json.decode(content, type=_Heading).version
            if version == _VERSION:
                return msgspec.json.decode(content, type=_Page).account
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise _unusable(self.path, f"cannot be read ({exc.strerror})") from exc
        except (msgspec.DecodeError, ValueError, ArithmeticError) as exc:
            self._move_aside(exc)
            return None
        raise _unusable(self.path, f"is of version {version}, ours is {_VERSION}")

    def follow(self, save: Callable[[], SavedAccount]) -> None:
        """Write what `save` returns from now on."""
        assert self._save is None, "it follows another account"
        self._save = save
        self._writer.start()

    async def keep(self) -> None:
        """Look again and again whether anything has changed, until cancelled."""
        while True:
            if not self._is_writing:
                self._look()
            await self._clock.sleep_ms(_LOOK_MS)

    def close(self) -> None:
        """Write what has changed since the last look."""
        if self._save is None:
            return
        self._writer.flush(_CLOSE_MS)
        self._look()
        if not self._writer.close(_CLOSE_MS) or self._sent is None:
            _log.error("paper account not saved at the end", file=str(self.path))

    def _look(self) -> None:
        assert self._save is not None, "there is no account"
        account = self._save()
        standing = _encoded(account.standing)
        if standing == self._sent:
            return
        page = _Page(version=_VERSION, saved_ms=self._clock.now_ms(), account=account)
        self._sent, self._is_writing = standing, True
        self._writer.put(msgspec.json.encode(page))

    def _write(self, pages: Sequence[bytes], _lost: int) -> None:
        """Write the latest page (on the writer's thread); what fails is sent anew."""
        try:
            if pages:
                _replace(self.path, pages[-1])
        except OSError:
            self._sent = None
            raise
        finally:
            self._is_writing = False

    def _note_failure(self, _name: str, failure: Exception | None) -> None:
        if failure is None:
            _log.info("paper account saved again", file=str(self.path))
        else:
            _log.error("paper account not saved", file=str(self.path), cause=str(failure))

    def _move_aside(self, failure: Exception) -> None:
        aside = self.path.with_name(f"{self.path.name}.damaged-{self._clock.now_ms()}")
        self.path.rename(aside)
        _log.warning(
            "paper account damaged, a new one is opened",
            file=str(self.path),
            cause=str(failure),
            moved_to=str(aside),
        )


def _unusable(path: Path, reason: str) -> ConfigError:
    what = f"the paper account in {path} {reason}, move it away to begin anew"
    return ConfigError([f"[api] environment: {what}"])


def _encoded(standing: Standing) -> bytes:
    """Write down how things stand, but for the pulse of a countdown that is told again."""
    return msgspec.json.encode(replace(standing, countdowns={}))


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds the old content or the new, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
