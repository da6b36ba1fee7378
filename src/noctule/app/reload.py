"""What SIGHUP may change in a running bot, and what it says about the rest."""

from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.telemetry.logs import TradingLogger, get_log

__all__ = ["reload_log_levels"]

_LEVELS = ("logging.level", "logging.levels")

_log = get_log(__name__)


def reload_log_levels(
    config: ConfigManager, *, running: Configuration, logger: TradingLogger
) -> None:
    """Read the configuration anew and apply the log levels; name every change that must wait."""
    try:
        fresh = config.load()
    except ConfigError as exc:
        for problem in exc.problems:
            _log.error("configuration not reloaded", problem=problem)
        return
    logger.apply_levels(fresh.settings.logging)
    before, after = _texts(running), _texts(fresh)
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        change = {"key": key, "running": before.get(key), "file": after.get(key)}
        if key in _LEVELS:
            _log.info("setting applied", **change)
        else:
            _log.warning("setting is frozen until the next start", **change)
    _log.info("configuration reloaded")


def _texts(configuration: Configuration) -> dict[str, str]:
    return {f"{each.section}.{each.key}": each.text for each in configuration.settings.each()}
