"""Lock-step over a connection: told of each step, a client answers when all is quiet around it.

The exchange says {"step": 12, "time": …, "frames": 34} once everybody has been sent what the step
caused; `frames` counts what this client's API key was sent on its other connections so far. The
client answers {"quiet": 12, "frames": 34} when it has received as many and will do nothing more;
without `frames` its word is enough. An answer that does not fit is told the present state again.
When there is nothing left to replay the state is told once more, with "over": true.
"""

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from noctule.adapters.sim.quiet import QuietGate
from noctule.adapters.sim.sessions import UNLIMITED, Session

__all__ = ["Lockstep"]

_encode = msgspec.json.Encoder().encode


class _Quiet(Struct, frozen=True, forbid_unknown_fields=True):
    quiet: int
    frames: int | None = None


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the market stands, and how much a client was told of it."""

    step: int
    time: int
    frames: int
    over: bool = False


class Lockstep:
    """Keep the market waiting for every connected client that asked for it."""

    def __init__(self, *, now_ms: Callable[[], int], frames: Callable[[str], int]) -> None:
        self._gate: Final = QuietGate()
        self._now_ms = now_ms
        self._frames = frames
        self._step = 0
        self._is_over = False
        self._members: dict[str, tuple[Session, str]] = {}  # at most as many as sessions

    @property
    def may_go_on(self) -> bool:
        """Tell whether the next step may happen."""
        return self._gate.is_quiet

    @property
    def is_held(self) -> bool:
        """Tell whether anybody is in lock-step at all."""
        return bool(self._members)

    @property
    def waiting_for(self) -> int:
        """Return how many have not said yet that all is quiet."""
        return len(self._gate.waiting_for)

    def join(self, session: Session, api_key: str) -> None:
        """Wait for this client from now on."""
        member = str(session.number)
        self._members[member] = session, api_key
        self._gate.join(member)
        session.on_text = lambda data: self._hear(member, data)
        session.is_last = True
        session.messages_per_second = UNLIMITED
        session.on_gone = lambda: self._leave(member)
        self._tell(member)

    def stepped(self, step: int) -> None:
        """Tell everybody in lock-step that this step has been told to all."""
        self._step = step
        self._gate.stepped(step)
        for member in self._members:
            self._tell(member)

    def end(self) -> None:
        """Tell everybody in lock-step that there are no more steps."""
        self._is_over = True
        for member in self._members:
            self._tell(member)

    def _leave(self, member: str) -> None:
        self._members.pop(member, None)
        self._gate.leave(member)

    def _hear(self, member: str, data: bytes) -> None:
        session, api_key = self._members[member]
        try:
            said = msgspec.json.decode(data, type=_Quiet)
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            session.send(_encode({"code": 3, "msg": f"Invalid JSON: {exc}"}))
            return
        is_complete = said.frames is None or said.frames == self._frames(api_key)
        if not is_complete or not self._gate.acknowledge(member, said.quiet):
            self._tell(member)

    def _tell(self, member: str) -> None:
        session, api_key = self._members[member]
        state = State(
            step=self._step,
            time=self._now_ms(),
            frames=self._frames(api_key),
            over=self._is_over,
        )
        session.send(_encode(state))
