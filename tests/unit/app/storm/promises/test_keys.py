"""An expired key that nobody renews is told of."""

from noctule.adapters.sim.events import ListenKeyExpired
from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.keys import KeyIsRenewed
from tests.fakes.storm_life import a_running_life
from tests.fakes.storm_scene import OPEN_MS, StormScene

ASKED = Asked("POST", "/fapi/v1/listenKey", {})
ANYTHING = Asked("GET", "/fapi/v1/time", {})


class Watched:
    """A running bot whose key has expired."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.scene = StormScene()
        self.scene.life = a_running_life()
        self.rule = KeyIsRenewed(self.scene, lambda violation: self.told.append(violation.text))
        self.rule.told(ListenKeyExpired(time_ms=OPEN_MS, listen_key="k"))

    def wait(self, seconds: int) -> list[str]:
        """Let so much time pass; return what is said."""
        for _ in range(seconds):
            self.scene.clock.advance_to_ms(self.scene.clock.now_ms() + 1_000)
            self.rule.look()
        return self.told


def test_a_key_that_is_not_renewed_is_told_of_once() -> None:
    assert Watched().wait(200) == ["no other is asked for in 60000 ms"]


def test_a_key_that_is_renewed_or_a_process_that_begins_anew_is_no_news() -> None:
    asked, reborn = Watched(), Watched()
    asked.rule.asking(ASKED)
    reborn.rule.born(a_running_life())
    assert [*asked.wait(200), *reborn.wait(200)] == []


def test_as_long_as_something_else_goes_wrong_nobody_is_blamed() -> None:
    watched = Watched()
    for _ in range(5):
        watched.wait(50)
        watched.rule.befallen(Fault(kind=FaultKind.LOST_BEFORE), "GET /fapi/v1/time")
        watched.wait(50)
        watched.rule.answered(ANYTHING, Response(status=429, body=b"{}"))
    assert watched.told == []
    watched.scene.life = None
    assert watched.wait(200) == []
