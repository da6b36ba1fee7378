"""What the bot believes to hold, to rest and to own is what the exchange says."""

from noctule.adapters.sim.faults import FaultKind
from noctule.app.storm.promises.books import BooksAgree
from tests.fakes.storm_court import Court, a_life


def test_books_that_agree_are_fine() -> None:
    court = Court(BooksAgree)
    court.wait(600_000)
    court.rule.calm()
    assert court.told == []


def test_a_difference_may_not_last_for_two_minutes() -> None:
    court = Court(BooksAgree, life=a_life(positions={"BTCUSDT": "0.1"}))
    court.wait(130_000)
    assert court.told == [
        "for two minutes: BTCUSDT: 0 is held, its fills say 0.1",
        "for two minutes: BTCUSDT: 0 is held, what it was told says 0.1",
    ]


def test_whatever_goes_wrong_gives_it_as_long_again() -> None:
    court = Court(BooksAgree, life=a_life(positions={"BTCUSDT": "0.1"}))
    for _ in range(5):
        court.arm(FaultKind.UNAVAILABLE, "GET *")
        court.ask("GET", "/fapi/v3/balance")
        court.wait(60_000)
    assert court.told == []


def test_in_the_calm_there_is_none_at_all() -> None:
    court = Court(BooksAgree, life=a_life(wallet="99999"))
    court.rule.calm()
    assert court.told == ["the wallet is 100000, not 99999"]


def test_what_is_on_its_way_is_no_difference() -> None:
    court = Court(BooksAgree)
    court.scene.market("BTCUSDT", "0.1")
    court.rule.calm()
    assert court.told == []


def test_a_stop_that_nobody_believes_in_is_one() -> None:
    court = Court(BooksAgree, life=a_life(positions={"BTCUSDT": "0.1"}, wallet="99996.96"))
    court.enter()
    court.stop()
    court.wait(6_000)
    court.rule.calm()
    assert [each.partition(" it believes in ")[2] for each in court.told if "rest" in each] == [
        "[]"
    ]


def test_in_a_ban_nobody_can_compare_them() -> None:
    court = Court(BooksAgree, life=a_life(positions={"BTCUSDT": "0.1"}))
    court.arm(FaultKind.BANNED, "GET *")
    court.ask("GET", "/fapi/v3/balance")
    court.wait(200_000)
    assert court.told == []
