"""Dates on the command line: days or minutes, always UTC."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from noctule.app.fetching.series import Span
from noctule.domain.errors import ConfigError

__all__ = ["span_between"]

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?Z?)?")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER_MS: Final = 253_370_764_800_000  # the year 9999: as late as there is anything


def span_between(from_text: str, to_text: str | None) -> Span:
    """Return the time between two dates; without the second it has no end."""
    from_ms = _ms("--from", from_text)
    to_ms = _NEVER_MS if to_text is None else _ms("--to", to_text)
    if from_ms >= to_ms:
        raise ConfigError([f"--from {from_text}: should be before --to {to_text}"])
    return Span(from_ms, to_ms)


def _ms(option: str, text: str) -> int:
    problem = f"{option} {text}: no date, write 2023-01-01 or 2023-01-01T00:00 (UTC)"
    if not _DATE.fullmatch(text):
        raise ConfigError([problem])
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as exc:  # the 31st of February
        raise ConfigError([f"{problem}: {exc}"]) from exc
    return max((moment - _EPOCH) // timedelta(milliseconds=1), 0)
