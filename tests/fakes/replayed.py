"""A backtest as short as a test can say it: candles, a plan, and what came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from noctule.adapters.replay.columns import CandleColumns, FundingColumns, Recorded
from noctule.app.backtest.backtesting import unlogged
from noctule.app.backtest.opening import Span
from noctule.app.backtest.running import Ran, run
from noctule.app.backtest.settings import MarketTerms
from noctule.config.settings import Configuration
from noctule.domain.values import Timeframe
from tests.fakes.home import config_at
from tests.fakes.recorded_columns import BEGIN_MS, Row, columns_of

__all__ = [
    "AT_30_000",
    "IDEA",
    "at",
    "configured_at",
    "flat_rows",
    "market_of",
    "replay",
]

_BASE_MS: Final = Timeframe.M5.ms
AT_30_000: Final = 30_000.0
IDEA: Final = f"strategy.path={Path(__file__).with_name('scripted_idea.py')}:ScriptedIdea"


def at(number: int) -> int:
    """Return when a candle opens."""
    return BEGIN_MS + number * _BASE_MS


def flat_rows(count: int, changed: dict[int, tuple[float, float, float, float]]) -> list[Row]:
    """Return candles that move by ten about 30,000 but for these."""
    price = AT_30_000
    usual = (price, price + 10, price - 10, price)
    return [(number, *changed.get(number, usual)) for number in range(count)]


def market_of(*columns: CandleColumns, funding: tuple[FundingColumns, ...] = ()) -> Recorded:
    """Return what was recorded."""
    return Recorded(
        candles={each.symbol: each for each in columns},
        marks={},
        funding={each.symbol: each for each in funding},
        finer={},
    )


def configured_at(home: Path, *keys: str, plan: str | None = "", looks: str = "") -> Configuration:
    """Return the configuration of a bot that follows a plan; None: the keys have sections."""
    own = () if plan is None else (IDEA, f"strategy.plan={plan}", f"strategy.looks={looks}")
    usual = ("trading.timeframe=5m", "trading.warmup_candles=0")
    return config_at(home, *usual, *own, *keys, ini="").load()


def replay(  # what a test says
    home: Path,
    market: Recorded | list[Row],
    *keys: str,
    plan: str | None = "",
    looks: str = "",
    terms: MarketTerms | None = None,
    span: Span | None = None,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> Ran:
    """Trade on candles from the fifth on, unless told otherwise."""
    recorded = market_of(columns_of(market)) if isinstance(market, list) else market
    with unlogged():
        return run(
            configured_at(home, *keys, plan=plan, looks=looks),
            recorded,
            terms=terms or MarketTerms(),
            span=span or Span(from_ms=at(5)),
            on_progress=on_progress,
        )
