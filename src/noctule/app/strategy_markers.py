"""Which strategies did not come back: a small file each, which the next start finds."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from noctule import __version__
from noctule.app.memory import store_path
from noctule.config.settings import Configuration
from noctule.telemetry.formats import iso_ms
from noctule.telemetry.logs import get_log

__all__ = ["StrategyMarkers", "fingerprints_of", "markers_of"]

_SIMULATED: Final = "sim"  # whose every start has a store of its own, and the same strategies
_UNREADABLE: Final = "did not come back, and what is written about it cannot be read"

_log = get_log(__name__)


class _Marker(Struct, frozen=True, kw_only=True):
    strategy: str
    fingerprint: str  # of its code and its settings: with others it may try again
    reason: str
    at: str


class StrategyMarkers:
    """Beside the store, one for each strategy that did not come back, of this account."""

    def __init__(self, folder: Path, *, account: str, fingerprints: Mapping[str, str]) -> None:
        self._folder = folder
        self._account = account
        self._fingerprints = fingerprints  # by strategy, of what was loaded
        self._is_written: dict[str, bool] = {}  # by strategy, as far as that is known by now

    def path(self, strategy: str) -> Path:
        """Return where a strategy's marker stands, if it has one."""
        return self._folder / f"{self._account}.{strategy}.disabled"

    @property
    def dump_path(self) -> Path:
        """Return where it is written down what no thread of ours could watch any more."""
        return self._folder / f"{self._account}.stuck"

    def remedy(self, strategy: str) -> str:
        """Say how one that did not come back is let in again.

        Its marker may be on its way still: the watchdog's thread writes it.
        """
        path, is_written = self.path(strategy), self._is_written.get(strategy)
        if is_written is False:
            return f"correct it: {path} could not be written, so it is asked again after a restart"
        perhaps = "" if is_written else " if it could be written"
        return (
            "correct it: with other code, in its file or one beside it, or other settings "
            f"it starts enabled, and so it does once {path} is deleted{perhaps}"
        )

    def reason(self, strategy: str) -> str | None:
        """Return why a strategy is to start disabled, if it is; an outdated marker is deleted.

        One that cannot be read holds: what blocks everything must not start by mistake.
        """
        path = self.path(strategy)
        try:
            marker = msgspec.json.decode(path.read_bytes(), type=_Marker)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            self._is_written[strategy] = True
            return _UNREADABLE
        if marker.fingerprint != self._fingerprints.get(strategy):
            _log.info(
                "strategy was changed and may try again", strategy=strategy, was=marker.reason
            )
            self.remove(strategy)
            return None
        self._is_written[strategy] = True
        return f"{marker.reason} (at {marker.at})"

    def write(self, strategy: str, reason: str, *, at_ms: int) -> None:
        """Let a strategy start disabled from now on; a disk that will not have it is told."""
        marker = _Marker(
            strategy=strategy,
            fingerprint=self._fingerprints.get(strategy, ""),
            reason=reason,
            at=iso_ms(at_ms),
        )
        path = self.path(strategy)
        beside = path.with_name(f"{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(msgspec.json.encode(marker))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            self._is_written[strategy] = True
        except OSError as exc:
            self._is_written[strategy] = False
            _log.error("marker not written", strategy=strategy, file=str(path), cause=str(exc))

    def remove(self, strategy: str) -> None:
        """Let a strategy start enabled."""
        path = self.path(strategy)
        self._is_written.pop(strategy, None)
        try:
            path.unlink(missing_ok=True)
        except OSError as exc:
            _log.error("marker not deleted", strategy=strategy, file=str(path), cause=str(exc))


def markers_of(configuration: Configuration) -> StrategyMarkers:
    """Return the markers of the account that is traded; they stand beside its store."""
    store = store_path(configuration, started_ms=0)
    is_simulated = configuration.settings.api.environment == _SIMULATED
    return StrategyMarkers(
        store.parent.resolve(),
        account=_SIMULATED if is_simulated else store.stem,
        fingerprints=fingerprints_of(configuration),
    )


def fingerprints_of(configuration: Configuration) -> Mapping[str, str]:
    """Return what changes with a strategy's code or settings, by the name of each."""
    settings = configuration.settings
    told = list(settings.each())
    return {
        choice.label or choice.name: _fingerprint(
            [f"{each.key}={each.text}" for each in told if each.section == choice.section]
        )
        for choice in settings.strategies
    }


def _fingerprint(texts: list[str]) -> str:
    """Return a hash of a section; the code of a built-in strategy is that of our version."""
    return hashlib.sha256(json.dumps([__version__, *texts]).encode()).hexdigest()
