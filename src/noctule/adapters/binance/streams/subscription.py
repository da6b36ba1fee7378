"""Asking for streams, and knowing whether we were heard."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import count

import msgspec
from msgspec import Struct

from noctule.domain.errors import FeedMalformed

__all__ = ["Subscription", "SubscriptionRefused"]


class SubscriptionRefused(Exception):
    """The exchange has not taken our SUBSCRIBE; its text says why."""


class _Refusal(Struct, frozen=True):
    code: int
    msg: str = ""


class _Reply(Struct, frozen=True):
    """An answer to one of our messages; a refusal comes with or without a wrapping (facts 4)."""

    id: int | None = None
    code: int | None = None
    msg: str = ""
    error: _Refusal | None = None


class _Request(Struct, frozen=True, kw_only=True):
    method: str
    params: Sequence[str]
    id: int


# What a decoder may raise, whatever the bytes are: no JSON, no UTF-8, or nested without end.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_DECODER = msgspec.json.Decoder(_Reply)


class Subscription:
    """The messages that ask for some streams, and the answers that are still to come."""

    def __init__(self, names: Sequence[str], *, names_per_message: int) -> None:
        self._names = names
        self._names_per_message = names_per_message
        self._ids = count(1)
        self._pending = set[int]()  # at most one a message
        self._acknowledged = asyncio.Event()

    def messages(self) -> Iterator[bytes]:
        """Yield what is to be said, one message at a time; each is owed an answer once taken."""
        for start in range(0, len(self._names), self._names_per_message):
            number = next(self._ids)
            self._pending.add(number)
            names = self._names[start : start + self._names_per_message]
            yield msgspec.json.encode(_Request(method="SUBSCRIBE", params=names, id=number))

    def take(self, frame: bytes) -> bool:
        """Tell whether a frame is an answer to us, and note what it says.

        Raises SubscriptionRefused if it says no, and FeedMalformed if nobody can read it.
        """
        try:
            reply = _DECODER.decode(frame)
        except msgspec.ValidationError:  # JSON, but no answer
            return False
        except _UNREADABLE as exc:
            raise FeedMalformed("garbage") from exc
        refusal = reply.error or (_Refusal(reply.code, reply.msg) if reply.code else None)
        if refusal is not None:
            raise SubscriptionRefused(f"{refusal.code}: {refusal.msg}")
        if reply.id is None:
            return False
        self._pending.discard(reply.id)
        if not self._pending:
            self._acknowledged.set()
        return True

    async def acknowledged(self) -> None:
        """Return once every message has its answer; at once if none was sent."""
        if self._pending:
            await self._acknowledged.wait()
