"""The paper exchange opens on what the live one tells, and goes on as that one does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import NoReturn

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.wire.prices import LastPrice
from noctule.adapters.clock import SystemClock, VirtualClock, run_virtual
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.model import OrderType, Side
from noctule.adapters.sim.specs import OrderSpec
from noctule.app.paper_account import PAPER_KEY
from noctule.app.paper_exchange import PaperExchange
from noctule.app.paper_purse import PaperPurse
from noctule.app.reach import reach
from noctule.domain.errors import FeedMalformed, OutcomeUnknown, VenueUnreachable
from noctule.telemetry.writer import Runner
from tests.fakes.home import config_at
from tests.fakes.loopback import OPEN_MS, Loopback, loopback, market_of


@asynccontextmanager
async def paper_on(
    exchange: Loopback, home: Path, *symbols: str
) -> AsyncIterator[tuple[PaperExchange, PaperPurse]]:
    urls = (f"api.rest_url={exchange.rest_url}", f"api.stream_url={exchange.stream_url}")
    configuration = config_at(home, "api.environment=paper", *urls).load()
    async with reach(configuration, clock=SystemClock(), jitter=Random(1)) as market:
        purse = PaperPurse(home / "paper.json", clock=market.rest.time, runner=Runner.INLINE)
        yield (
            PaperExchange(
                market,
                symbols=symbols or ("BTCUSDT",),
                balance=Decimal(5_000),
                purse=purse,
                jitter=Random(1),
            ),
            purse,
        )
        purse.close()


def held(paper: PaperExchange) -> dict[str, Decimal]:
    assert paper._protocol is not None
    account = paper._protocol.venue.exchange.accounts[PAPER_KEY]
    return {"wallet": account.wallet} | {leg.symbol: leg.amount for leg in account.held()}


def buy(paper: PaperExchange, symbol: str) -> None:
    assert paper._protocol is not None
    core = paper._protocol.venue.exchange
    spec = OrderSpec(symbol=symbol, side=Side.BUY, type=OrderType.MARKET, qty=Decimal("0.010"))
    core.place(core.accounts[PAPER_KEY], spec)


async def test_it_opens_with_the_purse_of_the_settings_and_the_live_prices_and_contracts(
    tmp_path: Path,
) -> None:
    async with loopback(speed=1) as exchange:
        theirs = exchange.protocol.venue.exchange
        async with paper_on(exchange, tmp_path) as (paper, _):
            await paper.open()
            await paper.open()  # a greeting that failed later is made again
            assert paper._protocol is not None
            core = paper._protocol.venue.exchange
            assert core.rules == {"BTCUSDT": theirs.rules["BTCUSDT"]}
            ours, told = core.quote("BTCUSDT"), theirs.quote("BTCUSDT")
        assert (ours.last, ours.mark) == (told.last, told.mark)
    assert held(paper) == {"wallet": Decimal(5_000)}


async def test_what_was_held_is_held_again_though_nobody_trades_it_any_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with loopback(speed=1) as exchange:
        async with paper_on(exchange, tmp_path, "ETHUSDT") as (paper, _):
            await paper.open()
            buy(paper, "ETHUSDT")
        async with paper_on(exchange, tmp_path, "BTCUSDT") as (again, _):
            await again.open()
        assert held(again) == held(paper)
        assert held(again)["ETHUSDT"] == Decimal("0.010")
    async with (
        loopback(market_of("BTCUSDT"), speed=1) as elsewhere,
        paper_on(elsewhere, tmp_path, "BTCUSDT") as (bare, _),
    ):
        await bare.open()
    assert held(bare) == {"wallet": held(paper)["wallet"]}
    assert "not listed any more, dropped from the paper account" in caplog.messages


async def test_rules_that_change_there_change_here(tmp_path: Path) -> None:
    async with loopback(speed=1) as exchange, paper_on(exchange, tmp_path) as (paper, _):
        await paper.open()
        theirs = exchange.protocol.venue.exchange
        changed = replace(theirs.rules["BTCUSDT"], tick=Decimal("0.50"))
        theirs.set_rules(changed)
        await paper.renew_contracts()
        assert paper._protocol is not None
        assert paper._protocol.venue.exchange.rules["BTCUSDT"] == changed


async def test_what_cannot_be_true_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impossible(*_args: object) -> NoReturn:
        raise BadData("exchangeInfo: a symbol lacks the filter LOT_SIZE")

    async with loopback(speed=1) as exchange, paper_on(exchange, tmp_path) as (paper, _):
        with monkeypatch.context() as patched:
            patched.setattr("noctule.app.paper_exchange.rules_told", impossible)
            with pytest.raises(OutcomeUnknown, match="LOT_SIZE"):
                await paper.open()
        with monkeypatch.context() as patched:
            patched.setattr(LastPrice, "check", malformed)
            with pytest.raises(OutcomeUnknown, match="the last prices cannot be true"):
                await paper.open()
        await paper.open()
    assert held(paper) == {"wallet": Decimal(5_000)}


def malformed(_last: LastPrice) -> NoReturn:
    raise FeedMalformed("BTCUSDT: so much a price as 0")


def test_contracts_are_read_anew_every_hour_whatever_becomes_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main(clock: VirtualClock) -> None:
        configuration = config_at(tmp_path, "api.environment=paper").load()
        async with reach(configuration, clock=clock, jitter=Random(1)) as market:
            purse = PaperPurse(tmp_path / "paper.json", clock=clock, runner=Runner.INLINE)
            paper = PaperExchange(
                market, symbols=(), balance=Decimal(1), purse=purse, jitter=Random(1)
            )
            monkeypatch.setattr(paper, "renew_contracts", refuse)
            async with asyncio.TaskGroup() as group:
                keeping = group.create_task(paper.keep_contracts())
                await clock.sleep_ms(2 * 3_600_000 + 1)
                keeping.cancel()

    async def refuse() -> None:
        raise VenueUnreachable("down")

    run_virtual(main, start_ms=OPEN_MS)
    assert caplog.messages == ["paper contracts not refreshed"] * 2
