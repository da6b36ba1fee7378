"""Who listens to what: stream subscriptions, and the frames that go out to them."""

from collections import Counter
from collections.abc import Callable

import msgspec
from msgspec import Struct

from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.streams import Dial, Route, base_of, is_carried

__all__ = ["Hub", "Line"]

Events = frozenset[str] | None  # the types of user event wanted; None is all of them


class Subscription(Struct, frozen=True):
    """One stream of one line, under the name by which it was asked for."""

    line: "Line"
    name: str
    events: Events


class Line:
    """A session that listens to streams: what it asked for, in order."""

    def __init__(self, session: Session, dial: Dial) -> None:
        self.session = session
        self.route: Route = dial.route
        self.is_combined = dial.is_combined
        self.names: dict[str, None] = {}  # at most terms.streams_max

    def send(self, name: str, payload: bytes) -> None:
        """Send one payload, in an envelope if this line has them."""
        if self.is_combined:
            payload = b'{"stream":%b,"data":%b}' % (msgspec.json.encode(name), payload)
        self.session.send(payload)


class Hub:
    """Subscriptions by stream; a stream that a line's route does not carry is never found here."""

    def __init__(self, on_stream: Callable[[str], None]) -> None:
        self._on_stream = on_stream  # told of each stream when its first listener comes
        # Bounded by sessions times streams; a stream nobody listens to is forgotten.
        self._listeners: dict[str, dict[tuple[Line, str], Subscription]] = {}
        self._asked: Counter[str] = Counter()  # how many listen under each name, pace and all

    def __contains__(self, stream: str | None) -> bool:
        return stream in self._listeners

    def subscribe(self, line: Line, name: str, events: Events = None) -> None:
        """Listen; what the route does not carry is accepted and stays silent (facts 4)."""
        line.names[name] = None
        if is_carried(line.route, name):
            base = base_of(name)
            if base not in self._listeners:
                self._listeners[base] = {}
                self._on_stream(base)
            heard = self._listeners[base]
            if (line, name) not in heard:
                self._asked[name] += 1
            heard[line, name] = Subscription(line, name, events)

    def unsubscribe(self, line: Line, name: str) -> None:
        """Listen no longer; nothing happens if it did not."""
        line.names.pop(name, None)
        base = base_of(name)
        heard = self._listeners.get(base, {})
        if heard.pop((line, name), None) is not None:
            self._forget(name)
        if not heard:
            self._listeners.pop(base, None)

    def leave(self, line: Line) -> None:
        """Forget a line that is gone."""
        for name in list(line.names):
            self.unsubscribe(line, name)

    def silence(self, stream: str) -> None:
        """Forget a stream: nothing more comes on it, though no line is cut."""
        for _, name in self._listeners.pop(stream, {}):
            self._forget(name)

    def send(self, stream: str, kind: str, payload: bytes) -> None:
        """Send to everybody who listens to this stream and wants this kind of event."""
        for subscription in self._heard(stream):
            if subscription.events is None or kind in subscription.events:
                subscription.line.send(subscription.name, payload)

    def is_asked(self, name: str) -> bool:
        """Tell whether anybody listens to a stream under this very name, pace and all."""
        return self._asked[name] > 0

    def lines(self, stream: str) -> list[Line]:
        """Return the lines that listen to this stream."""
        return [subscription.line for subscription in self._heard(stream)]

    def _forget(self, name: str) -> None:
        self._asked[name] -= 1
        if not self._asked[name]:
            del self._asked[name]

    def _heard(self, stream: str) -> tuple[Subscription, ...]:
        return tuple(self._listeners.get(stream, {}).values())
