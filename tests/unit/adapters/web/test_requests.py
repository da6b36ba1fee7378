"""A request's bytes in, an answer's bytes out."""

from http import HTTPStatus

import pytest

from noctule.adapters.web.requests import HEAD_BYTES_MAX, Answer, answer

PAGES = {
    "/healthz": lambda: Answer(body=b"well\n"),
    "/readyz": lambda: Answer(status=HTTPStatus.SERVICE_UNAVAILABLE, body=b"not yet\n"),
}


def asked(text: str) -> tuple[str, str]:
    """Return the status line and the body of the answer to a request."""
    told = answer(text.encode(), PAGES)
    assert told is not None
    head, _, body = told.decode().partition("\r\n\r\n")
    assert f"Content-Length: {len(body)}" in head or text.startswith("HEAD")
    assert "Connection: close" in head
    return head.splitlines()[0], body


def test_a_page_is_answered_with_what_it_says() -> None:
    assert asked("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") == ("HTTP/1.1 200 OK", "well\n")


def test_a_page_says_its_own_status() -> None:
    assert asked("GET /readyz HTTP/1.0\r\n\r\n") == (
        "HTTP/1.1 503 Service Unavailable",
        "not yet\n",
    )


def test_head_is_answered_without_the_body_and_with_its_length() -> None:
    told = answer(b"HEAD /healthz HTTP/1.1\r\n\r\n", PAGES)
    assert told is not None
    assert told.endswith(b"\r\n\r\n")
    assert b"Content-Length: 5\r\n" in told


def test_what_stands_behind_a_question_mark_makes_no_other_page() -> None:
    assert asked("GET /healthz?verbose=1 HTTP/1.1\r\n\r\n")[0] == "HTTP/1.1 200 OK"


def test_another_page_is_not_found_and_those_there_are_are_named() -> None:
    assert asked("GET /favicon.ico HTTP/1.1\r\n\r\n") == (
        "HTTP/1.1 404 Not Found",
        "there is /healthz, /readyz\n",
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_done_here_but_reading(method: str) -> None:
    told = answer(f"{method} /healthz HTTP/1.1\r\n\r\n".encode(), PAGES)
    assert told is not None
    assert told.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert b"\r\nAllow: GET, HEAD\r\n" in told


@pytest.mark.parametrize("line", ["GET", "GET /healthz", "GET /healthz HTTP/2", "\xff\xfe"])
def test_what_is_no_request_is_told_so(line: str) -> None:
    assert asked(f"{line}\r\n\r\n")[0] == "HTTP/1.1 400 Bad Request"


def test_a_head_that_is_not_whole_is_waited_for() -> None:
    assert answer(b"GET /healthz HTTP/1.1\r\nHost:", PAGES) is None


def test_a_head_without_end_is_not_waited_for() -> None:
    told = answer(b"x" * (HEAD_BYTES_MAX + 1), PAGES)
    assert told is not None
    assert told.startswith(b"HTTP/1.1 431 ")
