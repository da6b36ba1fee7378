"""One WebSocket connection as an object: what came in, what waits to go out, how long it lives."""

from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.terms import Terms

__all__ = ["UNLIMITED", "Close", "Frame", "FrameKind", "Session"]

UNLIMITED: Final = 1_000_000  # messages a second, for those whose number does not matter

_SECOND_MS: Final = 1_000


class FrameKind(StrEnum):
    """What a frame is; ABORT ends the connection without one."""

    TEXT = "text"
    PING = "ping"
    PONG = "pong"
    CLOSE = "close"
    ABORT = "abort"


class Close(StrEnum):
    """Why the exchange hangs up."""

    TOO_FAST = "Too many requests"
    TOO_OLD = "Connection expired"
    NO_PONG = "Ping timeout"
    GONE = "going away"


class Frame(Struct, frozen=True):
    """One thing to send: its data, or for CLOSE the reason, with its code."""

    kind: FrameKind
    data: bytes = b""
    code: int = 0


class Session:
    """A connection without its socket; the rim drains `outbox` whenever `wake` is called.

    Nothing is ever put into an outbox after a CLOSE or ABORT.
    """

    def __init__(self, *, number: int, peer: str, now_ms: int, terms: Terms) -> None:
        self.number = number
        self.peer = peer
        self.api_key = ""  # whose it is, as far as it said so
        self.outbox: deque[Frame] = deque()  # bounded by terms.outbox_max
        self.sent = 0  # text frames put into the outbox
        self.wake: Callable[[], None] = _nobody
        self.on_text: Callable[[bytes], None] = _unheard
        self.on_too_fast: Callable[[], None] = _nobody
        self.on_gone: Callable[[], None] = _nobody
        self.messages_per_second = terms.messages_per_second
        self.is_mute = False  # half-open: it takes everything and never says a word
        self.is_closed = False
        self.is_last = False  # its frames are carried away after everybody else's
        self._terms = terms
        self._born_ms = now_ms
        self._pinged_ms = now_ms
        self._ponged_ms = now_ms
        self._second = 0
        self._heard = 0  # messages within that second

    def send(self, data: bytes) -> None:
        """Queue a text frame."""
        self._owe(Frame(FrameKind.TEXT, data))

    def close(self, reason: Close, *, code: int = 1008) -> None:
        """Hang up politely."""
        self._put(Frame(FrameKind.CLOSE, reason.value.encode(), code))
        self.is_closed = True

    def abort(self) -> None:
        """Cut the line: no close frame, and what waited is lost."""
        self.outbox.clear()
        self.is_mute = False
        self._put(Frame(FrameKind.ABORT))
        self.is_closed = True

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take a text message, unless it is one too many within a second."""
        if self._may_speak(now_ms):
            self.on_text(data)

    def receive_ping(self, payload: bytes, now_ms: int) -> None:
        """Answer a ping with its own payload."""
        if self._may_speak(now_ms):
            self._owe(Frame(FrameKind.PONG, payload))

    def receive_pong(self, now_ms: int) -> None:
        """Note that somebody is there."""
        if self._may_speak(now_ms):
            self._ponged_ms = now_ms

    def tend(self, now_ms: int) -> None:
        """Ping when it is time; hang up on the silent, and on everybody after a day."""
        if self.is_closed:
            return
        if now_ms - self._born_ms >= self._terms.life_ms:
            self.close(Close.TOO_OLD, code=1001)
        elif self._ponged_ms < self._pinged_ms and now_ms - self._ponged_ms >= self._terms.pong_ms:
            self.close(Close.NO_PONG)
        elif now_ms - self._pinged_ms >= self._terms.ping_ms:
            self._pinged_ms = now_ms
            self._put(Frame(FrameKind.PING, str(now_ms).encode()))

    @property
    def due_ms(self) -> int:
        """Return when it has to be tended next."""
        dies_ms, pings_ms = (
            self._born_ms + self._terms.life_ms,
            self._pinged_ms + self._terms.ping_ms,
        )
        if self._ponged_ms < self._pinged_ms:
            return min(dies_ms, pings_ms, self._ponged_ms + self._terms.pong_ms)
        return min(dies_ms, pings_ms)

    def _may_speak(self, now_ms: int) -> bool:
        """Count pings, pongs and texts alike; whoever exceeds the limit is cut off."""
        if self.is_closed:
            return False
        second = now_ms // _SECOND_MS
        self._heard = self._heard + 1 if second == self._second else 1
        self._second = second
        if self._heard > self.messages_per_second:
            self.close(Close.TOO_FAST)
            self.on_too_fast()
        return not self.is_closed

    def _owe(self, frame: Frame) -> None:
        """Queue a frame, unless its reader owes us too many: such a one is dropped."""
        if len(self.outbox) < self._terms.outbox_max:
            self._put(frame)
        else:
            self.abort()

    def _put(self, frame: Frame) -> None:
        if self.is_closed or (self.is_mute and frame.kind is not FrameKind.ABORT):
            return
        self.sent += frame.kind is FrameKind.TEXT
        self.outbox.append(frame)
        self.wake()


def _nobody() -> None:
    """Stand in until somebody wants to be told."""


def _unheard(data: bytes) -> None:
    """Stand in until the session is told who listens to it."""
    raise AssertionError(f"nobody listens to {data!r}")
