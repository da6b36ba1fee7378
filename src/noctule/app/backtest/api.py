"""`noctule.backtest(...)`: a backtest as a function."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from os import PathLike
from pathlib import Path

from noctule.app.backtest.backtesting import Progress, Wish, backtested, configured
from noctule.app.backtest.opening import Span
from noctule.app.backtest.result import BacktestResult
from noctule.app.backtest.settings import Ambiguity, MarketTerms
from noctule.app.cli.options import config_manager
from noctule.config.manager import ConfigManager
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe

__all__ = ["backtest"]

_Path = str | PathLike[str]


def backtest(  # noqa: PLR0913  # what may be asked for
    data: _Path | Sequence[_Path],
    *,
    settings: Mapping[str, object] | None = None,
    config: Sequence[_Path] = (),
    profile: str | None = None,
    start: datetime | int | None = None,
    end: datetime | int | None = None,
    ambiguity: str = "worst",
    spread_ticks: int = 1,
    slippage: float | Decimal = 0,
    latency_ms: int = 0,
    taker_fee: float | Decimal | None = None,
    maker_fee: float | Decimal | None = None,
    refine: str | None = None,
    is_cached: bool = True,
    tell: Progress = lambda _what, _share: None,
) -> BacktestResult:
    """Replay candle files through the bot, and return what came of it.

    `settings` holds what `--set` would: {"strategy.fast": 5, "trading.symbols": "ETHUSDT"}. A
    problem with any of it is a ConfigError that names all of them.
    """
    problems = [
        *_outside("slippage", slippage, 0, 0.1),
        *_outside("spread_ticks", spread_ticks, 0, 1_000),
        *_outside("latency_ms", latency_ms, 0, 1_000),
        *_outside("taker_fee", taker_fee, -0.01, 0.05),
        *_outside("maker_fee", maker_fee, -0.01, 0.05),
        *_unknown("ambiguity", ambiguity, Ambiguity),
        *_unknown("refine", refine, Timeframe),
    ]
    if problems:
        raise ConfigError(problems)
    paths = (data,) if isinstance(data, str | PathLike) else tuple(data)
    said = [f"{name}={value}" for name, value in (settings or {}).items()]

    def manager(keys: Sequence[str]) -> ConfigManager:
        return config_manager(
            files=[Path(each) for each in config], profile=profile, overrides=[*keys, *said]
        )

    wish = Wish(
        paths=tuple(Path(each) for each in paths),
        span=Span(from_ms=_ms(start), to_ms=_ms(end)),
        finer=None if refine is None else Timeframe(refine),
        terms=MarketTerms(
            ambiguity=Ambiguity(ambiguity),
            spread_ticks=spread_ticks,
            slippage=Decimal(str(slippage)),
            latency_ms=latency_ms,
            taker_fee=None if taker_fee is None else Decimal(str(taker_fee)),
            maker_fee=None if maker_fee is None else Decimal(str(maker_fee)),
        ),
        is_cached=is_cached,
    )
    return backtested(wish, configured(wish.paths, manager), tell=tell)


def _outside(name: str, value: float | Decimal | None, low: float, high: float) -> Iterator[str]:
    if value is not None and not low <= value <= high:
        yield f"{name}: {value} is not from {low} to {high}"


def _unknown(name: str, value: str | None, kind: type[StrEnum]) -> Iterator[str]:
    if value is not None and value not in [*kind]:
        yield f"{name}: {value!r} is none of {', '.join(kind)}"


def _ms(moment: datetime | int | None) -> int | None:
    if moment is None or isinstance(moment, int):
        return moment
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000)
