"""What `reconcile --plan` prints of an account that was left as it is, and how it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.rest.client import keys_of
from noctule.adapters.binance.rest.parts import RestSettings, rest_over
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.pacing import ByHand
from noctule.adapters.store.store import Store
from noctule.app.cli import main
from noctule.app.sim_keys import sim_key_pair
from noctule.domain.ids import account_tag, client_order_id
from noctule.domain.memory import DeskMemory
from noctule.domain.order import ClientOrderId, Leg, OrderKey, OrderKind
from noctule.domain.values import Side, Timeframe
from tests.builders import BTCUSDT, order_request
from tests.fakes.loopback import OPEN_MS, Loopback, loopback
from tests.reconcile_builders import remembered

TAG = account_tag("1")  # of the simulated exchange with seed 1
OWNERS = ClientOrderId("ios_limit")


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[risk]\nstop_loss = 0.02\n")
    monkeypatch.chdir(tmp_path)
    for name in ("BINANCE_API_KEY", "BINANCE_API_SECRET", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


def test_without_plan_it_says_who_does_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile"]) == 1

    assert capsys.readouterr().err == (
        "reconcile: the daemon does this at its start and every minute, add --plan to see what "
        "it would do now\n"
    )


def test_an_empty_account_needs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "--plan"]) == 0

    assert capsys.readouterr().out == (
        "the simulated exchange in this process, seed 1, without a memory of an earlier run\n"
        "nothing is held and nothing rests: there is nothing to do\n"
    )


def test_paper_has_no_account(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "--plan", "--set", "api.environment=paper"]) == 1
    assert "the paper account lives within the bot" in capsys.readouterr().err


def test_credentials_are_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "--plan", "--set", "api.environment=testnet"]) == 1
    assert "testnet needs credentials" in capsys.readouterr().err


def test_an_exchange_that_is_not_there_is_exit_code_75(capsys: pytest.CaptureFixture[str]) -> None:
    url = "http://127.0.0.1:9"
    assert main(["reconcile", "--plan", "--set", f"api.rest_url={url}"]) == 75

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "127.0.0.1:9 cannot be reached" in captured.err


def test_a_store_that_cannot_be_read_is_done_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no.db").write_text("this is no store, whoever calls it one: it is a sentence")

    store = f"store.url=sqlite:///{tmp_path}/no.db"
    assert main(["reconcile", "--plan", "--set", store]) == 0
    assert "planned without it" in capsys.readouterr().err


async def test_a_naked_position_is_shown_and_nothing_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with _left_alone() as exchange:
        assert await _plan(exchange, "--json") == 0
        document = json.loads(capsys.readouterr().out)
        assert await _plan(exchange) == 0
        table = capsys.readouterr().out.splitlines()
        assert len(exchange.account.orders) + len(exchange.account.algos) == 1

    assert document["has_memory"] is False
    assert [each["action"] for each in document["items"]] == [
        *("adopt", "protect", "re-arm"),
        "ignore",
    ]
    assert document["counts"] == {"adopted": 1, "protected": 1, "swept": 0, "discrepancies": 0}
    assert list(document["foreign"]) == ["BTCUSDT"]
    assert table[1].split() == ["symbol", "action", "what", "reason"]
    assert [line.split()[1] for line in table[2:]] == ["adopt", "protect", "re-arm", "ignore"]


async def test_what_a_daemon_wrote_down_is_read_while_it_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = Store(tmp_path / "desk.db")
    memory.start()
    brackets = (remembered(stop="61000", target=None),)
    memory.save(DeskMemory(saved_ms=OPEN_MS, brackets=brackets))
    try:
        async with _left_alone() as exchange:
            store = f"store.url=sqlite:///{tmp_path}/desk.db"
            assert await _plan(exchange, "--json", "--set", store) == 0
    finally:
        assert memory.close(5_000)

    document = json.loads(capsys.readouterr().out)
    assert document["has_memory"] is True
    assert [each["what"] for each in document["items"] if each["action"] == "protect"] == [
        "stop at 61000, as remembered"
    ]


async def test_what_somebody_opened_after_ours_was_closed_is_not_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with _exchange() as (exchange, orders):
        await orders.place(order_request(client_order_id=_name(Leg.ENTRY)))
        close = order_request(
            client_order_id=_name(Leg.CLOSE), side=Side.SELL, leg=Leg.CLOSE, reduces_only=True
        )
        await orders.place(close)
        await orders.place(order_request(client_order_id=OWNERS))
        assert await _plan(exchange, "--json") == 0

    document = json.loads(capsys.readouterr().out)
    assert [each["action"] for each in document["items"]] == ["ignore"]
    assert document["foreign"]["BTCUSDT"].startswith("long 0.01 from 6")


async def _plan(exchange: Loopback, *words: str) -> int:
    where = ("--set", f"api.rest_url={exchange.rest_url}")
    return await asyncio.to_thread(main, ["reconcile", "--plan", *where, *words])


@asynccontextmanager
async def _left_alone() -> AsyncIterator[Loopback]:
    """Run an exchange on which an entry of ours was filled, and an order of the owner's rests."""
    async with _exchange() as (exchange, orders):
        await orders.place(order_request(client_order_id=_name(Leg.ENTRY)))
        await orders.place(
            order_request(OrderKind.LIMIT, client_order_id=OWNERS, side=Side.BUY, price="61500.0")
        )
        yield exchange


@asynccontextmanager
async def _exchange() -> AsyncIterator[tuple[Loopback, OrderExecutionManager]]:
    """Run an exchange, with the executor of the account that `reconcile` asks about."""
    async with loopback(pace=ByHand()) as exchange:
        key, secret = sim_key_pair(1)
        transport = HttpTransport(exchange.rest_url)
        rest = rest_over(
            transport,
            keys=keys_of(key, secret),
            clock=SystemClock(),
            jitter=Random(1),
            settings=RestSettings(api=ApiSettings()),
        )
        exchange.account = exchange.protocol.venue.exchange.open_account(
            key=key, secret=secret, deposit=Decimal(10_000)
        )
        try:
            await rest.measure_time()
            yield exchange, OrderExecutionManager(rest)
        finally:
            await transport.close()


def _name(leg: Leg) -> ClientOrderId:
    key = OrderKey(close_ms=OPEN_MS - 1, timeframe=Timeframe.M1, leg=leg, attempt=0)
    return client_order_id(account=TAG, strategy="sma_cross", symbol=BTCUSDT, key=key)
