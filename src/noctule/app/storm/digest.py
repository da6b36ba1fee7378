"""One number for all that happened in a storm: two runs that agree in it were the same run."""

from hashlib import blake2b
from pathlib import Path

import msgspec
from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked, Watcher
from noctule.domain.events.base import Event

__all__ = ["Digest"]

_encode = msgspec.msgpack.Encoder().encode


class Digest(Watcher):
    """Takes in every request with its answer, every event of the account and of the bot.

    Where the bot happens to live is no part of what happened: that folder has another name each
    time, though always as long.
    """

    def __init__(self, clock: VirtualClock, *, folder: Path) -> None:
        self._clock = clock
        self._folder = str(folder).encode()
        self._hash = blake2b(digest_size=16)
        self.events = self.requests = 0

    @property
    def hex(self) -> str:
        """Return it."""
        return self._hash.hexdigest()

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        self.requests += 1
        sent = {name: value for name, value in asked.sent.items() if name != "signature"}
        self._note((asked.method, asked.path, sent, response.status, response.fate))

    @override
    def told(self, event: UserEvent) -> None:
        self._note((type(event).__name__, event))

    def hear(self, event: Event) -> None:
        """Take in an event of the bot's bus."""
        self._note((type(event).__name__, event))

    def _note(self, what: object) -> None:
        self.events += 1
        told = _encode((self._clock.now_us(), what))
        self._hash.update(told.replace(self._folder, b"~"))
