"""Whatever passes an exchange in a storm is seen, and told apart."""

import pytest
from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked, Watcher
from noctule.app.storm.story import Step
from tests.fakes.storm_scene import StormScene


class _Diary(Watcher):
    def __init__(self) -> None:
        self.lines: list[str] = []

    @override
    def asking(self, asked: Asked) -> None:
        self.lines.append(f"asking {asked.path}")

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        self.lines.append(f"answered {response.status}")

    @override
    def told(self, event: UserEvent) -> None:
        self.lines.append(type(event).__name__)


def test_a_request_is_seen_before_and_after_and_events_though_nobody_listens() -> None:
    scene, diary = StormScene(), _Diary()
    scene.exchange.watchers.append(diary)
    scene.ask("GET", "/fapi/v1/order", symbol="BTCUSDT")
    assert diary.lines == ["asking /fapi/v1/order", "answered 400"]
    scene.market("BTCUSDT", "0.010")
    assert {"OrderUpdated", "AccountUpdated"} <= {*diary.lines[2:]}


@pytest.mark.parametrize(
    ("method", "path", "sent", "step"),
    [
        ("POST", "order", {"type": "MARKET"}, Step.ENTRY),
        ("POST", "order", {"type": "MARKET", "reduceOnly": "true"}, Step.EXIT),
        ("POST", "order", {"type": "LIMIT", "reduceOnly": "true"}, Step.TARGET),
        ("POST", "algoOrder", {"type": "STOP_MARKET"}, Step.STOP),
        ("POST", "algoOrder", {"type": "TAKE_PROFIT_MARKET"}, Step.TARGET),
        ("DELETE", "algoOrder", {}, Step.CANCEL),
        ("GET", "openOrders", {"signature": "1"}, Step.QUESTION),
        ("GET", "time", {}, None),
        ("POST", "leverage", {"leverage": "5"}, None),
    ],
)
def test_a_request_says_which_step_of_a_trade_it_is(
    method: str, path: str, sent: dict[str, str], step: Step | None
) -> None:
    assert Asked(method, f"/fapi/v1/{path}", sent).step is step
