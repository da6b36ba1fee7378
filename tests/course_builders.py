"""Short runs to measure: a trade with the figures that matter, a curve of a few candles."""

from array import array
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price, Quote, Symbol, price, quantity, quote
from noctule.performance.equity import DAY_MS
from noctule.performance.records import Course, Curve, Held, TradeRecord

__all__ = [
    "BTC",
    "ETH",
    "HOUR_MS",
    "LTC",
    "START_MS",
    "course",
    "curve",
    "daily_course",
    "held",
    "long_course",
    "trade",
]

HOUR_MS = 3_600_000
START_MS = 1_682_899_200_000  # 2023-05-01 00:00 UTC
BTC, ETH, LTC = Symbol("BTCUSDT"), Symbol("ETHUSDT"), Symbol("LTCUSDT")


def trade(
    net: str = "10",
    *,
    number: int = 1,
    symbol: Symbol = BTC,
    strategy: str = "sma_cross",
    direction: Direction = Direction.LONG,
    opened_ms: int = START_MS,
    closed_ms: int = START_MS + HOUR_MS,
    entry: str = "100",
    fees: str = "0",
    funding: str = "0",
    slippage: str = "0",
    risk: str | None = "10",
    worst: str | None = None,
    best: str | None = None,
    size: str = "1",
    exit_reason: ExitReason = ExitReason.TARGET,
    candles: int = 1,
    is_ambiguous: bool = False,
) -> TradeRecord:
    """Close a trade of one unit at 100 that won 10."""
    gross = quote(net) + quote(fees) - quote(funding)
    sign = -1 if direction is Direction.SHORT else 1
    exit_price = Price(price(entry) + sign * gross / quantity(size))
    return TradeRecord(
        number=number,
        symbol=symbol,
        strategy=strategy,
        direction=direction,
        opened_ms=opened_ms,
        closed_ms=closed_ms,
        quantity=quantity(size),
        entry_price=price(entry),
        exit_price=exit_price,
        gross_pnl=Quote(gross),
        fees=quote(fees),
        funding=quote(funding),
        slippage=quote(slippage),
        net_pnl=quote(net),
        exit_reason=exit_reason,
        reason="a test wanted it",
        signal_price=float(entry),
        stop=None if risk is None else price("90"),
        target=None,
        risk=None if risk is None else quote(risk),
        worst_price=price(worst or entry),
        best_price=price(best or entry),
        candles=candles,
        is_ambiguous=is_ambiguous,
    )


def curve(
    equity: Sequence[float],
    *,
    exposure: Sequence[float] | None = None,
    start_ms: int = START_MS,
    base_ms: int = HOUR_MS,
) -> Curve:
    """Close a candle at each figure."""
    return Curve(
        at_ms=array("q", (start_ms + (i + 1) * base_ms - 1 for i in range(len(equity)))),
        equity=array("d", equity),
        exposure=array("d", exposure or [0.0] * len(equity)),
    )


def held(closes: Sequence[float], *, first: float | None = None, first_ms: int = START_MS) -> Held:
    """Hold a symbol that closed at these prices."""
    return Held(
        first_ms=first_ms,
        first=closes[0] if first is None else first,
        last=closes[-1],
        closes=array("d", closes),
    )


def course(
    *trades: TradeRecord,
    curve: Curve | None = None,
    balance: str = "1000",
    base_ms: int = HOUR_MS,
    held: Mapping[Symbol, Held] | None = None,
    **rest: object,
) -> Course:
    """Run for four hours, in which equity changed when a trade closed."""
    return Course(
        balance=quote(balance),
        base_ms=base_ms,
        trades=trades,
        curve=curve or _of_trades(trades, float(quote(balance))),
        held=held or {},
        **rest,  # type: ignore[arg-type]  # whatever else a run tells
    )


def daily_course(*equity: float, **rest: object) -> Course:
    """Run with one candle a day from 1,000 on."""
    return course(
        curve=curve(equity, base_ms=DAY_MS),
        base_ms=DAY_MS,
        **rest,  # type: ignore[arg-type]
    )


def long_course(*, trades: int, symbols: Sequence[Symbol], seed: int = 1, hours: int) -> Course:
    """Trade some symbols for long, by chance but always the same."""
    random = Random(seed)
    pace = hours // (trades + 1) if trades else 1
    records = tuple(
        _by_chance(random, number, random.choice(symbols), START_MS + number * pace * HOUR_MS)
        for number in range(1, trades + 1)
    )
    line = _of_trades(records, 10_000.0, hours=hours)
    exposure = array(
        "d", (4_000.0 if index % pace < 3 and trades else 0.0 for index in range(hours))
    )
    return Course(
        balance=quote("10000"),
        base_ms=HOUR_MS,
        trades=records,
        curve=Curve(at_ms=line.at_ms, equity=line.equity, exposure=exposure),
        held={symbol: held(_walk(random, hours)) for symbol in symbols},
        signals=trades + 20,
        refused={"losing_streak": 12, "spread": 3},
        halts=("losing_streak from 2023-05-03 04:00 to 08:00",),
        halted_ms=4 * HOUR_MS,
        turnover=Decimal(trades * 8_000),
        candles=dict.fromkeys(symbols, hours),
        missing=dict.fromkeys(symbols[:1], 2),
    )


def _by_chance(random: Random, number: int, symbol: Symbol, closed_ms: int) -> TradeRecord:
    net = random.choice(["40.00", "55.50", "-20.00", "-23.25", "-31.10"])
    won = not net.startswith("-")
    return trade(
        net,
        number=number,
        symbol=symbol,
        direction=random.choice([Direction.LONG, Direction.SHORT]),
        opened_ms=closed_ms - 3 * HOUR_MS,
        closed_ms=closed_ms,
        entry="4000",
        fees="3.20",
        funding=random.choice(["0", "-0.40", "0.40"]),
        slippage="0.80",
        risk="20",
        exit_reason=ExitReason.TARGET if won else ExitReason.STOP,
        is_ambiguous=random.random() < 0.05,
        candles=3,
    )


def _walk(random: Random, hours: int) -> list[float]:
    price = 100.0
    return [price := price * (1 + random.gauss(0.00002, 0.004)) for _ in range(hours)]


def _of_trades(trades: Sequence[TradeRecord], balance: float, hours: int = 4) -> Curve:
    line = curve([balance] * hours)
    ordered = iter(sorted(trades, key=lambda each: each.closed_ms))
    following, worth = next(ordered, None), balance
    for index, at in enumerate(line.at_ms):
        while following and following.closed_ms <= at + 1:
            worth += float(following.net_pnl)
            following = next(ordered, None)
        line.equity[index] = worth
    return line
