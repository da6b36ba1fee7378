"""A whole bot on the simulated exchange over real sockets: it hears, it shows, it survives."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.faults import FaultKind
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.app.reach import reach
from noctule.config.manager import ConfigManager, Sources
from noctule.domain.errors import ConfigError
from noctule.strategies.factory import StrategyFactory
from tests.builders import order_request
from tests.fakes.home import INI
from tests.fakes.loopback import KEY, SECRET, Loopback, loopback, market_of
from tests.fakes.rest_desk import rest_to


def config_for(exchange: Loopback, home: Path, *overrides: str) -> ConfigManager:
    """Return the configuration of a bot on the demo environment, whose hosts are ours."""
    (home / "configs").mkdir()
    (home / "configs/noctule.ini").write_text(INI)
    files = {"file": "noctule.log", "trade_log": "trades.jsonl", "audit_log": "audit.jsonl"}
    return ConfigManager(
        Sources(
            home=home,
            directory=Path("configs"),
            environment={"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET},
            overrides=(
                *(f"logging.{key}={home / 'logs' / name}" for key, name in files.items()),
                "api.environment=testnet",
                f"api.rest_url={exchange.rest_url}",
                f"api.stream_url={exchange.stream_url}",
                *overrides,
            ),
        ),
        strategy_settings=StrategyFactory.settings_of,
        strategy_names=StrategyFactory.names(),
    )


@asynccontextmanager
async def living(exchange: Loopback, home: Path, *overrides: str) -> AsyncIterator[TradingBot]:
    """Let a bot live on an exchange, and see it leave cleanly."""
    console = io.StringIO()
    bot = TradingBot.create(config_for(exchange, home, *overrides), console=console)
    async with asyncio.TaskGroup() as group:
        life = group.create_task(live(bot))
        await until(lambda: "running" in log_of(home))
        yield bot
        bot.stop.ask("the test")
    assert life.result() is None, console.getvalue()
    assert "unclean=none" in log_of(home)


def log_of(home: Path) -> str:
    path = home / "logs/noctule.log"
    return path.read_text() if path.exists() else ""


def trades_of(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "logs/trades.jsonl").read_text().splitlines()]


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Look again and again: what is waited for stands in a file that a thread writes."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # a file has no event to wait for
            await asyncio.sleep(0.02)


async def test_candles_become_signals_and_each_is_refused_for_want_of_hands(
    tmp_path: Path,
) -> None:
    async with (
        loopback(market_of("BTCUSDT"), speed=1_200) as exchange,
        living(exchange, tmp_path, "trading.warmup_candles=20"),
    ):
        await until(lambda: len(trades_of(tmp_path)) >= 4)
    first, second, *_ = trades_of(tmp_path)
    assert (first["event"], second["event"]) == ("signal", "signal_refused")
    assert second["reasons"] == ["orders: this version sends no orders: signals are only shown"]
    assert first["trace"] == second["trace"]


async def test_a_trade_made_by_hand_is_heard_of_to_the_last_digit(tmp_path: Path) -> None:
    async with (
        loopback(market_of("BTCUSDT"), speed=60) as exchange,
        rest_to(exchange) as by_hand,
    ):
        async with living(exchange, tmp_path):
            answer = await by_hand.client.new_order("BTCUSDT", "BUY", "MARKET", quantity="0.010")
            assert answer.status == 200
            await until(lambda: "order filled" in log_of(tmp_path))
        (trade,) = json.loads((await by_hand.client.get_account_trades("BTCUSDT")).body)
    (told,) = re.findall(r"order filled .* quantity=(\S+) price=(\S+) ", log_of(tmp_path))
    assert tuple(map(Decimal, told)) == (Decimal(trade["qty"]), Decimal(trade["price"]))


async def test_orders_may_go_over_the_websocket_api(tmp_path: Path) -> None:
    async with loopback(market_of("BTCUSDT"), speed=60) as exchange:
        config = config_for(
            exchange, tmp_path, "api.orders_over=websocket", f"api.ws_api_url={exchange.ws_api_url}"
        ).load()
        async with reach(config, clock=SystemClock(), jitter=Random(1)) as reached:
            await reached.rest.start()
            exchange.arm(FaultKind.REFUSED, "POST /fapi/v1/order", times=None, code=-9999)
            await asyncio.sleep(0.5)  # until the line stands
            await OrderExecutionManager(reached.rest).place(order_request(quantity="0.010"))
    assert exchange.account.legs("BTCUSDT")


async def test_a_key_refused_while_running_halts_entries_and_the_process_goes_on(
    tmp_path: Path,
) -> None:
    async with (
        loopback(market_of("BTCUSDT"), speed=1_200) as exchange,
        living(exchange, tmp_path, "trading.warmup_candles=20"),
    ):
        exchange.arm(FaultKind.REFUSED, "* /fapi/v?/*", times=None, code=-2015, msg="revoked")
        exchange.protocol.expire_listen_key(exchange.account)
        await until(lambda: "key refused" in log_of(tmp_path))
        refused = len(trades_of(tmp_path))
        await until(lambda: len(trades_of(tmp_path)) >= refused + 4)
        exchange.disarm()
        await until(lambda: "key taken again" in log_of(tmp_path))
    reasons = [line["reasons"] for line in trades_of(tmp_path) if line["event"] == "signal_refused"]
    assert any("access: the key is refused: -2015 revoked" in each for each in reasons)


async def test_an_account_in_hedge_mode_is_told_with_its_remedy_and_left_alone(
    tmp_path: Path,
) -> None:
    async with (
        loopback(market_of("BTCUSDT"), speed=60) as exchange,
        rest_to(exchange) as by_hand,
    ):
        await by_hand.client.change_position_mode("true")
        bot = TradingBot.create(config_for(exchange, tmp_path), console=io.StringIO())
        failure = await live(bot)
        still = await by_hand.client.get_position_mode()
    assert failure is not None
    assert "hedge mode" in str(failure)
    assert json.loads(still.body) == {"dualSidePosition": True}


async def test_an_exchange_that_is_not_there_ends_the_start_as_unreachable(tmp_path: Path) -> None:
    async with loopback(market_of("BTCUSDT"), speed=60) as exchange:
        config = config_for(exchange, tmp_path, "api.rest_url=http://127.0.0.1:9")
    failure = await live(TradingBot.create(config, console=io.StringIO()))
    assert type(failure).__name__ == "VenueUnreachable"


async def test_symbols_that_cannot_be_traded_are_all_told_before_anything_begins(
    tmp_path: Path,
) -> None:
    async with loopback(market_of("BTCUSDT"), speed=60) as exchange:
        wrong = "trading.symbols=NOSUCHUSDT,BTCUSDT,NORTHISUSDT"
        failure = await live(TradingBot.create(config_for(exchange, tmp_path, wrong)))
    assert isinstance(failure, ConfigError)
    assert failure.problems == (
        "[trading] symbols: NOSUCHUSDT is not listed there, take another or correct it",
        "[trading] symbols: NORTHISUSDT is not listed there, take another or correct it",
    )
