"""The same storm twice: passed over where nothing can happen, and told price by price."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final

from msgspec import Struct

from noctule.adapters.replay.columns import Recorded
from noctule.app.backtest.backtesting import unlogged
from noctule.app.backtest.opening import Span
from noctule.app.backtest.running import Ran, run
from noctule.app.backtest.settings import Ambiguity, MarketTerms
from noctule.config.settings import Configuration
from noctule.domain.values import Timeframe
from noctule.performance.records import Course
from tests.fakes.home import config_at
from tests.fakes.plain_driver import PlainDriver
from tests.fakes.stormy_market import stormy_market

__all__ = ["Storm", "both_ways", "course_difference", "drawn_storm"]

_IDEA: Final = Path(__file__).with_name("stormy_idea.py")
_COLUMNS: Final = ("at_ms", "equity", "exposure")
_BASES: Final = ("1m", "5m", "15m", "1h", "4h", "8h", "12h", "1d", "3d", "1w")


class Storm(Struct, frozen=True, kw_only=True):
    """What is run."""

    seed: int
    symbols: tuple[str, ...]
    timeframe: Timeframe
    candles: int
    keys: tuple[str, ...]
    finer: Timeframe | None = None
    terms: MarketTerms = MarketTerms()


def drawn_storm(seed: int, *, candles: int) -> Storm:
    """Draw the settings, each of which changes what may happen within a candle."""
    random = Random(seed)
    choice = random.choice
    timeframe = Timeframe(choice(_BASES))
    symbols = ("BTCUSDT", "ETHUSDT", "LTCUSDT")[: choice((1, 2, 2, 3))]
    higher = {"1m": "5m", "5m": "1h", "15m": "1h", "1h": "4h", "4h": "1d", "8h": "1d"}
    leverage = choice((2, 5, 20, 50))
    is_short = timeframe.ms <= Timeframe.H1.ms  # who waits on longer ones waits long for the test
    often, wide = choice((0.02, 0.1, 0.4)), choice((0.004, 0.01, 0.03, 0.1))
    terms = MarketTerms(
        ambiguity=choice((*Ambiguity,)),
        spread_ticks=choice((1, 1, 3)),
        slippage=choice((Decimal(0), Decimal(0), Decimal("0.0005"))),
        latency_ms=choice((0, 0, 0, 40, 250)),
        taker_fee=choice((None, None, Decimal("0.002"))),
    )
    keys = (
        f"trading.symbols={','.join(symbols)}",
        f"trading.timeframe={timeframe.value}",
        f"trading.higher_timeframes={choice(('', higher.get(timeframe.value, '')))}",
        f"trading.leverage={leverage}",
        f"trading.margin_type={choice(('isolated', 'crossed'))}",
        f"trading.entry_order={choice(('market', 'market', 'limit') if is_short else ('market',))}",
        f"trading.entry_offset={choice(('0', '0.001'))}",
        f"trading.entry_timeout_seconds={choice((60, 900, 7_200))}",
        "trading.warmup_candles=0",
        f"strategy.seed={seed}",
        f"strategy.often={often}",
        f"strategy.wide={wide}",
        f"strategy.watches={choice(('false', 'false', 'true'))}",
        f"strategy.fails={choice((0, 0, 0, 0.03))}",
        f"strategy.reverse={choice(('', 'true', 'false'))}",
        f"risk.risk_per_trade={choice(('0.002', '0.005', '0.02', '0.1'))}",
        f"risk.stop_loss={choice(('0.003', '0.01', '0.1' if leverage < 6 else '0.015'))}",
        f"risk.take_profit={choice(('0.005', '0.02', '1'))}",
        f"risk.take_profit_order={choice(('market', 'limit'))}",
        f"risk.max_positions={choice((1, 3))}",
        f"risk.max_total_exposure={choice(('3', '20', '60'))}",
        f"risk.max_daily_loss={choice(('0.01', '0.05', '0.2', '1', '1'))}",
        f"risk.max_drawdown={choice(('0.05', '0.2', '1', '1', '1'))}",
        f"risk.cooldown_losses={choice((0, 2, 3))}",
        f"risk.cooldown_minutes={choice((5, 60, 1_000))}",
        "risk.max_price_deviation=0.5",
        "risk.max_correlation=1",
        f"risk.funding_guard_minutes={choice((0, 0, 0, 0, 30))}",
        f"risk.working_type={choice(('CONTRACT_PRICE', 'CONTRACT_PRICE', 'MARK_PRICE'))}",
    )
    finer = {"15m": "3m", "1h": "15m", "4h": "1h"}.get(timeframe.value)
    return Storm(
        seed=seed,
        symbols=symbols,
        timeframe=timeframe,
        candles=candles,
        finer=Timeframe(finer) if finer and random.random() < 0.4 else None,
        terms=terms,
        keys=keys,
    )


def both_ways(storm: Storm, home: Path) -> tuple[Ran, Ran]:
    """Run it, passing over what may be, and then without."""
    recorded = stormy_market(
        storm.seed,
        symbols=storm.symbols,
        timeframe=storm.timeframe,
        candles=storm.candles,
        finer=storm.finer,
    )
    configuration = config_at(home, f"strategy.path={_IDEA}:StormyIdea", *storm.keys, ini="").load()
    return (
        _ran(configuration, recorded, storm.terms, None),
        _ran(configuration, recorded, storm.terms, PlainDriver),
    )


def _ran(
    configuration: Configuration,
    recorded: Recorded,
    terms: MarketTerms,
    driver: type[PlainDriver] | None,
) -> Ran:
    first = min(each.from_ms for each in recorded.candles.values())
    base_ms = next(iter(recorded.candles.values())).timeframe.ms
    span = Span(from_ms=first + 30 * base_ms)
    with unlogged():
        if driver is None:
            return run(configuration, recorded, terms=terms, span=span)
        return run(configuration, recorded, terms=terms, span=span, make_driver=driver)


def course_difference(fast: Course, plain: Course) -> str | None:
    """Tell the first thing that differs; None: nothing does."""
    return next(_differences(fast, plain), None)


def _differences(fast: Course, plain: Course) -> Iterator[str]:
    for one, other in zip(fast.trades, plain.trades, strict=False):
        for name, told, wanted in _unlike(one, other):
            where = f"trade {one.number}, {one.symbol} opened {one.opened_ms}"
            yield f"{where}: {name} is {told} and {wanted}"
    if len(fast.trades) != len(plain.trades):
        yield f"{len(fast.trades)} trades and {len(plain.trades)}"
    for name, told, wanted in _unlike(fast, plain):
        if name not in ("trades", "curve", "held"):
            yield f"{name}: {told} and {wanted}"
    columns = ((getattr(each.curve, name) for name in _COLUMNS) for each in (fast, plain))
    for told, wanted in zip(*(zip(*each, strict=True) for each in columns), strict=True):
        if told != wanted:
            yield f"{_COLUMNS} are {told} and {wanted}"


def _unlike(one: Struct, other: Struct) -> Iterator[tuple[str, object, object]]:
    for name in one.__struct_fields__:
        told, wanted = getattr(one, name), getattr(other, name)
        if told != wanted:
            yield name, told, wanted
