"""Market updates are values that nobody can change while they wait to be sent."""

import pytest

from noctule.adapters.sim import market_updates
from noctule.adapters.sim.market_updates import MarketUpdate


@pytest.mark.parametrize("kind", MarketUpdate.__subclasses__())
def test_every_update_names_its_symbol_and_its_time_and_is_frozen(kind: type[MarketUpdate]) -> None:
    assert kind.__name__ in market_updates.__all__
    assert kind.__struct_fields__[:2] == ("symbol", "time_ms")
    assert kind.__struct_config__.frozen
