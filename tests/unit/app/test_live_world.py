"""A live world greets with a check, before anything is set or sent."""

from pathlib import Path
from random import Random

import pytest
from pydantic import SecretStr

from noctule.adapters.clock import SystemClock
from noctule.app.live_world import live_world
from noctule.config.credentials import Credentials
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.engine.halts import Halts
from tests.fakes.home import config_at
from tests.fakes.loopback import KEY, SECRET, loopback, market_of


async def test_a_market_of_another_time_is_no_place_for_real_money(tmp_path: Path) -> None:
    async with loopback(market_of("BTCUSDT"), speed=1) as exchange:
        addresses = (f"api.rest_url={exchange.rest_url}", f"api.stream_url={exchange.stream_url}")
        loaded = config_at(tmp_path, "api.environment=live", *addresses).load()
        pair = Credentials(api_key=SecretStr(KEY), api_secret=SecretStr(SECRET), origin="a test")
        configuration = Configuration(
            settings=loaded.settings, credentials=pair, origins=loaded.origins
        )
        async with live_world(configuration, clock=SystemClock(), jitter=Random(1)) as world:
            with pytest.raises(ConfigError, match="live: FAIL  clock"):
                await world.greet()
            assert world.late_check is not None
            await world.late_check(Halts(on_halt=lambda: None))
    assert not exchange.account.history.orders
