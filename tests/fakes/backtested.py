"""Runs that never happened, with everything a real one leaves: a walk, and trades along it."""

from array import array
from decimal import Decimal
from random import Random

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from noctule.adapters.report.backtest_facts import ReportFacts, SourceNote
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price, Quantity, Quote, Symbol, Timeframe
from noctule.performance.records import Course, Curve, Held, TradeRecord

__all__ = ["BALANCE", "BTC", "Walk", "course_of", "empty_course", "facts", "trade", "walk"]

BTC = Symbol("BTCUSDT")
START_MS = 1_672_531_200_000  # 2023-01-01
BALANCE = 10_000.0
REASON = "fast 61234.5 crossed above slow 61200.1, RSI 57.3, ATR 181.2"


class Walk(Struct, frozen=True, kw_only=True, eq=False):
    """Candles in columns."""

    timeframe: Timeframe
    open_ms: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]


def walk(
    count: int,
    *,
    seed: int = 1,
    start: float = 30_000.0,
    timeframe: Timeframe = Timeframe.M5,
) -> Walk:
    """Walk at random in steps of a tick of 0.1, as wide as Bitcoin's five minutes are."""
    source = np.random.default_rng(seed)
    close = start * np.exp(np.cumsum(source.normal(0.0, 0.0012, count)))
    close = np.round(close, 1)
    opened: NDArray[np.float64] = np.concatenate((np.array([start]), close[:-1]))[:count]
    reach = np.round(np.abs(source.normal(0.0, 0.0007, (2, count))) * close, 1)
    return Walk(
        timeframe=timeframe,
        open_ms=START_MS + timeframe.ms * np.arange(count, dtype=np.int64),
        open=opened,
        high=np.round(np.maximum(opened, close) + reach[0], 1),
        low=np.round(np.minimum(opened, close) - reach[1], 1),
        close=close,
    )


def course_of(candles: dict[Symbol, Walk], *, trades: int, seed: int = 1) -> Course:
    """Trade so often at random moments of each walk in turn, never two at once in one symbol."""
    source, made = Random(seed), list[TradeRecord]()
    names = list(candles)
    for place, symbol in enumerate(names):
        own = len(range(place, trades, len(names)))
        made += _trades(symbol, candles[symbol], count=own, source=source)
    made.sort(key=lambda each: each.closed_ms)
    numbered = tuple(
        trade(**{**_fields(each), "number": number}) for number, each in enumerate(made, start=1)
    )
    first = next(iter(candles.values()))
    return Course(
        balance=Quote(Decimal(str(BALANCE))),
        base_ms=first.timeframe.ms,
        trades=numbered,
        curve=_curve(first, numbered),
        held={symbol: _held(each) for symbol, each in candles.items() if len(each.close)},
        signals=2 * trades,
        turnover=sum((2 * each.quantity * each.entry_price for each in numbered), Decimal(0)),
        candles={symbol: len(each.open_ms) for symbol, each in candles.items()},
    )


def empty_course(candles: dict[Symbol, Walk]) -> Course:
    """Run over candles without a single trade."""
    return course_of(candles, trades=0)


def trade(**kept: object) -> TradeRecord:
    """Build a long trade of BTCUSDT that won 1 R, unless told otherwise."""
    fields: dict[str, object] = {
        "number": 1,
        "symbol": BTC,
        "strategy": "sma_cross",
        "direction": Direction.LONG,
        "opened_ms": START_MS,
        "closed_ms": START_MS + 3_600_000,
        "quantity": Quantity(Decimal("0.1")),
        "entry_price": Price(Decimal(30_000)),
        "exit_price": Price(Decimal(30_310)),
        "gross_pnl": Quote(Decimal(31)),
        "fees": Quote(Decimal("2.4")),
        "funding": Quote(Decimal("-0.3")),
        "slippage": Quote(Decimal("0.2")),
        "net_pnl": Quote(Decimal("28.3")),
        "exit_reason": ExitReason.TARGET,
        "reason": REASON,
        "signal_price": 29_998.0,
        "stop": Price(Decimal(29_717)),
        "target": Price(Decimal(30_310)),
        "risk": Quote(Decimal("28.3")),
        "worst_price": Price(Decimal(29_850)),
        "best_price": Price(Decimal(30_360)),
        "candles": 12,
    }
    return TradeRecord(**{**fields, **kept})  # type: ignore[arg-type]  # as given


