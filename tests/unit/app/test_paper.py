"""The paper world: the market is the live one's, whatever trades is ours."""

from pathlib import Path
from random import Random

import pytest

from noctule.adapters.clock import SystemClock
from noctule.app.paper import paper_world
from noctule.app.paper_account import PAPER_TAG
from noctule.domain.errors import VenueUnreachable
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, order_request
from tests.fakes.home import config_at
from tests.fakes.loopback import loopback, market_of

PAPER = "api.environment=paper"


async def test_it_greets_us_with_live_candles_and_a_purse_of_paper(tmp_path: Path) -> None:
    async with loopback(market_of("BTCUSDT"), speed=1) as exchange:
        urls = (f"api.rest_url={exchange.rest_url}", f"api.stream_url={exchange.stream_url}")
        configuration = config_at(tmp_path, PAPER, *urls, "sim.balance=321").load()
        async with paper_world(configuration, clock=SystemClock(), jitter=Random(1)) as world:
            host = exchange.rest_url.removeprefix("http://")
            assert world.exchange == f"PAPER money on the live prices of Binance at {host}"
            await world.greet()
            candles = await world.collector.history(BTCUSDT, Timeframe.M1, 5)
            snapshot = await world.venue.snapshot()
            assert await world.setup.unfit() == ()
    assert len(candles) == 5
    assert [str(each.wallet) for each in snapshot.balances] == ["321.00000000"]
    assert world.account_tag == PAPER_TAG
    assert {"paper contracts", "paper time", "exchange time"} <= set(world.upkeep)
    assert list((tmp_path / "logs/state").glob("paper-*.account.json"))


async def test_before_it_has_greeted_us_there_is_no_account(tmp_path: Path) -> None:
    configuration = config_at(tmp_path, PAPER, "api.rest_url=http://127.0.0.1:9").load()
    async with paper_world(configuration, clock=SystemClock(), jitter=Random(1)) as world:
        with pytest.raises(VenueUnreachable, match="not open yet"):
            await world.executor.place(order_request())
