from noctule.domain.order import Leg
from noctule.reconcile.strangers import strangers_among
from tests.builders import START_MS
from tests.reconcile_builders import ACCOUNT, OWNERS, name, report

OURS = name(Leg.STOP)


def test_an_order_with_our_mark_that_nobody_of_us_sent_is_a_strangers() -> None:
    known = name(Leg.TARGET)
    reports = [report(OURS), report(known), report(OWNERS)]

    found = strangers_among(reports, ACCOUNT, knows={known}.__contains__, since_ms=START_MS)

    assert found == {OURS}


def test_what_is_older_than_we_are_came_from_before_us() -> None:
    found = strangers_among(
        [report(OURS)], ACCOUNT, knows=lambda _name: False, since_ms=START_MS + 1
    )

    assert found == frozenset()
