"""Instants as people write them: ISO 8601, in UTC unless they say otherwise, or milliseconds."""

from datetime import UTC, datetime
from typing import Final

from noctule.domain.errors import ConfigError

__all__ = ["MOMENTS_END_MS", "moment_of", "stamp"]

MOMENTS_END_MS: Final = 253_402_300_800_000  # the year 10000


def moment_of(text: str) -> int:
    """Read an instant, in milliseconds."""
    word = text.strip()
    try:
        at_ms = int(word) if word.isdecimal() and len(word) > 8 else _iso_ms(word)
    except ValueError:
        at_ms = -1
    if not 0 <= at_ms < MOMENTS_END_MS:
        raise ConfigError(
            [f"--at: {text!r} is not a time, write e.g. 2023-06-01T12:30 (UTC) or milliseconds"]
        )
    return at_ms


def stamp(at_ms: int) -> str:
    """Write an instant as it may stand in a file name, UTC."""
    return f"{datetime.fromtimestamp(at_ms // 1_000, UTC):%Y%m%dT%H%M}"


def _iso_ms(text: str) -> int:
    at = datetime.fromisoformat(text)
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000)
