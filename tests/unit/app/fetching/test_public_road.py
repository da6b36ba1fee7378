"""Whoever only asks what anybody may know needs no key, and counts every request."""

from pathlib import Path
from random import Random

import pytest

from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.settings import ApiSettings, Environment
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.faults import FaultKind
from noctule.app.fetching.public_road import exchange_of, public_road
from noctule.domain.errors import BudgetExhausted, ConfigError, VenueUnreachable
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.loopback import OPEN_MS, loopback

BTC = Symbol("BTCUSDT")


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ("paper", "https://fapi.binance.com"),
        ("live", "https://fapi.binance.com"),
        ("testnet", "https://demo-fapi.binance.com"),
    ],
)
def test_each_environment_has_its_own_exchange(environment: Environment, url: str) -> None:
    assert exchange_of(ApiSettings(environment=environment)) == url


def test_a_simulation_has_a_past_where_an_address_says_so() -> None:
    with pytest.raises(ConfigError, match=r"say --set api\.environment=paper for Binance's"):
        exchange_of(ApiSettings())

    assert exchange_of(ApiSettings(rest_url="http://127.0.0.1:8780/")) == "http://127.0.0.1:8780"


async def test_every_request_is_counted_those_that_failed_too(tmp_path: Path) -> None:
    async with loopback() as exchange:
        exchange.arm(FaultKind.UNAVAILABLE, "GET /fapi/v1/klines")
        async with public_road(
            ApiSettings(rest_url=exchange.rest_url),
            bans_file=tmp_path / "bans.json",
            clock=SystemClock(),
            jitter=Random(1),
            retries=Retries(attempts_max=2, first_pause_ms=1),
        ) as road:
            rows = await road.past.klines(BTC, Timeframe.M1, start_ms=OPEN_MS - 60_000, limit=1)

    assert len(rows) == 1
    assert road.requests() == 2


async def until_banned(url: str, folder: Path) -> int:
    """Ask until it is too much; return how many requests it took."""
    async with public_road(
        ApiSettings(rest_url=url),
        bans_file=folder / "bans.json",
        clock=SystemClock(),
        jitter=Random(1),
    ) as road:
        with pytest.raises(BudgetExhausted):
            await road.past.klines(BTC, Timeframe.M1, start_ms=OPEN_MS, limit=1)
        return road.requests()


async def test_a_ban_is_kept_for_the_next_time(tmp_path: Path) -> None:
    async with loopback() as exchange:
        exchange.arm(FaultKind.BANNED, "GET /fapi/v1/klines")
        requests = [await until_banned(exchange.rest_url, tmp_path) for _ in range(2)]

    assert requests == [1, 0]


async def test_nobody_there_is_found_out_at_the_first_question(tmp_path: Path) -> None:
    async with public_road(
        ApiSettings(rest_url="http://127.0.0.1:9"),
        bans_file=tmp_path / "bans.json",
        clock=SystemClock(),
        jitter=Random(1),
    ) as road:
        with pytest.raises(VenueUnreachable):
            await road.past.now_ms()

    assert road.requests() == 1
