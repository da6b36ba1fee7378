"""Until when nothing can be asked of the bot, and from when on it counts anew."""

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.messages import Response, refusal
from noctule.adapters.sim.model import Refusal
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.excuses import Excuses, banned_ms, request_fault
from tests.fakes.storm_court import BTC, ETH, a_life
from tests.fakes.storm_scene import StormScene

ORDER, ALGO, QUESTION = "POST /fapi/v1/order", "POST /fapi/v1/algoOrder", "GET /fapi/v1/order"
STOP = Asked("POST", "/fapi/v1/algoOrder", {"symbol": BTC, "type": "STOP_MARKET"})
CLOSE = Asked("POST", "/fapi/v1/order", {"symbol": BTC, "type": "MARKET", "reduceOnly": "true"})
ASK = Asked("GET", "/fapi/v1/order", {"symbol": BTC, "signature": "0"})
FINE = Response(status=200, body=b"{}")
DOWN = refusal(Refusal(-1000, "Service Unavailable.", status=503))


class _Bench:
    def __init__(self) -> None:
        self.scene = StormScene()
        self.scene.life = a_life()
        self.anew: list[str | None] = []
        self.excuses = Excuses(self.scene, on_anew=self.anew.append)

    def answer(self, asked: Asked, response: Response, kind: FaultKind | None = None) -> None:
        self.excuses.asking()
        if kind is not None:
            self.excuses.befallen(Fault(kind=kind), f"{asked.method} {asked.path}")
        self.excuses.answered(asked, response)

    @property
    def left_ms(self) -> int:
        return self.excuses.until_ms(BTC) - self.scene.now_ms


def test_an_order_that_nobody_answers_excuses_its_symbol_until_it_may_be_tried_again() -> None:
    bench = _Bench()
    bench.answer(STOP, FINE, FaultKind.LOST_BEFORE)
    assert bench.left_ms == 2_200
    assert bench.excuses.until_ms(ETH) == 0
    bench.answer(STOP, FINE)
    assert bench.left_ms <= 0


def test_a_true_refusal_of_something_else_ends_no_excuse() -> None:
    bench = _Bench()
    bench.answer(CLOSE, FINE, FaultKind.LOST_BEFORE)
    bench.answer(STOP, refusal(Refusal(-2021, "Order would immediately trigger.")))
    assert bench.left_ms == 2_200


def test_what_nobody_took_counts_anew_once_it_is_taken() -> None:
    bench = _Bench()
    bench.answer(STOP, DOWN, FaultKind.UNAVAILABLE)
    assert bench.anew == []
    bench.answer(STOP, FINE)
    assert bench.anew == [BTC]


def test_a_question_without_an_answer_is_waited_for() -> None:
    bench = _Bench()
    bench.answer(ASK, FINE, FaultKind.LOST_AFTER)
    assert bench.left_ms == 7_500


def test_fields_that_nobody_knows_are_no_excuse() -> None:
    bench = _Bench()
    bench.answer(STOP, FINE, FaultKind.EXTRA_FIELDS)
    assert bench.left_ms <= 0


def test_a_ban_excuses_everything_and_then_counts_anew() -> None:
    bench = _Bench()
    bench.answer(ASK, Response(status=429, body=b"{}", headers={"Retry-After": "30"}))
    assert bench.left_ms == 31_000
    assert bench.anew == [None]


def test_a_start_has_a_while_and_longer_when_it_is_not_answered() -> None:
    bench = _Bench()
    bench.excuses.begin()
    assert bench.left_ms == 2_000
    bench.scene.life = a_life(is_running=False)
    bench.answer(ASK, DOWN, FaultKind.UNAVAILABLE)
    assert bench.left_ms == 8_000


def test_nobody_can_help_where_no_process_runs() -> None:
    bench = _Bench()
    assert not bench.excuses.is_helpless(BTC)
    bench.scene.life = None
    assert bench.excuses.is_helpless(BTC)


def test_a_limit_tells_how_long_it_lasts_or_has_its_usual_length() -> None:
    orders = refusal(Refusal(-1015, "Too many new orders.", status=429))
    weight = refusal(Refusal(-1003, "Too many requests.", status=429))
    ban = refusal(Refusal(-1003, "Way too many requests.", status=418))
    assert [banned_ms(each) for each in (orders, weight, ban)] == [10_000, 60_000, 120_000]


def test_requests_and_frames_are_told_apart() -> None:
    assert request_fault(ORDER)
    assert not request_fault("ORDER_TRADE_UPDATE")
    assert not request_fault("btcusdt@kline_1m closed")
