"""What SIGHUP may change in a running bot, and what it says about the rest."""

from collections.abc import Iterator

from msgspec import Struct

from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.telemetry.logs import TradingLogger, get_log

__all__ = ["reload_log_levels"]

_LEVELS = ("logging.level", "logging.levels")

_log = get_log(__name__)


def reload_log_levels(
    config: ConfigManager, *, running: Configuration, latest: Configuration, logger: TradingLogger
) -> Configuration:
    """Read the configuration anew, apply its log levels, and return what is in force now.

    Levels are compared with what was loaded last, all else with what the bot was started with:
    such a change must wait for the next start, and each is named.
    """
    try:
        fresh = config.load()
    except ConfigError as exc:
        for problem in exc.problems:
            _log.error("configuration not reloaded", problem=problem)
        return latest
    logger.apply_levels(fresh.settings.logging)
    for change in _changes(latest, fresh):
        if change.key in _LEVELS:
            _log.info("setting applied", key=change.key, before=change.before, now=change.now)
    for change in _changes(running, fresh):
        if change.key not in _LEVELS:
            _log.warning("setting is frozen until the next start", key=change.key, file=change.now)
    _log.info("configuration reloaded")
    return fresh


class _Change(Struct, frozen=True, kw_only=True):
    key: str
    before: str | None
    now: str | None


def _changes(before: Configuration, after: Configuration) -> Iterator[_Change]:
    old, new = _texts(before), _texts(after)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield _Change(key=key, before=old.get(key), now=new.get(key))


def _texts(configuration: Configuration) -> dict[str, str]:
    return {f"{each.section}.{each.key}": each.text for each in configuration.settings.each()}
