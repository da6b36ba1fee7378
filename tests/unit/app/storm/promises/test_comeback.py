"""A process that is gone is followed by one that trades."""

from noctule.adapters.sim.faults import FaultKind
from noctule.app.storm.promises.comeback import ProcessComesBack
from tests.fakes.storm_court import Court, a_life

MINUTE_MS = 60_000


def test_one_that_follows_soon_is_fine() -> None:
    court = Court(ProcessComesBack)
    court.end()
    court.wait(9 * MINUTE_MS)
    court.begin()
    court.wait(30 * MINUTE_MS)
    assert court.told == []


def test_none_is_told_once() -> None:
    court = Court(ProcessComesBack)
    court.end()
    court.wait(30 * MINUTE_MS)
    assert court.told == ["none has traded for 10 minutes"]


def test_one_that_never_comes_so_far_is_none() -> None:
    court = Court(ProcessComesBack, life=a_life(is_running=False))
    court.wait(11 * MINUTE_MS)
    assert len(court.told) == 1


def test_an_exchange_that_does_not_answer_gives_it_longer() -> None:
    court = Court(ProcessComesBack, life=a_life(is_running=False))
    for _ in range(3):
        court.wait(5 * MINUTE_MS)
        court.arm(FaultKind.UNAVAILABLE, "GET *")
        court.ask("GET", "/fapi/v1/time")
    assert court.told == []


def test_so_does_a_ban_until_its_end() -> None:
    court = Court(ProcessComesBack, life=a_life(is_running=False))
    court.arm(FaultKind.BANNED, "GET *")
    court.ask("GET", "/fapi/v1/time")
    court.wait(11 * MINUTE_MS)
    assert court.told == []
    court.wait(2 * MINUTE_MS)
    assert len(court.told) == 1
