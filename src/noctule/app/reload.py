"""What SIGHUP may change in a running bot, and what it says about the rest."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.records import Records
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.risk.limits import RiskLimits
from noctule.telemetry.logs import TradingLogger, get_log

__all__ = ["Reloading", "reload_configuration"]

_LEVELS: Final = ("logging.level", "logging.levels")
_LIMITS: Final = "risk."
_BEGUN_WITH: Final = ("risk.news_calendar", "risk.kill_switch_file")  # read and watched since

_log = get_log(__name__)


class Reloading:
    """Reads the configuration of a running bot anew, as often as somebody asks."""

    def __init__(
        self,
        config: ConfigManager,
        running: Configuration,
        *,
        records: Records,
        adopt: Callable[[RiskLimits], None],
        notifier: SystemdNotifier,
    ) -> None:
        self._config = config
        self._running = self._latest = running
        self._records = records
        self._adopt = adopt
        self._notifier = notifier

    def reload(self) -> None:
        """Let new log levels and limits hold; all else says that it waits."""
        self._notifier.reloading()
        before = self._latest
        self._latest = reload_configuration(
            self._config,
            running=self._running,
            latest=before,
            logger=self._records.logger,
            adopt=self._adopt,
        )
        if self._latest is not before:
            self._records.note_reload(self._latest)
        self._notifier.ready()


def reload_configuration(
    config: ConfigManager,
    *,
    running: Configuration,
    latest: Configuration,
    logger: TradingLogger,
    adopt: Callable[[RiskLimits], None],
) -> Configuration:
    """Read the configuration anew, let its levels and limits hold, and return what is in force now.

    These are compared with what was loaded last, all else with what the bot was started with:
    such a change must wait for the next start, and each is named. A configuration that is not
    right in every part changes nothing.
    """
    try:
        fresh = config.load()
    except ConfigError as exc:
        for problem in exc.problems:
            _log.error("configuration not reloaded", problem=problem)
        return latest
    logger.apply_levels(fresh.settings.logging)
    adopt(fresh.settings.risk)
    for change in _changes(latest, fresh):
        if _holds_now(change.key):
            _log.info("setting applied", key=change.key, before=change.before, now=change.now)
    for change in _changes(running, fresh):
        if not _holds_now(change.key):
            _log.warning("setting is frozen until the next start", key=change.key, file=change.now)
    _log.info("configuration reloaded")
    return fresh


class _Change(Struct, frozen=True, kw_only=True):
    key: str
    before: str | None
    now: str | None


def _holds_now(key: str) -> bool:
    return key in _LEVELS or (key.startswith(_LIMITS) and key not in _BEGUN_WITH)


def _changes(before: Configuration, after: Configuration) -> Iterator[_Change]:
    old, new = _texts(before), _texts(after)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield _Change(key=key, before=old.get(key), now=new.get(key))


def _texts(configuration: Configuration) -> dict[str, str]:
    return {f"{each.section}.{each.key}": each.text for each in configuration.settings.each()}
