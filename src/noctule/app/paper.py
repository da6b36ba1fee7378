"""The paper world: Binance's live market, and an account of paper money in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from msgspec.structs import replace

from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.app.paper_account import PAPER_KEY, PAPER_SECRET, PAPER_TAG, paper_account_path
from noctule.app.paper_exchange import PaperExchange
from noctule.app.paper_purse import PaperPurse
from noctule.app.reach import Reach, reach
from noctule.app.tied import tied_to
from noctule.app.world import World, world_of
from noctule.config.settings import Configuration
from noctule.ports.clock import Clock

__all__ = ["paper_world"]


@asynccontextmanager
async def paper_world(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AsyncIterator[World]:
    """Open the live market without a key, and the paper exchange behind it; `clock` is the wall's.

    Whatever trades goes to the paper exchange and nowhere else: the way to the live one knows no
    key, so it could not sign an order.
    """
    settings = configuration.settings
    async with reach(configuration, clock=clock, jitter=jitter) as market:
        assert market.account is None, f"{market.exchange} knows us as {market.account}"
        purse = PaperPurse(paper_account_path(settings), clock=market.rest.time)
        exchange = PaperExchange(
            market,
            symbols=settings.trading.symbols,
            balance=settings.sim.balance,
            purse=purse,
            jitter=jitter,
        )
        trading = _trading(configuration, market, exchange, jitter=jitter)

        async def open_account() -> None:
            await exchange.open()
            await trading.rest.start()

        async with tied_to(exchange.run()):
            world = world_of(
                configuration,
                market=market,
                trading=trading,
                jitter=jitter,
                open_account=open_account,
            )
            keeping = {
                "paper contracts": exchange.keep_contracts,
                "paper time": trading.rest.keep_time,
            }
            try:
                yield replace(world, upkeep={**world.upkeep, **keeping})
            finally:
                await exchange.road.close()
                purse.close()


def _trading(
    configuration: Configuration, market: Reach, exchange: PaperExchange, *, jitter: Random
) -> Reach:
    rest = rest_over(
        exchange.road,
        keys=keys_of(PAPER_KEY, PAPER_SECRET),
        clock=market.rest.time,
        jitter=jitter,
        settings=RestSettings(api=configuration.settings.api),
    )
    return Reach(
        exchange=f"PAPER money on the live prices of {market.exchange}",
        rest=rest,
        transport=exchange.road,
        endpoints=market.endpoints,
        clock=market.clock,
        account=PAPER_TAG,
    )
