"""Every environment is reached as itself: the right hosts, the right account, nothing sent yet."""

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from random import Random

import pytest
from pydantic import SecretStr

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.wire.account import BALANCE
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.faults import FaultKind
from noctule.app.reach import Reach, reach
from noctule.app.sim_keys import sim_key_pair
from noctule.config.credentials import Credentials
from noctule.config.settings import Configuration
from noctule.domain.errors import BudgetExhausted, ConfigError
from noctule.domain.ids import account_tag
from tests.fakes.home import config_at
from tests.fakes.loopback import KEY, SECRET, loopback

PAIR = Credentials(api_key=SecretStr(KEY), api_secret=SecretStr(SECRET), origin="a test")


def reached(
    home: Path, *overrides: str, credentials: Credentials | None = None
) -> AbstractAsyncContextManager[Reach]:
    loaded = config_at(home, *overrides).load()
    configuration = Configuration(
        settings=loaded.settings, credentials=credentials, origins=loaded.origins
    )
    return reach(configuration, clock=SystemClock(), jitter=Random(1))


async def test_sim_is_an_exchange_in_this_process_with_the_balance_of_the_settings(
    tmp_path: Path,
) -> None:
    async with reached(tmp_path, "sim.balance=321", "sim.seed=7") as found:
        await found.rest.measure_time()
        balances = await found.rest.run(BALANCE, found.rest.client.balance, lane=Lane.READ)

    assert found.exchange == "the simulated exchange in this process, seed 7"
    assert [(row.asset, str(row.balance)) for row in balances] == [("USDT", "321.00000000")]
    assert found.account == account_tag("7")
    assert found.wallet is None


async def test_in_sim_our_clock_runs_with_the_market(tmp_path: Path) -> None:
    async with reached(tmp_path, "sim.speed=1000") as found:
        await found.clock.sleep_ms(50)
        await found.rest.measure_time()

    assert abs(found.rest.time.clock_offset_ms) < 60_000  # the pieces of a market minute


@pytest.mark.parametrize("key", ["stream_url", "ws_api_url"])
async def test_streams_elsewhere_need_an_exchange_elsewhere(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match=f"{key}: the simulated exchange is in this process"):
        async with reached(tmp_path, f"api.{key}=ws://gateway.example"):
            pass


async def test_in_sim_as_fast_as_possible_has_no_clock_of_its_own(tmp_path: Path) -> None:
    async with reached(tmp_path, "sim.speed=0") as found:
        balances = await found.rest.run(BALANCE, found.rest.client.balance, lane=Lane.READ)

    assert balances


async def test_data_that_goes_wrong_under_way_is_a_problem_of_the_configuration(
    tmp_path: Path,
) -> None:
    open_ms = 1_700_006_400_000
    rows = [
        f"{open_ms + at * 60_000},60000,{high},59990,60000,2,"
        f"{open_ms + at * 60_000 + 59_999},120000,7,1,60000\n"
        for at, high in ((at, 59_000 if at == 502 else 60_010) for at in range(504))
    ]
    file = tmp_path / "BTCUSDT-1m-2023.csv"
    file.write_text("".join(rows))

    async with reached(tmp_path, f"sim.data={file}", "sim.speed=100000") as found:
        assert found.spoiled is not None
        async with asyncio.timeout(10):
            problem = await found.spoiled

    assert str(problem).startswith(f"[sim] data: {file}:503: high 59000")


async def test_sim_with_an_address_is_the_exchange_there(tmp_path: Path) -> None:
    key, secret = sim_key_pair(1)
    async with loopback(speed=1) as exchange:
        exchange.protocol.venue.exchange.open_account(
            key=key, secret=secret, deposit=exchange.account.wallet
        )
        async with reached(tmp_path, f"api.rest_url={exchange.rest_url}") as found:
            await found.rest.measure_time()
            await found.rest.run(BALANCE, found.rest.client.balance, lane=Lane.READ)

    assert found.exchange == f"the simulated exchange at {exchange.rest_url.split('/')[-1]}"
    assert found.account == account_tag("1")
    assert found.lock_step_url is None


async def test_with_its_token_an_exchange_elsewhere_waits_for_us(tmp_path: Path) -> None:
    there = ("api.rest_url=http://gateway.example", "sim.control_token=let me in")
    async with reached(tmp_path, *there) as found:
        url = "ws://gateway.example/control/lockstep?token=let%20me%20in"
        assert found.lock_step_url == url


async def test_paper_is_public(tmp_path: Path) -> None:
    async with reached(tmp_path, "api.environment=paper", credentials=PAIR) as found:
        assert found.exchange == "Binance at fapi.binance.com"
        assert found.account is None
        assert found.wallet is None


async def test_testnet_is_the_demo_exchange_with_the_account_of_the_key(tmp_path: Path) -> None:
    async with reached(tmp_path, "api.environment=testnet", credentials=PAIR) as found:
        assert found.exchange == "Binance's demo exchange at demo-fapi.binance.com"
        assert found.account == account_tag(KEY)
        assert found.wallet is None


async def test_only_binance_itself_tells_the_rights_of_a_key(tmp_path: Path) -> None:
    async with reached(tmp_path, "api.environment=live", credentials=PAIR) as found:
        assert found.exchange == "Binance at fapi.binance.com"
        assert found.wallet is not None
    gateway = ("api.environment=live", "api.rest_url=https://gateway.example")
    async with reached(tmp_path, *gateway, credentials=PAIR) as found:
        assert found.wallet is None


async def test_without_credentials_there_is_no_way_to_an_account(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="testnet needs credentials"):
        async with reached(tmp_path, "api.environment=testnet"):
            pass


async def test_in_sim_a_key_of_the_user_is_not_used(tmp_path: Path) -> None:
    address = "api.rest_url=http://gateway.example"
    async with reached(tmp_path, address, credentials=PAIR) as found:
        request = found.rest.client.balance().request

    assert request.api_key == sim_key_pair(1)[0]


async def test_a_ban_is_remembered_beside_the_log(tmp_path: Path) -> None:
    async with loopback(speed=1) as exchange:
        address = ("api.environment=testnet", f"api.rest_url={exchange.rest_url}")
        async with reached(tmp_path, *address, credentials=PAIR) as found:
            exchange.arm(FaultKind.BANNED)
            with pytest.raises(BudgetExhausted):
                await found.rest.run(BALANCE, found.rest.client.balance, lane=Lane.GUARD)
    assert exchange.rest_url.split("//")[1] in (tmp_path / "logs/state/bans.json").read_text()
