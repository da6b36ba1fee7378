"""The home of a benchmark's bot: its files in one folder, its exchange on one port."""

from collections.abc import Iterable
from pathlib import Path

from noctule.app.user_strategies import strategy_catalogue
from noctule.config.manager import ConfigManager, Sources

__all__ = ["config_at"]


def config_at(
    home: Path, *, ini: str, port: int, keys: tuple[str, str], overrides: Iterable[str]
) -> ConfigManager:
    """Return the configuration of a bot that trades small, whatever it has lost, on this port."""
    (home / "configs").mkdir()
    (home / "configs/noctule.ini").write_text(ini)
    files = {"file": "noctule.log", "trade_log": "trades.jsonl", "audit_log": "audit.jsonl"}
    key, secret = keys
    return ConfigManager(
        Sources(
            home=home,
            directory=Path("configs"),
            environment={"BINANCE_API_KEY": key, "BINANCE_API_SECRET": secret},
            overrides=(
                *(f"logging.{name}={home / 'logs' / file}" for name, file in files.items()),
                f"store.url=sqlite:///{home}/state/{{environment}}-{{account}}.db",
                f"risk.kill_switch_file={home / 'STOP'}",
                *("risk.cooldown_losses=0", "risk.max_daily_loss=1", "risk.max_drawdown=1"),
                *("risk.risk_per_trade=0.0001", "risk.max_orders_per_minute=1200"),
                "risk.max_position_notional=1000",
                "api.environment=testnet",
                f"api.rest_url=http://127.0.0.1:{port}",
                f"api.stream_url=ws://127.0.0.1:{port}",
                *overrides,
            ),
        ),
        catalogue=strategy_catalogue(home),
    )
