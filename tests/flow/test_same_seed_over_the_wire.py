"""Two runs over sockets, in lock-step, with one seed: a client hears the same, word for word."""

import asyncio
import json
from decimal import Decimal
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse
from yarl import URL

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.venue import generated, make_venue
from tests.fakes.sim_desk import KEY, SECRET, TOKEN, signed
from tests.fakes.sim_market import START_MS, rules_of

STEPS = 300
STREAMS = "btcusdt@kline_1m/btcusdt@markPrice/ethusdt@aggTrade/btcusdt@bookTicker"
SYMBOLS = ("BTCUSDT", "ETHUSDT")


class Trader:
    """Hears everything, trades now and then, and says when it is quiet."""

    def __init__(self, http: ClientSession, server: SimServer) -> None:
        self.http, self.server = http, server
        self.log: list[str] = []
        self.more = asyncio.Condition()

    async def run(self) -> None:
        headers = {"X-MBX-APIKEY": KEY, "X-CONTROL-TOKEN": TOKEN}
        key = (await self.call("POST", "/fapi/v1/listenKey", ""))["listenKey"]
        base = self.server.stream_url
        async with (
            self.http.ws_connect(f"{base}/control/lockstep", headers=headers) as quiet,  # first
            self.http.ws_connect(f"{base}/market/ws/{STREAMS}", headers=headers) as market,
            self.http.ws_connect(f"{base}/public/ws/{STREAMS}", headers=headers) as public,
            self.http.ws_connect(f"{base}/private/ws/{key}") as private,
            asyncio.TaskGroup() as group,
        ):
            for name, stream in (("market", market), ("public", public), ("private", private)):
                group.create_task(self.hear(name, stream))
            await self.obey(quiet)
            for stream in (market, public, private):
                await stream.close()

    async def hear(self, name: str, stream: ClientWebSocketResponse) -> None:
        async for message in stream:
            async with self.more:
                self.log.append(f"{name} {message.data}")
                self.more.notify_all()

    async def obey(self, quiet: ClientWebSocketResponse) -> None:
        first = traded = None
        while True:
            state = await quiet.receive_json(timeout=5)
            first = state["step"] if first is None else first
            await self.until(state["frames"])
            if state["step"] >= first + STEPS:
                return
            if state["step"] % 20 == 0 and state["step"] != traded:
                traded = state["step"]
                await self.trade(state)
            await quiet.send_json({"quiet": state["step"], "frames": len(self.log)})

    async def until(self, frames: int) -> None:
        async with asyncio.timeout(5), self.more:
            await self.more.wait_for(lambda: len(self.log) >= frames)

    async def trade(self, state: dict[str, Any]) -> None:
        side = "SELL" if state["step"] % 40 else "BUY"
        query = f"symbol=BTCUSDT&side={side}&type=MARKET&quantity=0.010&timestamp={state['time']}"
        order = await self.call("POST", "/fapi/v1/order", signed(query))
        assert order["status"] == "NEW", order

    async def call(self, method: str, path: str, query: str) -> Any:
        url = URL(f"{self.server.rest_url}{path}?{query}", encoded=True)
        async with self.http.request(method, url, headers={"X-MBX-APIKEY": KEY}) as reply:
            return await reply.json()


async def played(seed: int) -> list[str]:
    """Return everything that was heard, ordered by connection and not by arrival."""
    market = generated(seed=seed, open_ms=START_MS, history_ms=3_600_000, rules=rules_of(*SYMBOLS))
    setup = Setup(clock=SystemClock(), speed=0, seed=seed, control_token=TOKEN)
    protocol = Protocol(make_venue(market, seed=seed), setup)
    protocol.venue.exchange.open_account(key=KEY, secret=SECRET, deposit=Decimal(10_000))
    async with SimServer(protocol) as server, ClientSession() as http:
        trader = Trader(http, server)
        await trader.run()
    return sorted(trader.log, key=lambda line: line.split()[0])


async def test_the_same_seed_gives_the_same_events_and_another_gives_others() -> None:
    first, second, other = await played(1), await played(1), await played(2)

    assert first == second
    assert first != other
    kinds = {json.loads(line.partition(" ")[2])["e"] for line in first}
    assert kinds == {
        "ACCOUNT_UPDATE",
        "ORDER_TRADE_UPDATE",
        "TRADE_LITE",
        "aggTrade",
        "bookTicker",
        "kline",
        "markPriceUpdate",
    }
