"""What a running bot may be told anew, by a signal or its owner's shell, and what has to wait."""

from collections.abc import Callable, Iterator
from typing import Final

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.records import Records
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.commands import ReloadOutcome, SettingChange
from noctule.domain.errors import ConfigError
from noctule.risk.limits import RiskLimits
from noctule.telemetry.logs import get_log

__all__ = ["Reloading", "changes_between"]

_LEVELS: Final = ("logging.level", "logging.levels")
_LIMITS: Final = "risk."
_BEGUN_WITH: Final = ("risk.news_calendar", "risk.kill_switch_file")  # read and watched since

_log = get_log(__name__)


class Reloading:
    """Reads the configuration of a running bot anew, as often as somebody asks.

    What may hold at once is compared with what was loaded last, all else with what the bot was
    started with: such a change must wait for the next start, and each is named.
    """

    def __init__(  # what it reads, and whom it tells
        self,
        config: ConfigManager,
        running: Configuration,
        *,
        records: Records,
        adopt: Callable[[RiskLimits], None],
        notifier: SystemdNotifier,
        is_started: Callable[[], bool],
    ) -> None:
        self._config = config
        self._running = self._latest = running
        self._records = records
        self._adopt = adopt
        self._notifier = notifier
        self._is_started = (
            is_started  # before that systemd is told of no reload: READY would end it
        )

    def reload(self, *, actor: str, origin: str) -> ReloadOutcome:
        """Let new log levels and limits hold; all else says that it waits.

        A configuration that is not right in every part changes nothing.
        """
        tells = self._is_started()
        if tells:
            self._notifier.reloading()
        outcome = self._reload()
        _tell(outcome)
        sha256 = None if outcome.problems else self._latest.fingerprint
        self._records.note_reload(outcome, actor=actor, origin=origin, sha256=sha256)
        if tells:
            self._notifier.ready()
        return outcome

    def _reload(self) -> ReloadOutcome:
        try:
            fresh = self._config.load()
        except ConfigError as exc:
            return ReloadOutcome(problems=exc.problems)
        outcome = changes_between(running=self._running, latest=self._latest, fresh=fresh)
        self._records.logger.apply_levels(fresh.settings.logging)
        self._adopt(fresh.settings.risk)
        self._latest = fresh
        return outcome


def changes_between(
    *, running: Configuration, latest: Configuration, fresh: Configuration
) -> ReloadOutcome:
    """Return what of a fresh configuration holds at once, and what waits."""
    return ReloadOutcome(
        applied=tuple(each for each in _changes(latest, fresh) if _holds_now(each.key)),
        frozen=tuple(each for each in _changes(running, fresh) if not _holds_now(each.key)),
    )


def _tell(outcome: ReloadOutcome) -> None:
    for problem in outcome.problems:
        _log.error("configuration not reloaded", problem=problem)
    for change in outcome.applied:
        _log.info("setting applied", key=change.key, before=change.before, now=change.now)
    for change in outcome.frozen:
        _log.warning("setting is frozen until the next start", key=change.key, file=change.now)
    if not outcome.problems:
        _log.info("configuration reloaded")


def _holds_now(key: str) -> bool:
    return key in _LEVELS or (key.startswith(_LIMITS) and key not in _BEGUN_WITH)


def _changes(before: Configuration, after: Configuration) -> Iterator[SettingChange]:
    old, new = _texts(before), _texts(after)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield SettingChange(key=key, before=old.get(key), now=new.get(key))


def _texts(configuration: Configuration) -> dict[str, str]:
    return {f"{each.section}.{each.key}": each.text for each in configuration.settings.each()}
