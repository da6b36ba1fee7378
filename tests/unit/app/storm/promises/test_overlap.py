"""Taking out the only stop of a position that the bot believes in is told of."""

from decimal import Decimal

from noctule.adapters.sim.messages import Response
from noctule.adapters.sim.model import OrderType, Side
from noctule.adapters.sim.specs import AlgoSpec
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.overlap import OldStopGoesLast
from noctule.app.storm.scene import Violation
from noctule.domain.order import ClientOrderId, Leg
from tests.fakes.storm_life import a_name, a_running_life
from tests.fakes.storm_scene import StormScene

FIRST, SECOND = a_name(Leg.STOP), a_name(Leg.STOP, attempt=1)


class Watched:
    """A position of the bot's, and its stops."""

    def __init__(self, *, believed: str = "0.01") -> None:
        self.told: list[Violation] = []
        self.scene = StormScene()
        self.scene.life = a_running_life(held={"BTCUSDT": believed})
        self.rule = OldStopGoesLast(self.scene, self.told.append)
        self.scene.market("BTCUSDT", "0.01", name=a_name())

    def stop(self, name: ClientOrderId, *, closes_position: bool) -> None:
        """Put a stop."""
        self.scene.exchange.venue.exchange.place_algo(
            self.scene.account,
            AlgoSpec(
                symbol="BTCUSDT",
                side=Side.SELL,
                type=OrderType.STOP_MARKET,
                trigger_price=Decimal(59_000),
                close_position=closes_position,
                qty=None if closes_position else Decimal("0.01"),
                reduce_only=not closes_position,
                client_algo_id=name,
            ),
        )

    def take_out(self, name: ClientOrderId) -> None:
        """Let the bot take a stop out."""
        asked = Asked("DELETE", "/fapi/v1/algoOrder", {"clientAlgoId": name})
        self.rule.asking(asked)
        exchange = self.scene.exchange.venue.exchange
        exchange.cancel_algo(self.scene.account, algo_id=None, client_algo_id=name)
        self.rule.answered(asked, Response(status=200, body=b"{}"))


def test_the_only_stop_is_not_taken_out() -> None:
    watched = Watched()
    watched.stop(FIRST, closes_position=True)
    watched.take_out(FIRST)
    (told,) = watched.told
    assert told.text == f"BTCUSDT: {FIRST} was its only stop"


def test_one_of_two_may_go() -> None:
    watched = Watched()
    watched.stop(FIRST, closes_position=True)
    watched.stop(SECOND, closes_position=False)
    watched.take_out(FIRST)
    assert watched.told == []


def test_who_believes_that_nothing_is_held_means_no_harm() -> None:
    watched = Watched(believed="0")
    watched.stop(FIRST, closes_position=True)
    watched.take_out(FIRST)
    assert watched.told == []
