"""Whether the bot may not know what happened, and what lets it know."""

from noctule.app.storm.promises.hearing import Hearing
from noctule.domain.events.base import Event
from noctule.domain.events.desk import OrderReported
from noctule.domain.events.order import AccountFeedLost, OrderFilled
from noctule.domain.values import quantity
from tests.builders import START_MS, fill
from tests.fakes.desk_events import CANCELED, REPORT
from tests.fakes.events import tick
from tests.fakes.storm_court import BTC, ETH, a_life
from tests.fakes.storm_scene import StormScene

REPORTED = OrderReported(
    at_ms=START_MS,
    trace="",
    symbol=REPORT.symbol,
    client_order_id=REPORT.client_order_id,
    report=REPORT,
)
FILLED = OrderFilled(at_ms=START_MS, trace="", fill=fill(), remaining=quantity("0"))


class _Listening(StormScene):
    def __init__(self) -> None:
        super().__init__()
        self.life = a_life()
        self.exchange.listen_keys.of = lambda _key: ""  # type: ignore[method-assign,assignment]
        self.exchange.hub = {""}  # type: ignore[assignment]  # somebody listens


def test_who_listens_and_misses_nothing_knows() -> None:
    assert not Hearing(_Listening()).may_be_deaf


def test_a_frame_that_is_lost_may_keep_it_from_knowing_for_half_a_minute() -> None:
    scene = _Listening()
    hearing = Hearing(scene)
    hearing.befallen("ORDER_TRADE_UPDATE")
    assert hearing.may_be_deaf
    scene.clock.advance_to_ms(scene.clock.now_ms() + 36_000)
    assert not hearing.may_be_deaf


def test_a_request_that_goes_wrong_keeps_nobody_from_hearing() -> None:
    hearing = Hearing(_Listening())
    hearing.befallen("POST /fapi/v1/order")
    assert not hearing.may_be_deaf


def test_who_does_not_listen_may_not_know() -> None:
    scene = StormScene()
    scene.life = a_life()
    assert Hearing(scene).may_be_deaf


def test_who_reads_late_may_not_know() -> None:
    scene = _Listening()
    assert scene.life is not None
    scene.life.place.road.late_ms = 500
    assert Hearing(scene).may_be_deaf


def test_without_a_process_nobody_is_deaf() -> None:
    scene = _Listening()
    scene.life = None
    assert not Hearing(scene).may_be_deaf


def test_a_lost_account_feed_is_deafness_too() -> None:
    hearing = Hearing(_Listening())
    lost = AccountFeedLost(at_ms=START_MS, trace="", reason="silence")
    assert not hearing.tells(lost, BTC, is_by_trade=True)
    assert hearing.may_be_deaf


def test_a_fill_tells_what_is_held_and_an_end_what_rests() -> None:
    told: list[tuple[Event, str, bool, bool]] = [
        (FILLED, BTC, True, True),
        (FILLED, ETH, True, False),
        (FILLED, BTC, False, False),
        (CANCELED, BTC, False, True),
        (CANCELED, BTC, True, False),
        (REPORTED, BTC, False, True),
        (tick(), BTC, True, False),
    ]
    hearing = Hearing(_Listening())
    for event, symbol, is_by_trade, tells in told:
        assert hearing.tells(event, symbol, is_by_trade=is_by_trade) is tells, event
