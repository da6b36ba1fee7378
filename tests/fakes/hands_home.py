"""Where the bot of the hands' tests lives: its settings, and every bound made short."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import pytest

from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.account_stream import BinanceAccountStream
from noctule.adapters.binance.collector import BinanceDataCollector
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.app.bot import TradingBot
from noctule.app.user_strategies import strategy_catalogue
from noctule.app.wiring import Wiring
from noctule.app.world import binance_world
from noctule.config.manager import ConfigManager, Sources
from noctule.orders.patience import Patience
from tests.fakes.hands_clock import LeapingClock
from tests.fakes.hands_exchange import HandsExchange
from tests.fakes.hands_strategy import NAME, register
from tests.fakes.loopback import KEY, SECRET

__all__ = [
    "NAKED_LIMIT_MS",
    "ORDER_TIMEOUT_MS",
    "QUICK",
    "bot_on",
    "config_of",
    "overrides_for",
    "shrunk",
    "write_ini",
]

NAKED_LIMIT_MS: Final = 600
ORDER_TIMEOUT_MS: Final = 250
_INI = """\
[trading]
symbols = {symbols}
warmup_candles = 5
[strategy]
name = {strategy}
"""
QUICK = AccountSettings(
    exposed_audit_ms=600,
    flat_audit_ms=1_500,
    patience_ms=100,
    doubt_gap_ms=50,
    proof_ms=300,
    retry_ms=50,
    tick_ms=10,
    keep_alive_ms=60_000,
    keep_alive_retry_ms=100,
)
_STREAM = StreamSettings(backoff_ms=10, backoff_ms_max=50, overlap_ms=100, message_gap_ms=10)


def config_of(
    exchange: HandsExchange, home: Path, *overrides: str, symbols: str = "BTCUSDT"
) -> ConfigManager:
    """Return the configuration of a bot whose time-outs are short and whose hosts are ours."""
    write_ini(home, symbols=symbols)
    return ConfigManager(
        Sources(
            home=home,
            directory=Path("configs"),
            environment={"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET},
            overrides=(*overrides_for(exchange, home), *overrides),
        ),
        catalogue=strategy_catalogue(home),
    )


def write_ini(home: Path, *, symbols: str = "BTCUSDT") -> None:
    """Write the file of settings that the bot finds at home."""
    (home / "configs").mkdir(exist_ok=True)
    (home / "configs/noctule.ini").write_text(_INI.format(symbols=symbols, strategy=NAME))


def overrides_for(exchange: HandsExchange, home: Path) -> tuple[str, ...]:
    """Return every setting that a bot at home on this exchange needs."""
    files = {"file": "noctule.log", "trade_log": "trades.jsonl", "audit_log": "audit.jsonl"}
    return (
        *(f"logging.{key}={home / 'logs' / name}" for key, name in files.items()),
        f"store.url=sqlite:///{home}/state/{{environment}}-{{account}}.db",
        f"risk.kill_switch_file={home / 'STOP'}",
        "control.socket=",
        f"risk.naked_position_limit_ms={NAKED_LIMIT_MS}",
        f"api.order_timeout_ms={ORDER_TIMEOUT_MS}",
        f"api.timeout_ms={2 * ORDER_TIMEOUT_MS}",
        "api.environment=testnet",
        f"api.rest_url={exchange.rest_url}",
        f"api.stream_url={exchange.stream_url}",
    )


def shrunk(
    patch: pytest.MonkeyPatch,
    account: AccountSettings = QUICK,
    *,
    desk: Callable[..., Patience] | None = None,
) -> None:
    """Shorten what no setting of the user's shortens, and put the scripted strategy in."""
    register()
    quick = partial(BinanceAccountStream, settings=account, stream_settings=_STREAM)
    patch.setattr("noctule.app.world.BinanceAccountStream", quick)
    collector = partial(BinanceDataCollector, streams=_STREAM)
    patch.setattr("noctule.app.world.BinanceDataCollector", collector)
    patch.setattr("noctule.app.desk_settings.Patience", desk or _patience)


def _patience(*, naked_ms: int, life_ms: int) -> Patience:
    """Return a desk's patience, whose every other bound is as short as the naked limit here."""
    assert life_ms, f"{life_ms} is no life"
    return Patience(
        naked_ms=naked_ms,
        life_ms=2 * ORDER_TIMEOUT_MS,
        first_question_ms=100,
        question_ms=50,
        question_ms_max=200,
        resting_question_ms=200,
        cancel_ms=200,
        retry_ms=50,
        retry_ms_max=300,
        disagreement_ms=100,
        look_ms=100,
        farewell_ms=1_500,
    )


def bot_on(clock: LeapingClock, config: ConfigManager) -> TradingBot:
    """Return a bot that reads the test's clock."""
    wiring = Wiring(clock=lambda: clock, open=binance_world)
    return TradingBot.create(
        config, wirings={"testnet": wiring}, jitter=Random(1), console=io.StringIO()
    )
