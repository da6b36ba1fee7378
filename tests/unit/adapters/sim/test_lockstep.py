"""Lock-step: the market waits for everybody who asked for it."""

import pytest

from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.sessions import Session
from tests.fakes.sim_desk import KEY, Desk, heard

ADDRESS = "/control/lockstep?token=let+me+in"


def last(desk: Desk) -> int:
    return int(desk.protocol.venue.exchange.quote("BTCUSDT").last)


def join(desk: Desk) -> tuple[Session, int]:
    session = desk.connect(ADDRESS, headers={"x-mbx-apikey": KEY})
    (state,) = heard(session)
    return session, state["step"]


def test_nothing_happens_until_everybody_is_quiet() -> None:
    desk = Desk()
    (one, step), (two, _) = join(desk), join(desk)
    desk.trade("60010")
    desk.say(one, {"quiet": step})
    desk.protocol.advance()
    held = last(desk)
    desk.say(two, {"quiet": step})
    desk.protocol.advance()
    told = heard(one)
    for each in (one, two):
        desk.say(each, {"quiet": step + 1})
    desk.protocol.advance()

    assert held == 60_000
    assert [state["step"] for state in told] == [step + 1]  # the mark price; the trade is next
    assert last(desk) == 60_010


def test_a_client_is_told_how_many_frames_its_key_was_sent() -> None:
    desk = Desk()
    stream = desk.connect(f"/private/ws/{desk.listen_key()}")
    session, step = join(desk)
    desk.order()
    desk.say(session, {"quiet": step, "frames": 3})
    (refused,) = heard(session)
    desk.say(session, {"quiet": step, "frames": 4})

    assert (refused["step"], refused["frames"]) == (step, 4)
    assert heard(session) == []
    assert len(heard(stream)) == 4
    assert desk.control("GET", "state").content["waitingFor"] == 0


def test_an_old_step_is_not_the_present_one() -> None:
    desk = Desk()
    session, step = join(desk)
    desk.say(session, {"quiet": step - 1})

    assert [state["step"] for state in heard(session)] == [step]


def test_frames_of_a_connection_that_is_gone_still_count() -> None:
    desk = Desk()
    stream = desk.connect(f"/private/ws/{desk.listen_key()}")
    desk.order()
    desk.protocol.close_session(stream)
    session = desk.connect(ADDRESS, headers={"x-mbx-apikey": KEY})

    assert heard(session)[0]["frames"] == 4


def test_whoever_leaves_is_not_waited_for() -> None:
    desk = Desk()
    session, _ = join(desk)
    desk.trade("60010")
    held = last(desk)
    desk.protocol.close_session(session)
    desk.protocol.advance()

    assert (held, last(desk)) == (60_000, 60_010)


def test_what_is_no_answer_is_told_so() -> None:
    desk = Desk()
    session, _ = join(desk)
    desk.say(session, {"loud": 1})

    assert heard(session)[0]["code"] == 3


@pytest.mark.parametrize("token", ["", "?token=wrong"])
def test_lock_step_needs_the_token(token: str) -> None:
    with pytest.raises(Refusal) as refusal:
        Desk().connect(f"/control/lockstep{token}")
    assert refusal.value.status == 401


def test_everybody_is_told_when_nothing_is_left_to_happen_and_whoever_comes_later() -> None:
    desk = Desk()
    session, step = join(desk)
    desk.protocol.lockstep.end()
    late = desk.connect(ADDRESS)

    (told,), (at_first,) = heard(session), heard(late)
    assert (told["step"], told["over"]) == (step, True)
    assert at_first["over"] is True


def test_a_client_that_cannot_set_headers_names_its_key_in_the_address() -> None:
    desk = Desk()
    stream = desk.connect(f"/public/ws/btcusdt@bookTicker?apiKey={KEY}")
    session = desk.connect(f"{ADDRESS}&apiKey={KEY}")
    (before,) = heard(session)
    desk.say(stream, {"method": "LIST_SUBSCRIPTIONS", "id": 1})
    desk.say(session, {"quiet": before["step"], "frames": 0})

    (after,) = heard(session)
    assert (before["frames"], after["frames"]) == (0, 1)
