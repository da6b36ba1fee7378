"""What a stream connection may say: SUBSCRIBE and its kin, and how each mistake is answered."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from noctule.adapters.sim.hub import Hub, Line

__all__ = ["StreamControl"]

_BAD_REQUEST: Final = 2
_BAD_JSON: Final = 3


class _Request(Struct, frozen=True):
    method: str
    id: int | str  # documented as an unsigned integer, but the official SDK sends text
    params: list[str | bool] = []  # a Struct copies it


class _Wrong(Exception):
    """The request is not one; its text says why."""


Answer = object


class StreamControl:
    """Answer the messages of stream connections, and keep the hub's subscriptions by them."""

    def __init__(self, hub: Hub, *, streams_max: int) -> None:
        self._hub = hub
        self._streams_max = streams_max
        self._methods: Final[dict[str, Callable[[Line, Sequence[str | bool]], Answer]]] = {
            "SUBSCRIBE": self._subscribe,
            "UNSUBSCRIBE": self._unsubscribe,
            "LIST_SUBSCRIPTIONS": _list,
            "SET_PROPERTY": _set_property,
            "GET_PROPERTY": _get_property,
        }

    def hear(self, line: Line, data: bytes) -> None:
        """Take one message and send its answer."""
        line.session.send(msgspec.json.encode(self._answer(line, data)))

    def _answer(self, line: Line, data: bytes) -> dict[str, object]:
        try:
            request = msgspec.json.decode(data, type=_Request)
            return {"result": self._obey(line, request), "id": request.id}
        except msgspec.ValidationError as exc:
            return _error(_BAD_REQUEST, f"Invalid request: {exc}")
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            return _error(_BAD_JSON, f"Invalid JSON: {exc}")
        except _Wrong as exc:
            return _error(_BAD_REQUEST, f"Invalid request: {exc}")

    def _obey(self, line: Line, request: _Request) -> Answer:
        method = self._methods.get(request.method)
        if method is None:
            known = ", ".join(f"`{name}`" for name in self._methods)
            raise _Wrong(f"unknown variant `{request.method}`, expected one of {known}")
        if isinstance(request.id, int) and request.id < 0:
            raise _Wrong("request ID must be an unsigned integer")
        return method(line, request.params)

    def _subscribe(self, line: Line, params: Sequence[str | bool]) -> Answer:
        names = _names(params)
        if len(line.names.keys() | set(names)) > self._streams_max:
            raise _Wrong(f"at most {self._streams_max} streams on one connection")
        for name in names:
            self._hub.subscribe(line, name)
        return None

    def _unsubscribe(self, line: Line, params: Sequence[str | bool]) -> Answer:
        for name in _names(params):
            self._hub.unsubscribe(line, name)
        return None


def _list(line: Line, _params: Sequence[str | bool]) -> Answer:
    return list(line.names)


def _set_property(line: Line, params: Sequence[str | bool]) -> Answer:
    match params:
        case ["combined", bool(wanted)]:
            line.is_combined = wanted
        case _:
            raise _Wrong('params must be ["combined", true] or ["combined", false]')
    return None


def _get_property(line: Line, params: Sequence[str | bool]) -> Answer:
    if list(params) != ["combined"]:
        raise _Wrong('params must be ["combined"]')
    return line.is_combined


def _names(params: Sequence[str | bool]) -> list[str]:
    names = [name for name in params if isinstance(name, str)]
    if not names or len(names) < len(params):
        raise _Wrong("params must be stream names")
    return names


def _error(code: int, msg: str) -> dict[str, object]:
    return {"code": code, "msg": msg}
