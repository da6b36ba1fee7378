"""A refusal's code and text, and nothing where the answer is a page."""

from noctule.adapters.sim.messages import html, refusal
from noctule.adapters.sim.model import Refusal
from noctule.app.storm.promises.refusals import Refused, refused


def test_an_error_is_read() -> None:
    answer = refusal(Refusal(-2021, "Order would immediately trigger."))
    assert refused(answer) == Refused(-2021, "Order would immediately trigger.")


def test_a_page_for_people_has_no_code() -> None:
    assert refused(html(403, "403 Forbidden")) == Refused()
