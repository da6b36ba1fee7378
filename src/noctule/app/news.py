"""The owner's news calendar, read at the start; what cannot be read is told before we trade."""

from pathlib import Path
from typing import Final

from noctule.config.reading import Unreadable, read_text
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.risk.calendar import NewsWindow, parse_calendar

__all__ = ["news_windows"]

_TOLD_MAX: Final = 20


def news_windows(configuration: Configuration) -> tuple[NewsWindow, ...]:
    """Read the windows without entries; raise ConfigError with every line that makes no sense."""
    path = configuration.settings.risk.news_calendar
    if path is None:
        return ()
    content = read_text(path)
    if isinstance(content, Unreadable):
        place = f"{configuration.origins['risk.news_calendar']} [risk] news_calendar"
        raise ConfigError([f"{place}: {path} {content}"])
    calendar = parse_calendar(content.text)
    if calendar.flaws:
        raise ConfigError(_told(path, calendar.flaws))
    return calendar.windows


def _told(path: Path, flaws: tuple[str, ...]) -> list[str]:
    """Name file and line as every problem of the configuration does; of many, the first ones."""
    told = [f"{path}:{flaw.removeprefix('line ')}" for flaw in flaws[:_TOLD_MAX]]
    more = len(flaws) - len(told)
    return [*told, f"{path}: and {more} more"] if more else told
