"""The effective configuration as a table: each value with its origin, secrets masked."""

import msgspec
from msgspec import Struct

from noctule.config.credentials import Credentials
from noctule.config.settings import Configuration

__all__ = ["Row", "describe", "described_as_json"]


class Row(Struct, frozen=True, kw_only=True):
    """One line of the table."""

    section: str
    key: str
    value: str
    origin: str


class _Description(Struct, frozen=True, kw_only=True):
    fingerprint: str
    settings: tuple[Row, ...]


def describe(configuration: Configuration) -> tuple[Row, ...]:
    """List every setting in the order of the sections, and the credentials last."""
    rows = tuple(
        Row(
            section=each.section,
            key=each.key,
            value=each.text,
            origin=configuration.origins[f"{each.section}.{each.key}"],
        )
        for each in configuration.settings.each()
    )
    if configuration.credentials is None:
        return rows
    return rows + _masked(configuration.credentials)


def described_as_json(configuration: Configuration) -> str:
    """Write the table and the fingerprint for programs to read."""
    description = _Description(
        fingerprint=configuration.fingerprint, settings=describe(configuration)
    )
    return msgspec.json.encode(description).decode()


def _masked(credentials: Credentials) -> tuple[Row, ...]:
    keys = {"api_key": credentials.api_key, "api_secret": credentials.api_secret}
    return tuple(
        Row(section="credentials", key=key, value=str(secret), origin=credentials.origin)
        for key, secret in keys.items()
    )
