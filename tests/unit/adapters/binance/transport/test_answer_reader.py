"""An answer is read whole however it is cut, and nonsense is never taken for one."""

import gzip

import pytest

from noctule.adapters.binance.transport import answer_reader
from noctule.adapters.binance.transport.answer_reader import AnswerReader, Unreadable
from noctule.adapters.binance.transport.road import HttpAnswer

SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-MBX-USED-WEIGHT-1M: 7\r\n\r\n{}"
CHUNKED = (
    b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\nA;name=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
)


def read(answer: bytes, *, size: int = 1_000_000) -> tuple[HttpAnswer | None, AnswerReader]:
    reader, told = AnswerReader(), None
    for at in range(0, len(answer), size):
        told = reader.feed(answer[at : at + size])
    return told, reader


@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
def test_an_answer_is_whole_once_its_last_byte_has_come(size: int) -> None:
    told, reader = read(SIZED, size=size)

    assert told == HttpAnswer(
        status=200, headers={"content-length": "2", "x-mbx-used-weight-1m": "7"}, body=b"{}"
    )
    assert reader.keeps


@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_chunks_are_put_together(size: int) -> None:
    told, reader = read(CHUNKED, size=size)

    assert told is not None
    assert (told.status, told.body) == (400, b"abc0123456789")
    assert reader.keeps


@pytest.mark.parametrize("answer", [SIZED, CHUNKED])
def test_an_answer_that_lacks_a_byte_is_none(answer: bytes) -> None:
    told, reader = read(answer[:-1])
    assert told is None
    assert reader.end() is None


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    told, reader = read(b"HTTP/1.0 200 OK\r\n\r\n{}")
    assert told is None
    ended = reader.end()

    assert ended is not None
    assert ended.body == b"{}"
    assert not reader.keeps


def test_an_interim_word_is_passed_over() -> None:
    told, _ = read(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + SIZED)
    assert told is not None
    assert told.status == 200


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body_whatever_they_say(status: int) -> None:
    told, reader = read(b"HTTP/1.1 %d\r\nContent-Length: 9\r\n\r\n" % status)
    assert told is not None
    assert told.body == b""
    assert reader.keeps


@pytest.mark.parametrize(
    ("head", "keeps"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close", False),
        (b"HTTP/1.0 200 OK", False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive", True),
    ],
)
def test_a_connection_goes_on_only_where_both_want_it(head: bytes, *, keeps: bool) -> None:
    told, reader = read(head + b"\r\nContent-Length: 0\r\n\r\n")
    assert told is not None
    assert reader.keeps is keeps


@pytest.mark.parametrize("answer", [SIZED, CHUNKED])
def test_a_connection_on_which_more_is_said_does_not_go_on(answer: bytes) -> None:
    told, reader = read(answer + b"x")
    assert told is not None
    assert not reader.keeps


@pytest.mark.parametrize(
    "answer",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    ],
)
def test_nonsense_is_no_answer(answer: bytes) -> None:
    with pytest.raises(Unreadable):
        read(answer)


@pytest.mark.parametrize(
    "answer",
    [
        b"x" * 65_537,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 65_537,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"x" * 65_537,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_001,
    ],
)
def test_what_does_not_end_is_given_up(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_reader, "ANSWER_BYTES_MAX", 1_000)
    with pytest.raises(Unreadable):
        read(answer)


def packed(body: bytes, coding: str = "gzip") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_what_was_packed_is_unpacked() -> None:
    told, reader = read(packed(gzip.compress(b"{}" * 1_000)), size=7)

    assert told is not None
    assert told.body == b"{}" * 1_000
    assert reader.keeps


def test_nothing_packed_is_nothing() -> None:
    told, _ = read(packed(b""))
    assert told is not None
    assert told.body == b""


@pytest.mark.parametrize(
    "answer",
    [packed(b"no"), packed(gzip.compress(b"{}")[:-4]), packed(b"no", "br")],
    ids=["nonsense", "cut", "another way"],
)
def test_what_is_packed_wrongly_is_no_answer(answer: bytes) -> None:
    with pytest.raises(Unreadable, match="packed"):
        read(answer)


def test_what_swells_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_reader, "ANSWER_BYTES_MAX", 1_000)
    with pytest.raises(Unreadable, match="does not end"):
        read(packed(gzip.compress(b"0" * 1_001)))


@pytest.mark.parametrize("coding", [b"identity", b"Identity", b""])
def test_what_is_said_not_to_be_packed_is_taken_as_it_is(coding: bytes) -> None:
    told, _ = read(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: 2\r\n\r\n{}" % coding
    )

    assert told is not None
    assert told.body == b"{}"


@pytest.mark.parametrize("said", [(b"close", b"x-trace"), (b"x-trace", b"close")])
def test_a_connection_is_over_wherever_that_was_said(said: tuple[bytes, bytes]) -> None:
    _, reader = read(
        b"HTTP/1.1 200 OK\r\nConnection: %b\r\nConnection: %b\r\nContent-Length: 0\r\n\r\n" % said
    )
    assert not reader.keeps
