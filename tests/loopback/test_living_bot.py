"""A whole bot on the simulated exchange over real sockets: it trades, it tells, it survives."""

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

import pytest

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.store.database import reading
from noctule.adapters.store.ledger_reading import seen_between, spans
from noctule.app.bot import TradingBot
from noctule.app.process import live
from noctule.app.reach import reach
from noctule.app.user_strategies import strategy_catalogue
from noctule.config.manager import ConfigManager, Sources
from noctule.domain.errors import ConfigError
from noctule.domain.ids import candle_trace
from noctule.domain.observation import Answer
from noctule.engine.patiently import Persistence
from tests.builders import BTCUSDT, order_request
from tests.fakes.home import INI
from tests.fakes.loopback import KEY, SECRET, Loopback, loopback, market_of
from tests.fakes.rest_desk import rest_to

FLATTEN = ("shutdown.policy=flatten",)
OTHER_KEY = "q" * 64
# What needs a key and trades nothing; the market goes on.
QUESTIONS = ("* /fapi/v1/listenKey", "GET /fapi/v[23]/*", "GET /fapi/v1/*[oO]rder*")
REFUSED, ACCESS = "signal_refused", "access: the key is refused: -2015 revoked"


def config_for(exchange: Loopback, home: Path, *overrides: str, key: str = KEY) -> ConfigManager:
    """Return the configuration of a bot on the demo environment, whose hosts are ours."""
    (home / "configs").mkdir()
    (home / "configs/noctule.ini").write_text(INI)
    files = {"file": "noctule.log", "trade_log": "trades.jsonl", "audit_log": "audit.jsonl"}
    return ConfigManager(
        Sources(
            home=home,
            directory=Path("configs"),
            environment={"BINANCE_API_KEY": key, "BINANCE_API_SECRET": SECRET},
            overrides=(
                *(f"logging.{file}={home / 'logs' / name}" for file, name in files.items()),
                f"store.url=sqlite:///{home}/state/{{environment}}-{{account}}.db",
                f"risk.kill_switch_file={home / 'STOP'}",
                "control.socket=",
                "api.environment=testnet",
                f"api.rest_url={exchange.rest_url}",
                f"api.stream_url={exchange.stream_url}",
                *overrides,
            ),
        ),
        catalogue=strategy_catalogue(home),
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


def told(home: Path, event: str) -> list[dict[str, Any]]:
    """Return the lines of one kind in the trade log."""
    return [line for line in trades_of(home) if line["event"] == event]


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Look again and again: what is waited for stands in a file that a thread writes."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # a file has no event to wait for
            await asyncio.sleep(0.02)


async def test_signals_become_protected_positions_and_back_to_flat_to_the_last_digit(
    tmp_path: Path,
) -> None:
    async with loopback(market_of("BTCUSDT"), speed=1_200) as exchange:
        async with living(exchange, tmp_path, "trading.warmup_candles=20", *FLATTEN):
            await until(lambda: len(told(tmp_path, "position_closed")) >= 2, seconds=15)
        assert not any(leg.amount for leg in exchange.account.legs("BTCUSDT"))
        assert not [*exchange.account.orders_on("BTCUSDT"), *exchange.account.algos_on("BTCUSDT")]
        earned = exchange.account.wallet - 10_000
        theirs = [
            (trade.client_id, trade.trade_id, trade.price, trade.qty, trade.commission)
            for trade in exchange.account.history.trades
        ]
    closed = told(tmp_path, "position_closed")
    assert sum(Decimal(line["net_pnl"]) for line in closed) == earned
    ours = [
        (
            line["client_order_id"],
            line["trade_id"],
            *(Decimal(line[key]) for key in ("price", "quantity", "fee")),
        )
        for line in told(tmp_path, "fill")
    ]
    assert ours == theirs
    assert len(told(tmp_path, "position_protected")) == len(closed)
    for line in closed:
        _, *moments = line["stamps"].values()  # the exchange's candles are of another time
        assert moments == sorted(moments)
    assert signals_known(tmp_path) == [line["trace"] for line in told(tmp_path, "signal")]


def signals_known(home: Path) -> list[str]:
    """Return the candles at which something was signalled, by a ledger that lacks none."""
    (store,) = (home / "state").glob("*.db")
    with reading(store) as connection:
        (span,) = spans(connection, "BTCUSDT")
        known = list(
            seen_between(
                connection, "BTCUSDT", span.timeframe, from_ms=span.first_ms, to_ms=span.last_ms
            )
        )
    closes = [each.close_ms for each in known]
    assert closes == list(range(span.first_ms, span.last_ms + 1, span.timeframe.ms))
    return [
        candle_trace(BTCUSDT, each.timeframe, each.close_ms)
        for each in known
        if each.record.answer is Answer.SIGNAL
    ]


async def test_before_a_bot_reads_history_it_knows_what_a_dead_one_left(tmp_path: Path) -> None:
    async with (
        loopback(market_of("BTCUSDT"), speed=60) as exchange,
        living(exchange, tmp_path),
    ):
        pass
    steps = ("account told", "warmed up", "running")
    seen = [step for line in log_of(tmp_path).splitlines() for step in steps if step in line]
    assert seen == list(steps)
    assert told(tmp_path, "reconciled")[0]["discrepancies"] == 0


async def test_a_second_bot_on_the_account_is_refused(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    async with loopback(market_of("BTCUSDT"), speed=60) as exchange, living(exchange, first):
        failure = await live(TradingBot.create(config_for(exchange, second)))
    assert isinstance(failure, ConfigError)
    assert "trades on this account already, stop it first" in str(failure)


async def test_a_second_bot_on_the_store_is_refused_whatever_its_account(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    one_store = f"store.url=sqlite:///{tmp_path}/the-store.db"
    async with (
        loopback(market_of("BTCUSDT"), speed=60) as exchange,
        living(exchange, first, one_store),
    ):
        exchange.protocol.venue.exchange.open_account(
            key=OTHER_KEY, secret=SECRET, deposit=Decimal(10_000)
        )
        bot = TradingBot.create(config_for(exchange, second, one_store, key=OTHER_KEY))
        failure = await live(bot)
    assert isinstance(failure, ConfigError)
    assert "stop it first, or give each bot a store of its own" in str(failure)


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
        for asked in QUESTIONS:
            exchange.arm(FaultKind.REFUSED, asked, times=None, code=-2015, msg="revoked")
        exchange.protocol.expire_listen_key(exchange.account)
        await until(lambda: "key refused" in log_of(tmp_path))
        await until(lambda: any(ACCESS in line["reasons"] for line in told(tmp_path, REFUSED)))
        exchange.disarm()
        await until(lambda: "key taken again" in log_of(tmp_path))


async def test_a_key_that_lost_its_leave_to_trade_is_taken_again_while_nothing_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noctule.engine.key_trial._EVERY_MS", 100)
    async with (
        loopback(market_of("BTCUSDT"), speed=1_200) as exchange,
        living(exchange, tmp_path, "trading.warmup_candles=20", *FLATTEN),
    ):
        for asked in ("POST /fapi/v1/*rder", "POST /fapi/v1/countdown*"):
            exchange.arm(FaultKind.REFUSED, asked, times=None, code=-2015, msg="revoked")
        await until(lambda: any(ACCESS in line["reasons"] for line in told(tmp_path, REFUSED)))
        exchange.disarm()
        await until(lambda: "key taken again" in log_of(tmp_path))
        entered = len(told(tmp_path, "fill"))
        await until(lambda: len(told(tmp_path, "fill")) > entered)


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


async def test_an_exchange_that_is_not_there_ends_the_start_as_unreachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief = Persistence(span_ms=100, pause_ms=50)
    monkeypatch.setattr("noctule.app.getting_going._GREETING", brief)
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
