"""What the desk is told of the configuration: its mark, its words and its patience."""

from collections.abc import Mapping, Sequence
from typing import Final

from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError
from noctule.domain.order import WorkingType
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from noctule.engine.order_desk import DeskSettings
from noctule.orders.patience import Patience
from noctule.orders.plan import OrderWords

__all__ = ["desk_settings", "quote_asset_of"]

_MARGIN_MS: Final = 1_000  # beyond which a request that nobody has seen cannot come any more


def desk_settings(account_tag: str | None, settings: Settings) -> DeskSettings:
    """Return whose orders these are and how the owner wants them."""
    risk, api = settings.risk, settings.api
    return DeskSettings(
        account=account_tag or "",
        words=OrderWords(
            working_type=WorkingType(risk.working_type),
            has_limit_target=risk.take_profit_order == "limit",
        ),
        patience=Patience(
            naked_ms=risk.naked_position_limit_ms,
            life_ms=api.recv_window_ms + api.order_timeout_ms + _MARGIN_MS,
        ),
    )


def quote_asset_of(contracts: Contracts, settings: Settings) -> str:
    """Return what money is counted in: the margin asset that all traded contracts share.

    Raises ConfigError where they have several: no loss could be limited in one of them.
    """
    symbols: dict[str, list[Symbol]] = {}  # by margin asset
    for symbol in settings.trading.symbols:
        instrument = contracts.instrument(symbol)
        if instrument is not None:
            symbols.setdefault(instrument.margin_asset, []).append(symbol)
    if len(symbols) > 1:
        raise ConfigError([_several(symbols)])
    return next(iter(symbols), "USDT")


def _several(symbols: Mapping[str, Sequence[Symbol]]) -> str:
    """Say which assets the traded contracts are margined in, and what would be right."""
    told = "; ".join(f"{asset}: {', '.join(each)}" for asset, each in sorted(symbols.items()))
    return f"[trading] symbols: money is counted in one asset ({told}), keep the contracts of one"
