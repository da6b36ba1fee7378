"""Where a bot lives in a storm: its folder, its configuration, and the one strategy it has."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel
from typing_extensions import override

from noctule.app.storm.idea import StormIdea
from noctule.app.storm.story import Story
from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import StrategyFile
from noctule.config.strategies import Catalogue, StrategyFiles
from noctule.telemetry.attempt import contained

__all__ = ["KEY", "KILL_SWITCH", "SECRET", "STRATEGY", "config_at", "write_ini"]

KEY: Final = "storm-key-0123456789abcdef0123456789abcdef0123456789abcdef012345678"
SECRET: Final = KEY[::-1]
STRATEGY: Final = "StormIdea"
KILL_SWITCH: Final = "STOP"

R = TypeVar("R")

# Nobody stops trading for having lost: a storm is to go on. Profiles say otherwise.
_DEFAULTS: Final = (
    "api.environment=testnet",
    "trading.timeframe=1m",
    "trading.warmup_candles=20",
    "regime.norm_candles=100",
    "control.socket=",
    "logging.level=WARNING",
    "risk.max_daily_loss=1",
    "risk.max_drawdown=1",
    "risk.cooldown_losses=0",
    "risk.max_correlation=1",
)


def write_ini(home: Path, *changes: tuple[str, str]) -> None:
    """Write the file of settings that the bot reads at its start, and when it reloads."""
    sections: dict[str, list[str]] = {}
    for name, value in changes:
        section, _, key = name.partition(".")
        sections.setdefault(section, []).append(f"{key} = {value}")
    text = "".join(
        f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items()
    )
    (home / "configs").mkdir(parents=True, exist_ok=True)
    (home / "configs/noctule.ini").write_text(text)


def config_at(home: Path, story: Story, *, symbols: Iterable[str], calm_ms: int) -> ConfigManager:
    """Return the configuration of a life that begins in this folder."""
    # Other storms of this machine have accounts of their own, which the address tells apart.
    url = f"http://127.0.0.1:{10_000 + os.getpid() % 50_000}"
    overrides = (
        *_DEFAULTS,
        *story.settings,
        f"trading.symbols={','.join(symbols)}",
        f"strategy.path={STRATEGY}",
        f"strategy.seed={story.seed}",
        f"strategy.often={story.signals}",
        f"strategy.calm_ms={calm_ms}",
        f"logging.file={home}/logs/noctule.log",
        f"logging.trade_log={home}/logs/trades.jsonl",
        f"logging.audit_log={home}/logs/audit.jsonl",
        f"store.url=sqlite:///{home}/state/{{environment}}-{{account}}.db",
        f"risk.kill_switch_file={home}/{KILL_SWITCH}",
        f"api.rest_url={url}",
        f"api.stream_url={url.replace('http', 'ws')}",
    )
    sources = Sources(
        home=home,
        directory=Path("configs"),
        environment={"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET},
        overrides=overrides,
    )
    catalogue = Catalogue(names=(), settings_of=lambda _name: None, files=_OneIdea())
    return ConfigManager(sources, catalogue=catalogue)


class _OneIdea(StrategyFiles):
    """Whatever file is asked for, this is in it: nothing is read and nothing is timed."""

    @override
    def load(self, reference: str) -> StrategyFile | str:
        return StrategyFile(path=reference, name=STRATEGY, code="storm", kind=StormIdea)

    @override
    def try_out(self, file: StrategyFile, settings: BaseModel) -> str | None:
        return None

    @override
    def blame(self, file: StrategyFile, error: BaseException) -> str:
        return f"{file.name}: {error!r}"

    @override
    def contained(self, call: Callable[[], R]) -> R | BaseException:
        return contained(call)

    @override
    def close(self) -> None:
        return
