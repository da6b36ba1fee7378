"""Where a trade is when something strikes, told for one symbol or for the one in most danger."""

from types import SimpleNamespace
from typing import cast

from noctule.adapters.sim.model import Side
from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.phases import Phases
from noctule.app.storm.scene import Phase
from tests.fakes.storm_scene import StormScene
from tests.unit.app.storm.test_scene import SYMBOL, place_stop

ETH = "ETHUSDT"


def running_scene() -> tuple[StormScene, Phases]:
    scene = StormScene()
    scene.life = cast("Life", SimpleNamespace(is_running=True))
    phases = Phases(scene)
    scene.exchange.watchers.append(phases)
    return scene, phases


def test_without_a_process_it_is_down_and_before_it_trades_it_is_starting() -> None:
    scene = StormScene()
    phases = Phases(scene)
    assert phases.of(SYMBOL) is Phase.DOWN
    scene.life = cast("Life", SimpleNamespace(is_running=False))
    assert phases.of(None) is Phase.STARTING


def test_a_trade_goes_from_flat_over_entering_naked_held_and_leaving_to_flat() -> None:
    scene, phases = running_scene()
    seen = [phases.of(SYMBOL)]
    scene.exchange.watchers[0].asking(asked("MARKET"))
    seen.append(phases.of(SYMBOL))
    scene.market(SYMBOL, "0.100")
    seen.append(phases.of(SYMBOL))
    place_stop(scene, Side.SELL, None)
    seen.append(phases.of(SYMBOL))
    scene.exchange.watchers[0].asking(asked("MARKET", reduceOnly="true"))
    seen.append(phases.of(SYMBOL))
    scene.market(SYMBOL, "-0.100")
    seen.append(phases.of(SYMBOL))
    assert seen == [
        Phase.FLAT,
        Phase.ENTERING,
        Phase.NAKED,
        Phase.HELD,
        Phase.LEAVING,
        Phase.FLAT,
    ]


def test_an_entry_that_is_refused_is_over() -> None:
    scene, phases = running_scene()
    response = scene.ask("POST", "/fapi/v1/order", symbol=SYMBOL, type="MARKET")
    assert response.status == 400
    assert phases.of(SYMBOL) is Phase.FLAT


def test_what_concerns_all_is_counted_where_it_is_gravest() -> None:
    scene, phases = running_scene()
    scene.market(ETH, "1.000")
    assert phases.of(None) is Phase.NAKED
    assert phases.of("NOBODYUSDT") is Phase.NAKED
    assert phases.of(SYMBOL) is Phase.FLAT


def asked(kind: str, **sent: str) -> Asked:
    return Asked("POST", "/fapi/v1/order", {"symbol": SYMBOL, "type": kind, **sent})
