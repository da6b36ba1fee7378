"""Answers as bytes: bodies, statuses and the headers of a refusal."""

from noctule.adapters.sim.limits import Throttled
from noctule.adapters.sim.messages import Fate, answer, html, refusal
from noctule.adapters.sim.model import Refusal


def test_an_answer_is_json_that_arrives_at_once() -> None:
    response = answer({"serverTime": 1})

    assert (response.status, response.body) == (200, b'{"serverTime":1}')
    assert (response.fate, response.delay_ms) == (Fate.SENT, 0)


def test_a_refusal_has_the_exchanges_body() -> None:
    response = refusal(Refusal(-1121, "Invalid symbol.", status=400))

    assert (response.status, response.body) == (400, b'{"code":-1121,"msg":"Invalid symbol."}')
    assert response.headers == {}


def test_too_much_is_told_with_the_seconds_to_wait() -> None:
    response = refusal(Throttled(-1003, "Slow down.", status=429, retry_after_ms=1_001))

    assert (response.status, response.headers) == (429, {"Retry-After": "2"})


def test_a_page_is_for_people() -> None:
    response = html(403, "403 Forbidden")

    assert (response.status, response.content_type) == (403, "text/html")


def test_headers_of_one_answer_do_not_leak_into_the_next() -> None:
    answer({}).headers["X"] = "1"

    assert answer({}).headers == {}
