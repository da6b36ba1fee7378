"""A patient tap misses nothing, sees all in order, and hides no bug."""

import pytest

from noctule.domain.events.base import Event
from noctule.engine.bus_taps import PatientTaps
from noctule.telemetry.logs import TRACE
from tests.fakes.events import tick


def fail(_failure: Exception, _tap: object, _event: Event) -> None:
    raise AssertionError("nobody was to fail")


def test_they_see_nothing_before_and_everything_in_order_under_its_trace_afterwards() -> None:
    taps, seen = PatientTaps(fail), list[tuple[str, str]]()
    taps.taps.append(lambda event: seen.append((event.trace, TRACE.get())))
    taps.hear(tick("a"))
    taps.hear(tick("b"))
    assert seen == []
    taps.catch_up()
    taps.catch_up()
    assert seen == [("a", "a"), ("b", "b")]


def test_whoever_is_shown_one_event_sees_it_at_its_place_among_the_others() -> None:
    taps, seen = PatientTaps(fail), list[str]()
    taps.taps.append(lambda event: seen.append(event.trace))
    taps.hear(tick("a"))
    taps.show_later(tick("a"), (lambda _event: seen.append("asked"),))
    taps.hear(tick("b"))
    taps.catch_up()
    assert seen == ["a", "asked", "b"]


def test_they_do_not_wait_for_more_than_256_events() -> None:
    taps, seen = PatientTaps(fail), list[str]()
    taps.taps.append(lambda event: seen.append(event.trace))
    for _ in range(255):
        taps.hear(tick())
    assert seen == []
    taps.hear(tick())
    assert len(seen) == 256


def test_where_nobody_is_patient_nothing_is_kept() -> None:
    taps, seen = PatientTaps(fail), list[str]()
    taps.hear(tick("early"))
    taps.taps.append(lambda event: seen.append(event.trace))
    taps.catch_up()
    assert seen == []


def test_a_failure_is_contained_and_keeps_nobody_from_the_event() -> None:
    contained: list[str] = []
    taps, seen = PatientTaps(lambda exc, _tap, _event: contained.append(str(exc))), list[str]()

    def break_down(_event: Event) -> None:
        raise OSError("disk full")

    taps.taps += [break_down, lambda event: seen.append(event.trace)]
    taps.hear(tick("a"))
    taps.catch_up()
    assert contained == ["disk full"]
    assert seen == ["a"]


def test_a_broken_invariant_is_raised_to_whoever_lets_them_catch_up() -> None:
    taps = PatientTaps(fail)

    def break_down(_event: Event) -> None:
        raise AssertionError("broken")

    taps.taps.append(break_down)
    taps.hear(tick())
    with pytest.raises(AssertionError, match="broken"):
        taps.catch_up()
