"""The owner's orders and positions are left alone, and nothing is entered beside them."""

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.app.storm.promises.foreign import ForeignIsLeftAlone
from noctule.domain.order import Leg
from tests.fakes.storm_court import BTC, Court, a_life
from tests.fakes.storm_life import a_name


def _rests(court: Court[ForeignIsLeftAlone]) -> None:
    court.order("hand-1", "0.1", type="LIMIT", price="58000", timeInForce="GTC")


def test_a_position_of_the_bots_own_is_guarded_and_left() -> None:
    court = Court(ForeignIsLeftAlone)
    court.enter()
    court.wait(60_000)
    court.stop()
    court.cancel_stop()
    court.leave()
    assert court.told == []


def test_his_position_is_not_entered_nor_guarded_nor_closed() -> None:
    court = Court(ForeignIsLeftAlone)
    court.scene.market(BTC, "0.1")
    court.wait(10_000)
    court.stop()
    court.enter()
    court.cancel_stop()
    assert court.told == [
        "BTCUSDT: a stop is sent for what is foreign: 0.1 is held, [] rest",
        f"BTCUSDT is entered beside what is foreign: 0.1 is held, ['{a_name(Leg.STOP)}'] rest",
    ]


def test_beside_his_order_nothing_is_entered() -> None:
    court = Court(ForeignIsLeftAlone)
    _rests(court)
    court.wait(10_000)
    court.enter()
    assert court.told == ["BTCUSDT is entered beside what is foreign: 0 is held, ['hand-1'] rest"]


def test_who_cannot_know_yet_is_excused() -> None:
    court = Court(ForeignIsLeftAlone)
    _rests(court)
    court.wait(1_000)
    court.enter()
    assert court.told == []


def test_who_missed_a_frame_is_excused() -> None:
    court = Court(ForeignIsLeftAlone)
    court.rule.befallen(Fault(kind=FaultKind.DROPPED_FRAME), "ORDER_TRADE_UPDATE")
    _rests(court)
    court.wait(10_000)
    court.enter()
    assert court.told == []


def test_a_start_counts_from_when_it_is_over() -> None:
    court = Court(ForeignIsLeftAlone)
    _rests(court)
    court.life = court.scene.life = a_life(is_running=False)
    court.wait(10_000)
    court.enter()
    assert court.told == []


def test_his_order_is_not_cancelled_by_name_or_number_or_with_all() -> None:
    court = Court(ForeignIsLeftAlone)
    _rests(court)
    (number,) = court.scene.account.orders
    court.ask("DELETE", "/fapi/v1/allOpenOrders", symbol=BTC)
    _rests(court)
    court.ask("DELETE", "/fapi/v1/order", symbol=BTC, origClientOrderId="hand-1")
    court.ask("DELETE", "/fapi/v1/order", symbol=BTC, orderId=str(number))
    assert court.told == [
        "BTCUSDT: ['hand-1'] are cancelled with all others",
        "hand-1 is cancelled, which is none of ours",
    ]
