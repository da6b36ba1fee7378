"""Others change the account, too: for a minute the bot may not know it."""

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.app.storm.promises.meddling import Meddling
from noctule.app.storm.scene import Rule
from tests.fakes.storm_court import BTC, Court


class _Minds(Rule):
    name = "minds"
    _meddling: Meddling | None = None

    @property
    def meddling(self) -> Meddling:
        self._meddling = self._meddling or Meddling(self.scene)
        return self._meddling

    @override
    def told(self, event: UserEvent) -> None:
        self.meddling.told(event)


def test_the_bots_own_trades_are_no_meddling() -> None:
    court = Court(_Minds)
    court.enter()
    court.leave()
    assert not court.rule.meddling.is_recent


def test_the_owners_trades_are_for_a_minute() -> None:
    court = Court(_Minds)
    court.scene.market(BTC, "0.1")
    assert court.rule.meddling.is_recent
    court.wait(60_000)
    assert not court.rule.meddling.is_recent


def test_so_are_transfers_and_settings() -> None:
    court = Court(_Minds)
    exchange = court.scene.exchange.venue.exchange
    exchange.set_leverage(court.scene.account, BTC, 3)
    assert court.rule.meddling.is_recent
