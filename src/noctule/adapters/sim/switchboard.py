"""Every open connection: which kind an address asks for, who listens to it, when it ends."""

from itertools import count
from typing import Final
from urllib.parse import parse_qs

from noctule.adapters.sim.clerk import Clerk
from noctule.adapters.sim.hub import Hub, Line
from noctule.adapters.sim.listen_keys import ListenKeys
from noctule.adapters.sim.messages import Request
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.sessions import UNLIMITED, Close, Session
from noctule.adapters.sim.stream_control import StreamControl
from noctule.adapters.sim.streams import Dial, dial_of
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.times import Times, least
from noctule.adapters.sim.ws_api import HANDSHAKE_WEIGHT, ApiLine, WsApi

__all__ = ["API_PATH", "Switchboard"]

API_PATH: Final = "/ws-fapi/v1"


class Switchboard:
    """Open, tend and close sessions; at most so many at a time."""

    def __init__(
        self, hub: Hub, api: WsApi, *, clerk: Clerk, keys: ListenKeys, terms: Terms, times: Times
    ) -> None:
        self._hub = hub
        self._api = api
        self._clerk = clerk
        self._keys = keys
        self._terms = terms
        self._times = times
        self._stream_control = StreamControl(hub, streams_max=terms.streams_max)
        self._numbers = count(1)
        self._sessions: dict[int, Session] = {}  # at most terms.sessions_max
        self._sent_before: dict[str, int] = {}  # by API key, on connections that are gone

    def __len__(self) -> int:
        return len(self._sessions)

    def open(self, request: Request) -> Session:
        """Return the session of a WebSocket handshake, or raise why there is none."""
        if len(self._sessions) >= self._terms.sessions_max:
            raise Refusal(-1003, "Too many connections.", status=429)
        if request.path == API_PATH:
            self._clerk.weigh(request.peer, HANDSHAKE_WEIGHT)
            return self._open_api(request)
        dial = dial_of(request.path, request.query)
        if dial is None or len(dial.streams) > self._terms.streams_max:
            raise Refusal(-5000, f"Path {request.path} is invalid", status=404)
        return self._open_streams(request, dial)

    def open_bare(self, request: Request) -> Session:
        """Return a session to which nobody listens yet."""
        now_ms = self._times.real_ms()
        session = Session(
            number=next(self._numbers), peer=request.peer, now_ms=now_ms, terms=self._terms
        )
        session.on_too_fast = lambda: self._strike(session)
        self._sessions[session.number] = session
        return session

    def close(self, session: Session) -> None:
        """Forget a session whose connection is gone."""
        if self._sessions.pop(session.number, None) is None:
            return
        session.is_closed = True
        session.on_gone()
        if session.api_key:
            before = self._sent_before.get(session.api_key, 0)
            self._sent_before[session.api_key] = before + session.sent

    def tend(self, now_ms: int) -> None:
        """Ping who has to be pinged, and hang up on those whose time is over."""
        for session in tuple(self._sessions.values()):
            session.tend(now_ms)

    @property
    def due_ms(self) -> int | None:
        """Return when one of them has to be tended next."""
        return least(*[each.due_ms for each in self._sessions.values() if not each.is_closed])

    def hang_up(self) -> None:
        """Close every connection: the exchange goes down."""
        for session in self._sessions.values():
            session.close(Close.GONE, code=1001)

    def frames(self, api_key: str) -> int:
        """Return how many frames the owner of a key was sent, on all connections so far."""
        open_now = (each.sent for each in self._sessions.values() if each.api_key == api_key)
        return self._sent_before.get(api_key, 0) + sum(open_now)

    def is_flushed(self) -> bool:
        """Tell whether everything has been carried away but what is to go last."""
        return not any(each.outbox for each in self._sessions.values() if not each.is_last)

    def owner(self, request: Request) -> str:
        """Return whose connection it is to be, as far as it says so: by header or as `?apiKey=`.

        It is never asked for, and counts for lock-step only.
        """
        (named,) = parse_qs(request.query).get("apiKey", [""])[:1]
        return request.headers.get("x-mbx-apikey") or named

    def _open_api(self, request: Request) -> Session:
        session = self.open_bare(request)
        session.messages_per_second = UNLIMITED  # its messages have weights instead
        (wanted,) = parse_qs(request.query).get("returnRateLimits", ["true"])[:1]
        line = ApiLine(session, tells_limits=wanted != "false", now_ms=self._times.told_ms())
        session.on_text = lambda data: self._api.hear(line, data)
        return session

    def _open_streams(self, request: Request, dial: Dial) -> Session:
        session = self.open_bare(request)
        session.api_key = self.owner(request)
        line = Line(session, dial)
        for name, events in zip(dial.streams, dial.events, strict=True):
            self._hub.subscribe(line, name, events)
            session.api_key = self._keys.owner(name) or session.api_key
        session.on_text = lambda data: self._stream_control.hear(line, data)
        session.on_gone = lambda: self._hub.leave(line)
        return session

    def _strike(self, session: Session) -> None:
        """Hold it against an address that one of its connections talked too fast (facts 4)."""
        self._clerk.strike(session.peer)
