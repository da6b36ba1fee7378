"""Instants as messages tell them."""

from datetime import UTC, datetime, timedelta

__all__ = ["moment"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at_ms: int) -> str:
    """Write an instant in UTC, to the minute: 2023-01-01T00:00."""
    return f"{_EPOCH + timedelta(milliseconds=at_ms):%Y-%m-%dT%H:%M}"
