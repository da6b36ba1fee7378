"""Connections without sockets: pings, lives, limits, and the ways they end."""

import pytest

from noctule.adapters.sim.sessions import Close, Frame, FrameKind, Session
from noctule.adapters.sim.terms import Terms

TERMS = Terms(ping_ms=100, pong_ms=300, life_ms=1_000, outbox_max=3, messages_per_second=2)


def session(terms: Terms = TERMS) -> Session:
    made = Session(number=1, peer="127.0.0.1", now_ms=0, terms=terms)
    made.on_text = lambda data: made.send(b"heard " + data)
    return made


def test_what_is_sent_waits_in_order_and_wakes_the_rim() -> None:
    woken = []
    some = session()
    some.wake = lambda: woken.append(len(some.outbox))
    some.send(b"a")
    some.send(b"b")

    assert [frame.data for frame in some.outbox] == [b"a", b"b"]
    assert (woken, some.sent) == ([1, 2], 2)


def test_a_reader_who_owes_too_many_frames_is_cut_off() -> None:
    some = session()
    for _ in range(4):
        some.send(b"x")

    assert list(some.outbox) == [Frame(FrameKind.ABORT)]
    assert some.is_closed


def test_nothing_follows_a_close() -> None:
    some = session()
    some.close(Close.GONE, code=1001)
    some.send(b"late")

    assert list(some.outbox) == [Frame(FrameKind.CLOSE, b"going away", 1001)]
    assert some.is_closed


def test_a_mute_session_takes_everything_and_says_nothing() -> None:
    some = session()
    some.is_mute = True
    some.send(b"x")
    some.receive_ping(b"there?", 0)
    some.close(Close.GONE)

    assert list(some.outbox) == []


def test_a_ping_is_answered_with_its_payload() -> None:
    some = session()
    some.receive_ping(b"there?", 0)

    assert list(some.outbox) == [Frame(FrameKind.PONG, b"there?")]


def test_texts_pings_and_pongs_count_together_and_one_too_many_ends_it() -> None:
    some = session()
    blamed = []
    some.on_too_fast = lambda: blamed.append(some.peer)
    some.receive(b"a", 0)
    some.receive_pong(10)
    some.receive(b"b", 1_000)
    some.receive_ping(b"c", 1_100)
    some.receive(b"d", 1_200)
    some.receive(b"e", 1_300)

    assert [frame.kind.value for frame in some.outbox] == ["text", "text", "pong", "close"]
    assert blamed == ["127.0.0.1"]


def test_the_exchange_pings_and_hangs_up_when_nobody_answers() -> None:
    some = session()
    for now_ms in (99, 100, 200, 299, 300):
        some.tend(now_ms)

    assert [frame.kind.value for frame in some.outbox] == ["ping", "ping", "close"]
    assert some.outbox[-1].data == b"Ping timeout"


def test_whoever_answers_pings_lives_until_the_day_is_over() -> None:
    some = session(Terms(ping_ms=1_000, pong_ms=3_000, life_ms=10_000))
    for now_ms in range(1_000, 10_000, 1_000):
        some.tend(now_ms)
        some.receive_pong(now_ms)
    some.tend(10_000)

    assert [frame.kind.value for frame in some.outbox] == ["ping"] * 9 + ["close"]
    assert some.outbox[-1] == Frame(FrameKind.CLOSE, b"Connection expired", 1001)


def test_a_session_that_nobody_listens_to_is_a_mistake_of_ours() -> None:
    bare = Session(number=1, peer="", now_ms=0, terms=TERMS)
    bare.wake()
    with pytest.raises(AssertionError, match="nobody listens"):
        bare.receive(b"x", 0)


def test_it_is_due_when_something_would_come_of_tending_it_and_not_before() -> None:
    some = session(Terms(ping_ms=100, pong_ms=250, life_ms=1_000))
    kinds, dues = [], []
    while not some.is_closed:
        some.tend(some.due_ms - 1)
        assert not some.outbox
        dues.append(some.due_ms)
        some.tend(some.due_ms)
        kinds.append(some.outbox.popleft().kind.value)
        if len(kinds) < 3:
            some.receive_pong(dues[-1])

    assert (dues, kinds) == ([100, 200, 300, 400, 450], ["ping", "ping", "ping", "ping", "close"])


def test_a_session_that_is_answered_is_due_for_its_end_at_last() -> None:
    some = session(Terms(ping_ms=300, pong_ms=300, life_ms=1_000))
    for now_ms in (300, 600, 900):
        some.tend(now_ms)
        some.receive_pong(now_ms)

    assert some.due_ms == 1_000
