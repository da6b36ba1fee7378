"""On paper a bot trades on somebody else's prices with nobody's money, and nothing leaves us."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from random import Random

import msgspec
import pytest
from msgspec.structs import replace

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.messages import Request, Response
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.sessions import Session
from noctule.app.paper import paper_world
from noctule.app.world import World
from noctule.domain.errors import FilterViolated, VenueUnreachable
from noctule.domain.ids import account_tag
from noctule.domain.values import Side
from tests.builders import BTCUSDT, order_request
from tests.fakes.loopback import Loopback, loopback, market_of
from tests.loopback.test_living_bot import FLATTEN, config_for, living, log_of, told, until

PAPER = ("api.environment=paper", "trading.warmup_candles=20")
SLOW = ("strategy.fast=3", "strategy.slow=8")  # holds for a while


class Witness:
    """Sees whatever the live exchange is asked, and every stream that is opened there."""

    def __init__(self, exchange: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[Request] = []
        self.sessions: list[Session] = []
        self.is_shut = False
        protocol = exchange.protocol
        answer, join = protocol.handle_http, protocol.open_session

        def answered(request: Request) -> Response:
            self.seen.append(request)
            return answer(request)

        def joined(request: Request) -> Session:
            self.seen.append(request)
            if self.is_shut:
                raise Refusal(-1016, "This service is no longer available.")
            self.sessions.append(join(request))
            return self.sessions[-1]

        monkeypatch.setattr(protocol, "handle_http", answered)
        monkeypatch.setattr(protocol, "open_session", joined)

    def trading(self) -> list[Request]:
        """Return what was signed, or sent with a key, or could have changed anything."""
        return [
            each
            for each in self.seen
            if each.method != "GET"
            or "signature" in each.query + each.body.decode()
            or each.headers.get("x-mbx-apikey")
            or "/private" in each.path
        ]


@asynccontextmanager
async def on_paper(exchange: Loopback, home: Path) -> AsyncIterator[World]:
    """Open the paper world on an exchange, greeted, its prices live."""
    config = config_for(exchange, home, *PAPER).load()
    async with paper_world(config, clock=SystemClock(), jitter=Random(1)) as world:
        await world.greet()
        yield world


async def placed(world: World, quantity: str) -> None:
    """Buy as soon as live prices are heard."""
    is_done = False
    while not is_done:
        try:
            await world.executor.place(order_request(quantity=quantity))
            is_done = True
        except VenueUnreachable:
            await world.clock.sleep_ms(20)


async def test_a_bot_trades_here_and_the_live_exchange_is_asked_for_nothing_but_its_market(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with loopback(market_of("BTCUSDT"), speed=1_200) as exchange:
        witness = Witness(exchange, monkeypatch)
        async with living(exchange, tmp_path, *PAPER, *FLATTEN):
            await until(lambda: len(told(tmp_path, "position_protected")) >= 2, seconds=15)
            await until(lambda: len(told(tmp_path, "position_closed")) >= 2, seconds=15)
        assert not exchange.account.history.trades
    assert witness.seen
    assert witness.trading() == []
    ids = {line["client_order_id"] for line in told(tmp_path, "fill")}
    assert all(account_tag("paper") in each for each in ids)
    assert "environment=PAPER" in log_of(tmp_path)
    assert "PAPER money on the live prices of Binance" in log_of(tmp_path)


async def test_a_restart_finds_the_position_its_stop_and_the_purse_as_they_were(
    tmp_path: Path,
) -> None:
    async with loopback(market_of("BTCUSDT"), speed=600) as exchange:
        async with living(exchange, tmp_path, *PAPER, *SLOW) as bot:
            await until(lambda: bool(told(tmp_path, "position_protected")), seconds=15)
            bot.stop.ask("while something is held")
        (page,) = (tmp_path / "state").glob(f"paper-{account_tag('paper')}-*.account.json")
        standing = msgspec.json.decode(page.read_bytes())["account"]["standing"]
        (held,) = [leg for leg in standing["positions"] if Decimal(leg["amount"])]
        assert "STOP_MARKET" in {algo["type"] for algo in standing["algos"]}
        (tmp_path / "configs").rename(tmp_path / "configs of the first life")
        async with living(exchange, tmp_path, *PAPER, *SLOW):
            await until(lambda: bool(told(tmp_path, "position_closed")), seconds=15)
    assert abs(Decimal(held["amount"])) == Decimal(told(tmp_path, "fill")[0]["quantity"])
    assert "paper account brought back" in log_of(tmp_path)
    first, second = told(tmp_path, "reconciled")
    assert (first["adopted"], second["adopted"]) == (0, 1)


async def test_the_live_contract_is_obeyed(tmp_path: Path) -> None:
    async with loopback(market_of("BTCUSDT"), speed=600) as exchange:
        core = exchange.protocol.venue.exchange
        core.set_rules(
            replace(
                core.rules["BTCUSDT"], market_step=Decimal("0.01"), market_min_qty=Decimal("0.01")
            )
        )
        async with on_paper(exchange, tmp_path) as world:
            with pytest.raises(FilterViolated, match="-4023"):
                await placed(world, "0.015")
            await placed(world, "0.02")
            look = await world.venue.look(BTCUSDT)
    assert look.signed_quantity == Decimal("0.02")


async def test_once_the_live_prices_are_lost_nothing_is_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with loopback(market_of("BTCUSDT"), speed=600) as exchange:
        witness = Witness(exchange, monkeypatch)
        async with on_paper(exchange, tmp_path) as world:
            await placed(world, "0.010")
            witness.is_shut = True
            for session in witness.sessions:
                session.abort()
            await until(lambda: not len(exchange.protocol.switchboard))
            with pytest.raises(VenueUnreachable, match="the live prices are lost"):
                await world.executor.place(order_request(quantity="0.010", side=Side.SELL))
            look = await world.venue.look(BTCUSDT)
    assert look.signed_quantity == Decimal("0.010")
