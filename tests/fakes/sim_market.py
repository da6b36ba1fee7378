"""What tests of the simulated market are made of: ticks, candles, files and plain quotes."""

from decimal import Decimal
from pathlib import Path

from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.intervals import INTERVALS, MINUTE_MS
from noctule.adapters.sim.klines import Kline
from noctule.adapters.sim.model import Quote, Rules
from noctule.adapters.sim.rules_book import default_rules

__all__ = [
    "HEADER",
    "START_MS",
    "Quotes",
    "candle",
    "decimals",
    "figures",
    "mark",
    "rules_of",
    "tick",
    "write_candles",
]

START_MS = 1_700_006_400_000  # 2023-11-15 00:00 UTC, a Wednesday
HEADER = (
    "open_time,open,high,low,close,volume,close_time,"
    "quote_volume,count,taker_buy_volume,taker_buy_quote_volume"
)
_RULES = {each.symbol: each for each in default_rules()}


def rules_of(*symbols: str) -> tuple[Rules, ...]:
    return tuple(_RULES[symbol] for symbol in symbols)


def decimals(text: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, text.split()))


def tick(
    price: str, *, at: int = 0, qty: str = "1", symbol: str = "BTCUSDT", bought: str = "0"
) -> Tick:
    """Trade once, so many milliseconds after the start."""
    return Tick(
        symbol=symbol,
        time_ms=START_MS + at,
        price=Decimal(price),
        qty=Decimal(qty),
        quote_qty=Decimal(price) * Decimal(qty),
        count=1,
        taker_buy_qty=Decimal(bought),
        taker_buy_quote=Decimal(price) * Decimal(bought),
    )


def mark(price: str, *, at: int = 0, rate: str = "0.0001", next_funding: int = 0) -> MarkTick:
    return MarkTick(
        symbol="BTCUSDT",
        time_ms=START_MS + at,
        mark=Decimal(price),
        index=Decimal(price) - 1,
        funding_rate=Decimal(rate),
        next_funding_ms=START_MS + next_funding,
    )


def candle(
    prices: str = "100 110 95 105", *, minute: int = 0, volume: str = "1.003", count: int = 7
) -> Candle:
    """Build one minute from open, high, low and close."""
    opened, high, low, close = decimals(prices)
    traded = Decimal(volume)
    return Candle(
        symbol="BTCUSDT",
        open_ms=START_MS + minute * MINUTE_MS,
        close_ms=START_MS + (minute + 1) * MINUTE_MS - 1,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=traded,
        quote_volume=traded * Decimal("101.27"),
        count=count,
        taker_buy_volume=traded - Decimal("0.001") if traded else traded,
        taker_buy_quote=traded * Decimal("55.31"),
    )


def figures(of: Kline | Candle) -> tuple[object, ...]:
    """Return what a candle and the kline built of its ticks must have in common."""
    return (
        of.open_ms,
        of.close_ms,
        (of.open, of.high, of.low, of.close),
        (of.volume, of.quote_volume, of.count),
        (of.taker_buy_volume, of.taker_buy_quote),
    )


def write_candles(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEADER, *rows)) + "\n")
    return path


class Quotes:
    """Stand in for the exchange: the last price is the bid, the ask a tick above."""

    def __init__(self) -> None:
        self.last: dict[str, Decimal] = {}

    def __call__(self, symbol: str) -> Quote:
        last, ten = self.last[symbol], Decimal(10)
        return Quote(
            last=last,
            bid=last,
            bid_qty=ten,
            ask=last + _RULES[symbol].tick,
            ask_qty=ten,
            mark=last,
            index=last,
        )


assert INTERVALS["1m"].open_of(START_MS) == START_MS, "the tests begin on the grid"
