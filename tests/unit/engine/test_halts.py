"""Entries are off for every reason at once, and on again when the last of them is gone."""

from noctule.domain.memory import HaltMemory
from noctule.domain.signals import Reason
from noctule.engine.halts import Halts

LOST = Reason(check="account", text="the private stream is lost")
PAUSE = HaltMemory(check="pause", cause="news", actor="ana", ends_ms=None)


def cool_down(ends_ms: int) -> HaltMemory:
    return HaltMemory(check="losing_streak", cause="3 losses", actor="risk", ends_ms=ends_ms)


def test_what_is_observed_holds_until_its_observer_lifts_it() -> None:
    halts = Halts()
    assert halts.observe(LOST)
    assert not halts.observe(LOST)
    assert halts.resume() == ()
    assert halts.reasons(0) == (LOST,)
    assert halts.lift("account")
    assert not halts.lift("account")
    assert halts.reasons(0) == ()


def test_what_is_decided_says_when_it_ends() -> None:
    halts = Halts()
    halts.decide(PAUSE)
    halts.decide(cool_down(120_000))
    assert halts.reasons(60_000) == (
        Reason(check="pause", text="news; until somebody resumes"),
        Reason(check="losing_streak", text="3 losses; for 1.0 minutes more"),
    )


def test_where_a_decision_stands_only_a_longer_one_is_news() -> None:
    halts = Halts()
    assert halts.decide(cool_down(2))
    assert not halts.decide(cool_down(2))
    assert not halts.decide(cool_down(1))
    assert halts.decide(cool_down(3))
    assert halts.memory() == (cool_down(3),)


def test_whatever_halts_takes_back_the_entries_that_have_not_left() -> None:
    calls: list[str] = []
    halts = Halts(on_halt=lambda: calls.append("entries taken back"))
    for _ in range(2):  # the second time is no news
        halts.observe(LOST)
        halts.decide(PAUSE)
    assert calls == ["entries taken back"] * 2


def test_to_resume_lifts_what_has_no_end_of_its_own() -> None:
    halts = Halts()
    halts.decide(PAUSE)
    halts.decide(cool_down(9))
    assert halts.resume() == (PAUSE,)
    assert halts.memory() == (cool_down(9),)


def test_a_decision_ends_by_itself() -> None:
    halts = Halts()
    halts.decide(PAUSE)
    halts.decide(cool_down(9))
    assert halts.expire(8) == ()
    assert halts.expire(9) == (cool_down(9),)
    assert halts.memory() == (PAUSE,)


def test_decisions_outlive_a_restart_and_observations_do_not() -> None:
    before = Halts()
    before.observe(LOST)
    before.decide(PAUSE)
    before.decide(cool_down(9))
    after = Halts()
    assert after.restore(before.memory(), now_ms=9) == (PAUSE,)
    assert after.reasons(9) == (Reason(check="pause", text="news; until somebody resumes"),)


def test_the_first_reason_is_told_in_words() -> None:
    halts = Halts()
    assert halts.text(0) is None
    halts.decide(PAUSE)
    halts.observe(LOST)
    assert halts.text(0) == "the private stream is lost"


def test_whoever_keeps_a_journal_hears_of_all_that_is_observed_once_it_changes() -> None:
    halts, heard = Halts(), list[tuple[Reason, ...]]()
    halts.on_observed = heard.append
    halts.observe(LOST)
    halts.observe(LOST)
    halts.lift("account")
    halts.lift("account")
    assert heard == [(LOST,), ()]
