"""What a stream connection is answered, mistakes included."""

import json
from typing import Any

import pytest

from noctule.adapters.sim.hub import Hub, Line
from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.stream_control import StreamControl
from noctule.adapters.sim.streams import Dial, Route
from noctule.adapters.sim.terms import Terms


def unwatched(_stream: str) -> None:
    """Watch nothing: these streams have no market behind them."""


class Caller:
    """One connection to the market streams."""

    def __init__(self) -> None:
        self.hub = Hub(unwatched)
        self.control = StreamControl(self.hub, streams_max=3)
        session = Session(number=1, peer="", now_ms=0, terms=Terms())
        self.line = Line(session, Dial(route=Route.MARKET, is_combined=False))

    def say(self, message: object) -> Any:
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.control.hear(self.line, data)
        return json.loads(self.line.session.outbox.pop().data)

    def ask(self, method: str, *params: object) -> Any:
        return self.say({"method": method, "params": params, "id": 7})


def test_subscriptions_are_acknowledged_listed_and_ended() -> None:
    caller = Caller()

    assert caller.ask("SUBSCRIBE", "btcusdt@kline_1m", "nonsense") == {"result": None, "id": 7}
    assert caller.ask("LIST_SUBSCRIPTIONS") == {"result": ["btcusdt@kline_1m", "nonsense"], "id": 7}
    assert caller.ask("UNSUBSCRIBE", "nonsense") == {"result": None, "id": 7}
    assert caller.ask("LIST_SUBSCRIPTIONS") == {"result": ["btcusdt@kline_1m"], "id": 7}


def test_an_id_may_be_text_though_the_documents_say_it_is_a_number() -> None:
    answer = Caller().say({"method": "SUBSCRIBE", "params": ["a"], "id": "seven"})

    assert answer == {"result": None, "id": "seven"}


def test_the_envelope_can_be_switched_on_and_asked_for() -> None:
    caller = Caller()
    before = caller.ask("GET_PROPERTY", "combined")
    caller.ask("SET_PROPERTY", "combined", True)

    assert before == {"result": False, "id": 7}
    assert caller.ask("GET_PROPERTY", "combined") == {"result": True, "id": 7}


@pytest.mark.parametrize(
    "message",
    [
        {"method": "SUBSCRIBE", "params": ["a"]},
        {"method": "SUBSCRIBE", "params": ["a"], "id": None},
        {"method": "SUBSCRIBE", "params": ["a"], "id": -1},
        {"method": "SUBSCRIBE", "params": ["a"], "id": 1.5},
        {"method": "SUBSCRIBE", "params": [], "id": 1},
        {"method": "SUBSCRIBE", "params": [True], "id": 1},
        {"method": "SUBSCRIBE", "params": "a", "id": 1},
        {"method": "SUBSCRIBE", "params": ["a", "b", "c", "d"], "id": 1},
        {"method": "SHOUT", "params": ["a"], "id": 1},
        {"method": "SET_PROPERTY", "params": ["combined", "yes"], "id": 1},
        {"method": "SET_PROPERTY", "params": ["volume", True], "id": 1},
        {"method": "GET_PROPERTY", "params": ["volume"], "id": 1},
        ["SUBSCRIBE"],
        {},
    ],
)
def test_a_wrong_request_is_answered_with_code_2(message: object) -> None:
    answer = Caller().say(message)

    assert answer["code"] == 2
    assert answer["msg"].startswith("Invalid request: ")


@pytest.mark.parametrize("data", [b"", b"{", b"subscribe", b"\xff\xfe"])
def test_what_is_no_json_is_answered_with_code_3(data: bytes) -> None:
    answer = Caller().say(data)

    assert answer["code"] == 3
    assert answer["msg"].startswith("Invalid JSON: ")


def test_a_refused_subscription_changes_nothing() -> None:
    caller = Caller()
    caller.ask("SUBSCRIBE", "a", "b", "c", "d")

    assert caller.ask("LIST_SUBSCRIPTIONS")["result"] == []
