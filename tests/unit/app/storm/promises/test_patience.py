"""Whoever is refused and asks again at once, again and again, is told of."""

from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.patience import NoIsTaken
from noctule.app.storm.scene import Violation
from tests.fakes.storm_scene import StormScene

STOP = Asked("POST", "/fapi/v1/algoOrder", {"symbol": "BTCUSDT", "type": "STOP_MARKET"})
NO, YES = Response(status=400, body=b"{}"), Response(status=200, body=b"{}")


def told_of(pause_ms: int, answer: Response) -> list[Violation]:
    told: list[Violation] = []
    scene = StormScene()
    rule = NoIsTaken(scene, told.append)
    for _ in range(25):
        rule.answered(STOP, answer)
        scene.clock.advance_to_ms(scene.clock.now_ms() + pause_ms)
    return told


def test_a_no_that_is_not_taken_is_told_of_once() -> None:
    (told,) = told_of(50, NO)
    assert told.text == "BTCUSDT: stop was refused 20 times in 950 ms"


def test_with_pauses_or_with_success_it_may_go_on() -> None:
    assert told_of(500, NO) == []
    assert told_of(50, YES) == []
