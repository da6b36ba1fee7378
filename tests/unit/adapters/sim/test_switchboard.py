"""Connections: which addresses open one, how many there may be, and when they end."""

import pytest

from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.terms import Terms
from tests.fakes.sim_desk import KEY, Desk, heard


def refused(desk: Desk, address: str) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        desk.connect(address)
    return refusal.value


@pytest.mark.parametrize("address", ["/", "/wss", "/market", "/ws-fapi/v2", "/control/else"])
def test_an_address_that_leads_nowhere_is_404(address: str) -> None:
    assert refused(Desk(), address).status == 404


def test_more_streams_than_allowed_are_refused_at_the_handshake() -> None:
    desk = Desk(terms=Terms(streams_max=2))

    assert refused(desk, "/market/ws/a@x/b@x/c@x").status == 404
    assert not desk.connect("/market/ws/a@x/b@x").is_closed


def test_only_so_many_connections_are_open_at_a_time() -> None:
    desk = Desk(terms=Terms(sessions_max=2))
    first = desk.connect("/ws")
    desk.connect("/ws")
    reason = refused(desk, "/ws")
    desk.protocol.close_session(first)
    desk.protocol.close_session(first)

    assert (reason.code, reason.status) == (-1003, 429)
    assert not desk.connect("/ws").is_closed


def test_a_handshake_with_the_api_weighs_five() -> None:
    desk = Desk()
    desk.connect("/ws-fapi/v1")

    assert desk.ask("/fapi/v1/time").headers["X-MBX-USED-WEIGHT-1M"] == "6"


def test_pings_come_every_three_minutes_and_the_end_after_a_day() -> None:
    desk = Desk(terms=Terms(ping_ms=180, life_ms=400))
    session = desk.connect("/ws")
    for _ in range(4):
        desk.wait(100)
        session.receive_pong(desk.clock.now_ms())

    assert heard(session) == ["ping", "close"]


def test_talking_too_fast_ends_the_connection_and_the_third_time_the_address() -> None:
    desk = Desk(terms=Terms(messages_per_second=1, strikes_max=2))
    for _ in range(3):
        session = desk.connect("/ws")
        for number in (1, 2):
            desk.say(session, {"method": "LIST_SUBSCRIPTIONS", "id": number})
        assert heard(session)[-1] == "close"

    assert desk.ask("/fapi/v1/time").status == 418


def test_the_api_does_not_count_messages_but_weights() -> None:
    desk = Desk()
    session = desk.connect("/ws-fapi/v1")
    for number in range(50):
        desk.say(session, {"id": number, "method": "ticker.price", "params": {"symbol": "BTCUSDT"}})

    assert not session.is_closed


def test_going_down_says_so_on_every_connection() -> None:
    desk = Desk()
    sessions = [desk.connect("/ws"), desk.connect("/ws-fapi/v1")]
    desk.protocol.switchboard.hang_up()

    assert [heard(session) for session in sessions] == [["close"], ["close"]]


def test_frames_are_counted_by_the_key_that_a_connection_names() -> None:
    desk = Desk()
    desk.connect("/market/ws/btcusdt@markPrice", headers={"x-mbx-apikey": KEY})
    desk.connect("/market/ws/btcusdt@markPrice")
    desk.trade("60010")

    assert desk.protocol.switchboard.frames(KEY) == 1


def test_all_is_flushed_when_nothing_waits_but_what_goes_last() -> None:
    desk = Desk()
    ear = desk.connect("/market/ws/btcusdt@markPrice")
    desk.trade("60010")
    desk.connect("/control/lockstep?token=let+me+in")
    before = desk.protocol.switchboard.is_flushed()
    heard(ear)

    assert (before, desk.protocol.switchboard.is_flushed()) == (False, True)


def test_connections_are_due_with_the_first_of_them_and_the_closed_not_at_all() -> None:
    desk = Desk(terms=Terms(ping_ms=180))
    board, began_ms = desk.protocol.switchboard, desk.clock.now_ms()
    dues = [board.due_ms]
    first = desk.connect("/ws")
    desk.wait(100)
    second = desk.connect("/ws")
    dues.append(board.due_ms)
    first.abort()
    dues.append(board.due_ms)
    second.abort()
    dues.append(board.due_ms)
    assert dues == [None, began_ms + 180, began_ms + 280, None]
