"""Ways in which a message can be spoiled: by its bytes, or by what its JSON says."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

__all__ = ["mutated"]

_TOKENS: Final[Sequence[Any]] = (
    None,
    True,
    "",
    "nan",
    "-inf",
    "1e999",
    "-1",
    "0",
    "0.1.2",
    "\ud83d\ude00",
    "x" * 5_000,
    -1,
    0,
    2**63,
    2**64,
    -(2**70),
    10**400,
    1e308,
    1.5,
    [],
    {},
    [[]],
    [["1"]],
    [["1", "-1"]],
    {"k": {}},
)
_BYTES: Final = (b"{", b"}", b"[", b'"', b",", b":", b"\\", b"\xff\xfe", b"\x00", b"null", b"1e9")


def mutated(message: bytes, random: Random) -> bytes:
    """Return a message with one to three things wrong with it, or by chance with none."""
    for _ in range(random.randint(1, 3)):
        message = random.choice(_WAYS)(message, random)
    return message


def _flip(message: bytes, random: Random) -> bytes:
    if not message:
        return message
    place = random.randrange(len(message))
    return message[:place] + bytes([random.randrange(256)]) + message[place + 1 :]


def _cut(message: bytes, random: Random) -> bytes:
    start, end = sorted(random.randrange(len(message) + 1) for _ in range(2))
    return random.choice((message[:start], message[end:], message[:start] + message[end:]))


def _repeat(message: bytes, random: Random) -> bytes:
    start, end = sorted(random.randrange(len(message) + 1) for _ in range(2))
    return message[:end] + message[start:]


def _insert(message: bytes, random: Random) -> bytes:
    place = random.randrange(len(message) + 1)
    return message[:place] + random.choice(_BYTES) * random.randint(1, 3) + message[place:]


def _nest(message: bytes, random: Random) -> bytes:
    place = random.randrange(len(message) + 1)
    return message[:place] + random.choice((b"[", b'{"a":')) * 3_000 + message[place:]


def _retell(message: bytes, random: Random) -> bytes:
    """Put another value, or another key, somewhere into the JSON."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return _flip(message, random)
    holders = _holders(told)
    if not holders:
        return message
    holder = random.choice(holders)
    if isinstance(holder, list):
        holder[random.randrange(len(holder))] = random.choice(_TOKENS)
    else:
        key = random.choice(list(holder))
        value = holder.pop(key) if random.random() < 0.2 else random.choice(_TOKENS)
        holder[key if random.random() < 0.8 else key[::-1] + "x"] = value
    return json.dumps(told, separators=(",", ":")).encode(errors="replace")


_WAYS: Final[Sequence[Callable[[bytes, Random], bytes]]] = (
    *(_retell for _ in range(20)),
    *(_flip for _ in range(6)),
    *(_cut for _ in range(4)),
    *(_repeat for _ in range(2)),
    *(_insert for _ in range(4)),
    _nest,
)


def _holders(told: object) -> list[Any]:
    """Return every list and object in a message that is not empty."""
    found: list[Any] = []
    waiting = [told]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict | list) and part:
            found.append(part)
            waiting += part.values() if isinstance(part, dict) else part
    return found
