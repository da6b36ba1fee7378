"""A run for programs: every figure under a name that stays."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from noctule.performance.doubt import Doubt
from noctule.performance.summary import Summary

__all__ = ["SCHEMA_VERSION", "json_form"]

SCHEMA_VERSION: Final = 1
_INSTANTS: Final = {"from_ms": "from", "to_ms": "to", "recovered_ms": "recovered"}


class _Form(Struct, frozen=True, kw_only=True):
    schema_version: int
    doubts: Sequence[Doubt]
    summary: object


def json_form(summary: Summary, doubts: Sequence[Doubt]) -> msgspec.Raw:
    """Write a run as JSON, which a larger document may hold as it is."""
    told = _with_times(msgspec.to_builtins(summary))
    form = _Form(schema_version=SCHEMA_VERSION, doubts=doubts, summary=told)
    return msgspec.Raw(msgspec.json.encode(form))


def _with_times(told: object) -> object:
    """Write each instant as text, too: from_ms is joined by from."""
    if isinstance(told, list | tuple):
        return [_with_times(each) for each in told]
    if not isinstance(told, Mapping):
        return told
    return {key: each for name, value in told.items() for key, each in _written(name, value)}


def _written(name: str, value: object) -> list[tuple[str, object]]:
    plain = _INSTANTS.get(name)
    if plain is None:
        return [(name, _with_times(value))]
    return [(plain, _iso(value) if isinstance(value, int) else None), (name, value)]


def _iso(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
