"""A scene tells what is held, what rests, and whether a stop would close all of it."""

from decimal import Decimal

from noctule.adapters.sim.model import OrderType, Side
from noctule.adapters.sim.specs import AlgoSpec
from noctule.app.storm.scene import Rule, Violation, is_covered
from tests.fakes.storm_scene import StormScene

SYMBOL = "BTCUSDT"


def place_stop(scene: StormScene, side: Side, qty: str | None, *, trigger: str = "59000") -> None:
    scene.exchange.venue.exchange.place_algo(
        scene.account,
        AlgoSpec(
            symbol=SYMBOL,
            side=side,
            type=OrderType.STOP_MARKET,
            trigger_price=Decimal(trigger),
            qty=None if qty is None else Decimal(qty),
            close_position=qty is None,
            reduce_only=qty is not None,
            client_algo_id=f"noc-{trigger}",
        ),
    )


def test_a_position_is_covered_by_a_stop_that_closes_all_or_by_several_that_do() -> None:
    scene = StormScene()
    scene.market(SYMBOL, "0.100")
    amount = scene.amount(SYMBOL)
    assert not is_covered(scene.account, SYMBOL, amount)
    place_stop(scene, Side.SELL, "0.060")
    assert not is_covered(scene.account, SYMBOL, amount)
    place_stop(scene, Side.SELL, "0.040", trigger="58900")
    assert is_covered(scene.account, SYMBOL, amount)
    assert not is_covered(scene.account, SYMBOL, -amount), "it is on the other side"
    assert scene.ours(SYMBOL) == ["noc-59000", "noc-58900"]


def test_one_that_closes_the_position_covers_whatever_it_is() -> None:
    scene = StormScene()
    scene.market(SYMBOL, "0.100")
    place_stop(scene, Side.SELL, None)
    assert is_covered(scene.account, SYMBOL, scene.amount(SYMBOL) * 10)


def test_a_broken_promise_says_when_since_the_opening() -> None:
    class Never(Rule):
        name = "never"

    told: list[Violation] = []
    scene = StormScene()
    scene.clock.advance_to_ms(scene.open_ms + 1_234)
    Never(scene, told.append).broken("it was")
    assert told == [Violation(at_ms=1_234, rule="never", text="it was")]
