"""A position is the bot's when an entry of its own opened it, or made it larger."""

from noctule.app.storm.promises.holdings import Holdings, is_entry, symbol_of
from noctule.app.storm.scene import Rule
from noctule.domain.order import Leg
from tests.fakes.storm_court import BTC, Court
from tests.fakes.storm_life import a_name


class _Follows(Rule):
    name = "follows"

    def __init__(self, scene, tell):  # type: ignore[no-untyped-def]  # as its base has it
        super().__init__(scene, tell)
        self.holdings = Holdings()
        self.symbols = set[str | None]()

    def told(self, event):  # type: ignore[no-untyped-def,explicit-override]  # as its base has it
        self.holdings.told(event)
        self.symbols.add(symbol_of(event))


def test_what_its_entry_opened_is_its_own_until_it_is_closed() -> None:
    court = Court(_Follows)
    court.enter()
    assert court.rule.holdings.is_ours(BTC)
    assert str(court.rule.holdings.held(BTC)) == "0.1"
    court.leave()
    assert not court.rule.holdings.is_ours(BTC)


def test_what_the_owner_adds_changes_nothing() -> None:
    court = Court(_Follows)
    court.enter()
    court.scene.market(BTC, "0.3")
    assert court.rule.holdings.is_ours(BTC)


def test_what_the_owner_turned_round_is_his() -> None:
    court = Court(_Follows)
    court.enter()
    court.scene.market(BTC, "-0.3")
    assert not court.rule.holdings.is_ours(BTC)


def test_an_entry_into_what_is_his_makes_it_the_bots() -> None:
    court = Court(_Follows)
    court.scene.market(BTC, "0.1")
    assert not court.rule.holdings.is_ours(BTC)
    court.enter()
    assert court.rule.holdings.is_ours(BTC)


def test_events_tell_their_symbol() -> None:
    court = Court(_Follows)
    court.enter()
    court.stop()
    assert court.rule.symbols == {BTC, None}  # the hint of a trade tells it twice


def test_only_an_entry_is_one() -> None:
    assert is_entry(a_name())
    assert not is_entry(a_name(Leg.STOP))
    assert not is_entry("hand-1")
