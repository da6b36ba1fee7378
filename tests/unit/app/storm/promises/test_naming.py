"""From account, strategy, symbol and candle each name at the exchange follows."""

from noctule.app.storm.life import TAG
from noctule.app.storm.promises.naming import EveryOrderIsNamed
from noctule.domain.ids import client_order_id
from noctule.domain.order import Leg, OrderKey
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.storm_court import BTC, ETH, Court
from tests.fakes.storm_life import a_name
from tests.fakes.storm_scene import OPEN_MS


def test_what_can_be_derived_is_fine() -> None:
    court = Court(EveryOrderIsNamed)
    court.enter()
    court.stop()
    court.scene.market(ETH, "1")
    assert court.told == []


def test_a_name_of_another_symbol_follows_from_nothing() -> None:
    court = Court(EveryOrderIsNamed)
    name = a_name(symbol=BTC)
    court.order(name, "1", symbol=ETH)
    assert court.told == [f"ETHUSDT: {name} follows from nothing"]


def test_a_candle_that_has_not_closed_has_no_orders() -> None:
    court = Court(EveryOrderIsNamed)
    key = OrderKey(
        close_ms=OPEN_MS + 3_600_000 - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0
    )
    name = client_order_id(account=TAG, strategy="StormIdea", symbol=Symbol(BTC), key=key)
    court.order(name, "0.1")
    assert court.told == [f"BTCUSDT: {name} is of a candle that closed -3539999 ms ago"]
