"""What the journal is made of: every event as MessagePack, and records of its own."""

from collections.abc import Mapping
from typing import Final
from zlib import crc32

import msgspec
from msgspec import Struct

from noctule.domain.errors import JournalCorrupt
from noctule.domain.events import data, desk, order, signal
from noctule.domain.events.base import Event
from noctule.domain.memory import DeskMemory

__all__ = [
    "KINDS",
    "DeedDone",
    "Recorded",
    "RecordsLost",
    "RunBegan",
    "checksum_of",
    "encoded",
    "read_back",
]


class RunBegan(Struct, frozen=True, kw_only=True, tag=True):
    """A process starts to write: what it is, and what it was told; secrets never."""

    at_ms: int
    version: str
    fingerprint: str  # of the configuration
    settings: Mapping[str, str]  # every effective one, by section.key
    strategies: Mapping[str, str]  # a hash of code and settings, by name
    memory: DeskMemory | None  # what it recalled of the process before
    account: str | None = None  # the tag of its orders; None where it only watches


class DeedDone(Struct, frozen=True, kw_only=True, tag=True):
    """Something was done, or told, beside the events; engine/deeds.py knows what it means."""

    at_ms: int
    deed: bytes  # as MessagePack


class RecordsLost(Struct, frozen=True, kw_only=True, tag=True):
    """Records are missing before this one: the store could not be written for too long."""

    at_ms: int
    lost: int


Recorded = Event | RunBegan | RecordsLost | DeedDone

_MODULES: Final = (data, signal, order, desk)
KINDS: Final[Mapping[str, type[Event]]] = {
    name: getattr(module, name) for module in _MODULES for name in module.__all__
}
_OWN: Final[Mapping[str, type[RunBegan | RecordsLost | DeedDone]]] = {
    kind.__name__: kind for kind in (RunBegan, RecordsLost, DeedDone)
}


def encoded(record: Recorded) -> bytes:
    """Write a record: MessagePack, for JSON knows no infinity."""
    return msgspec.msgpack.encode(record)


def checksum_of(content: bytes) -> int:
    """Return what tells that somebody, or a disk, has changed a record."""
    return crc32(content)


def read_back(number: int, kind: str, content: bytes, checksum: int) -> Recorded | None:
    """Return a record as it was; None of a kind, or with a meaning, that this version lacks."""
    if checksum_of(content) != checksum:
        raise JournalCorrupt(f"record {number} of the journal, {kind}, was changed")
    wanted = KINDS.get(kind) or _OWN.get(kind)
    if wanted is None:
        return None
    try:
        return msgspec.msgpack.decode(content, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