def facts(**kept: object) -> ReportFacts:
    """Say something in every place of the page."""
    fields: dict[str, object] = {
        "title": "sma_cross on BTCUSDT 5m",
        "from_ms": START_MS,
        "to_ms": START_MS + 365 * 86_400_000,
        "settings": (("[risk] risk_share", "0.01"), ("[sma_cross] fast", "10")),
        "assumptions": ("A candle that holds stop and target hit the stop first.",),
        "files": (SourceNote(path="BTCUSDT-5m-2023.csv", sha256="ab" * 32, rows=105_120),),
        "quirks": ("BTCUSDT: 3 candles are missing from 2023-03-24 12:40 on.",),
        "data_hash": "c0ffee" * 8,
        "result_hash": "deadbeef" * 6,
        "versions": (("noctule", "0.9.0"), ("python", "3.11.2")),
    }
    return ReportFacts(**{**fields, **kept})  # type: ignore[arg-type]  # as given


def _fields(each: TradeRecord) -> dict[str, object]:
    return {name: getattr(each, name) for name in each.__struct_fields__}


def _trades(symbol: Symbol, candles: Walk, *, count: int, source: Random) -> list[TradeRecord]:
    room = len(candles.open_ms) // max(count, 1)
    return [
        _one(
            symbol,
            candles,
            source,
            at=number * room + source.randrange(max(1, room // 3)),
            room=room,
        )
        for number in range(count)
    ]


def _one(symbol: Symbol, candles: Walk, source: Random, *, at: int, room: int) -> TradeRecord:
    end = min(len(candles.open_ms) - 1, at + max(1, source.randrange(1, max(2, room // 2))))
    is_long = source.random() < 0.55
    sign = 1 if is_long else -1
    entry, left = _price(candles.close[at]), _price(candles.close[end])
    stop = _price(float(entry) * (1 - sign * 0.006))
    quantity = Quantity(Decimal("0.05"))
    gross = quantity * (left - entry) * sign
    fees = round(quantity * (entry + left) * Decimal("0.0005"), 8)
    funding = round(Decimal(str(source.gauss(0, 0.15))), 8)
    low, high = candles.low[at : end + 1].min(), candles.high[at : end + 1].max()
    won = left > entry if is_long else left < entry
    return trade(
        symbol=symbol,
        strategy=source.choice(("sma_cross", "ict")),
        direction=Direction.LONG if is_long else Direction.SHORT,
        opened_ms=int(candles.open_ms[at]) + candles.timeframe.ms,
        closed_ms=int(candles.open_ms[end]) + candles.timeframe.ms,
        quantity=quantity,
        entry_price=entry,
        exit_price=left,
        gross_pnl=Quote(gross),
        fees=Quote(fees),
        funding=Quote(funding),
        slippage=Quote(round(Decimal(str(abs(source.gauss(0, 0.2)))), 8)),
        net_pnl=Quote(gross - fees + funding),
        exit_reason=ExitReason.TARGET if won else ExitReason.STOP,
        stop=stop,
        target=_price(float(entry) * (1 + sign * 0.012)),
        risk=Quote(quantity * abs(entry - stop)),
        worst_price=_price(low if is_long else high),
        best_price=_price(high if is_long else low),
        candles=end - at,
        is_ambiguous=source.random() < 0.05,
    )


def _price(price: float) -> Price:
    return Price(Decimal(f"{price:.1f}"))


def _curve(candles: Walk, trades: tuple[TradeRecord, ...]) -> Curve:
    at_ms = candles.open_ms + candles.timeframe.ms
    equity, exposure = np.full(len(at_ms), BALANCE), np.zeros(len(at_ms))
    for each in trades:
        opened, closed = np.searchsorted(at_ms, (each.opened_ms, each.closed_ms))
        way = np.linspace(0.0, float(each.net_pnl), closed - opened + 1)
        equity[opened : closed + 1] += way
        equity[closed + 1 :] += float(each.net_pnl)
        exposure[opened:closed] += float(each.quantity * each.entry_price)
    return Curve(
        at_ms=array("q", at_ms.tolist()),
        equity=array("d", equity.tolist()),
        exposure=array("d", exposure.tolist()),
    )


def _held(candles: Walk) -> Held:
    return Held(
        first_ms=int(candles.open_ms[0]),
        first=float(candles.open[0]),
        last=float(candles.close[-1]),
        closes=array("d", candles.close.tolist()),
    )
