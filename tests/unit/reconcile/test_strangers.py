from msgspec.structs import replace

from noctule.domain.order import ClientOrderId, Leg
from noctule.reconcile.strangers import Strangers
from tests.builders import START_MS
from tests.reconcile_builders import ACCOUNT, OWNERS, name, report

OURS = name(Leg.STOP)


def test_an_order_with_our_mark_that_nobody_of_us_sent_is_a_strangers() -> None:
    known = name(Leg.TARGET)
    strangers = Strangers(ACCOUNT, knows={known}.__contains__)

    reports = [report(OURS), report(known), report(OWNERS)]

    assert strangers.among(reports, since_ms=START_MS) == {OURS}


def test_what_is_older_than_we_are_came_from_before_us() -> None:
    assert _nobody_known().among([report(OURS)], since_ms=START_MS + 1) == frozenset()


def test_what_came_from_before_us_stays_ours_though_it_was_taken_out_since() -> None:
    strangers = _nobody_known()
    taken_out = replace(report(OURS), updated_ms=START_MS + 60_000)
    assert strangers.among([taken_out], since_ms=START_MS + 1) == {OURS}

    strangers.among([report(OURS)], since_ms=START_MS + 1)

    assert strangers.among([taken_out], since_ms=START_MS + 1) == frozenset()


def test_of_what_came_from_before_us_the_oldest_is_forgotten_first() -> None:
    strangers = _nobody_known()
    names = [ClientOrderId(f"{OURS[:-4]}{each:04}") for each in range(2_001)]

    strangers.among([report(each) for each in names], since_ms=START_MS + 1)

    later = [report(each) for each in names]
    assert strangers.among(later, since_ms=START_MS) == {names[0]}


def _nobody_known() -> Strangers:
    return Strangers(ACCOUNT, knows=lambda _name: False)
