"""A life of the bot as the promises of a storm see it: whether it runs, and what its desk holds."""

from decimal import Decimal
from types import SimpleNamespace
from typing import cast

from noctule.app.storm.life import TAG, Life
from noctule.domain.ids import client_order_id
from noctule.domain.order import ClientOrderId, Leg, OrderKey
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.storm_scene import OPEN_MS

__all__ = ["a_name", "a_running_life"]


def a_running_life(
    *, led: dict[str, Direction] | None = None, held: dict[str, str] | None = None
) -> Life:
    """Return a life that leads these symbols, and believes to hold so much of them."""
    brackets = {
        Symbol(symbol): SimpleNamespace(plan=SimpleNamespace(direction=direction))
        for symbol, direction in (led or {}).items()
    }

    def held_of(symbol: Symbol) -> object:
        return SimpleNamespace(signed_quantity=Decimal((held or {}).get(symbol, "0")))

    desk = SimpleNamespace(brackets=brackets, held=held_of)
    bot = SimpleNamespace(trading=SimpleNamespace(desk=desk))
    place = SimpleNamespace(road=SimpleNamespace(late_ms=0), symbols=("BTCUSDT", "ETHUSDT"))
    life = SimpleNamespace(is_running=True, is_made=True, is_dead=False, bot=bot, place=place)
    return cast("Life", life)  # as much of it as a promise looks at


def a_name(leg: Leg = Leg.ENTRY, *, symbol: str = "BTCUSDT", attempt: int = 0) -> ClientOrderId:
    """Return the name of an order of the bot's."""
    key = OrderKey(close_ms=OPEN_MS - 1, timeframe=Timeframe.M1, leg=leg, attempt=attempt)
    return client_order_id(account=TAG, strategy="StormIdea", symbol=Symbol(symbol), key=key)
