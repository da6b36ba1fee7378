"""A stop that was refused because its price is passed, and no close after it, is told of."""

from decimal import Decimal

from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.passed import PassedStopCloses
from noctule.app.storm.scene import Violation
from noctule.domain.events.desk import SymbolReported
from noctule.domain.report import SymbolLook
from tests.builders import BTCUSDT
from tests.fakes.storm_life import a_name, a_running_life
from tests.fakes.storm_scene import StormScene

STOP = Asked("POST", "/fapi/v1/algoOrder", {"symbol": "BTCUSDT", "type": "STOP_MARKET"})
CLOSE = Asked("POST", "/fapi/v1/order", {"symbol": "BTCUSDT", "reduceOnly": "true"})
PASSED = Response(status=400, body=b'{"code":-2021,"msg":"would trigger"}')
PAGE = Response(status=403, body=b"<html>")
YES = Response(status=200, body=b"{}")


class Watched:
    """A position of the bot's whose stop was answered."""

    def __init__(self, answer: Response) -> None:
        self.told: list[Violation] = []
        self.scene = StormScene()
        self.scene.life = a_running_life()
        self.rule = PassedStopCloses(self.scene, self.told.append)
        self.scene.exchange.watchers.append(self.rule)
        self.scene.market("BTCUSDT", "0.01", name=a_name())
        self.answer(answer)
        look = SymbolLook(
            symbol=BTCUSDT,
            signed_quantity=Decimal(0),
            entry_price=None,
            orders=(),
            at_ms=1,
            position_ms=1,
        )
        self.rule.heard(SymbolReported(at_ms=1, trace="t", look=look))

    def answer(self, answer: Response) -> None:
        """Let a stop be answered so."""
        self.rule.asking(STOP)
        self.rule.answered(STOP, answer)

    def wait(self) -> list[Violation]:
        """Let some seconds pass; return what is said."""
        for _ in range(6):
            self.scene.clock.advance_to_ms(self.scene.clock.now_ms() + 1_000)
            self.rule.look()
        return self.told


def test_a_passed_stop_without_a_close_is_told_of() -> None:
    assert [each.rule for each in Watched(PASSED).wait()] == ["a passed stop closes"]


def test_a_close_or_a_stop_that_rests_after_all_is_enough() -> None:
    closing, resting = Watched(PASSED), Watched(PASSED)
    closing.rule.asking(CLOSE)
    resting.answer(YES)
    assert closing.wait() == []
    assert resting.wait() == []


def test_other_answers_and_a_position_that_is_gone_are_no_news() -> None:
    gone = Watched(PASSED)
    gone.scene.market("BTCUSDT", "-0.01")
    assert gone.wait() == []
    assert Watched(PAGE).wait() == []
