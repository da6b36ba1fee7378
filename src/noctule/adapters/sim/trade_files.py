"""Files of aggregated or single trades: a tick for every row, finer than any candle."""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.data_rows import BadData, rows_of, to_ms
from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.model import ZERO

__all__ = ["TradeFile", "ticks_of", "trade_file_of"]

_NAME: Final = re.compile(r"(?P<symbol>[^-]+)-(?P<kind>aggTrades|trades)[-.].*")


class TradeFile(Struct, frozen=True, kw_only=True):
    """A file, and what is in it."""

    path: Path
    symbol: str
    kind: str  # aggTrades or trades


def trade_file_of(path: Path) -> TradeFile | None:
    """Read a name like `BTCUSDT-aggTrades-2024-05.zip`; None if it is not one of trades."""
    found = _NAME.fullmatch(path.name)
    return TradeFile(path=path, symbol=found["symbol"], kind=found["kind"]) if found else None


def ticks_of(files: Iterable[TradeFile]) -> Iterator[Tick]:
    """Yield one symbol's ticks, file after file; refuse what cannot be true."""
    before_ms = 0
    for file in files:
        columns, read = _LAYOUTS[file.kind]
        for line, fields in rows_of(file.path, columns, needed=len(columns)):
            where = f"{file.path}:{line}"
            try:
                tick = read(file.symbol, fields)
            except (ValueError, InvalidOperation) as exc:
                raise BadData(f"{where}: not a trade: {','.join(fields)[:200]}") from exc
            if tick.time_ms < before_ms:
                raise BadData(f"{where}: {tick.time_ms} is before the row before")
            if not (tick.price > 0 and tick.qty > 0 and tick.count > 0):
                raise BadData(f"{where}: {tick.qty} at {tick.price} in {tick.count} trades")
            before_ms = tick.time_ms
            yield tick


def _agg_trade(symbol: str, fields: list[str]) -> Tick:
    _, price, qty, first_id, last_id, time, is_buyer_maker = fields[:7]
    count = int(last_id) - int(first_id) + 1
    return _tick(symbol, (price, qty, time, is_buyer_maker), count=count)


def _trade(symbol: str, fields: list[str]) -> Tick:
    _, price, qty, _, time, is_buyer_maker = fields[:6]
    return _tick(symbol, (price, qty, time, is_buyer_maker), count=1)


_AGG_TRADE_COLUMNS: Final = (
    "agg_trade_id",
    "price",
    "quantity",
    "first_trade_id",
    "last_trade_id",
    "transact_time",
    "is_buyer_maker",
)
_TRADE_COLUMNS: Final = ("id", "price", "qty", "quote_qty", "time", "is_buyer_maker")
_LAYOUTS: Final[dict[str, tuple[tuple[str, ...], Callable[[str, list[str]], Tick]]]] = {
    "aggTrades": (_AGG_TRADE_COLUMNS, _agg_trade),
    "trades": (_TRADE_COLUMNS, _trade),
}


def _tick(symbol: str, fields: tuple[str, str, str, str], *, count: int) -> Tick:
    price, qty, time, is_buyer_maker = fields
    at, quantity = Decimal(price), Decimal(qty)
    bought = ZERO if is_buyer_maker.strip().lower() == "true" else quantity
    return Tick(
        symbol=symbol,
        time_ms=to_ms(time),
        price=at,
        qty=quantity,
        quote_qty=at * quantity,
        count=count,
        taker_buy_qty=bought,
        taker_buy_quote=at * bought,
    )
