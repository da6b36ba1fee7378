"""Rules read from a saved exchangeInfo answer, with brackets from a saved table of tiers."""

import gzip
import zlib
from collections.abc import Callable, Container, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.model import Bracket, Rules
from noctule.adapters.sim.rules_book import ladder, usual_brackets

__all__ = ["rules_from_files", "rules_of", "rules_told"]

T = TypeVar("T")

_UNKNOWN_TIERS: Final = (
    (20, Decimal(5_000), Decimal("0.02")),
    (1, Decimal(3_000_000), Decimal("0.5")),
)


class _Filter(Struct, rename="camel"):
    filter_type: str
    tick_size: Decimal = Decimal(0)
    min_price: Decimal = Decimal(0)
    max_price: Decimal = Decimal(0)
    step_size: Decimal = Decimal(0)
    min_qty: Decimal = Decimal(0)
    max_qty: Decimal = Decimal(0)
    notional: Decimal = Decimal(0)
    limit: int = 200
    multiplier_up: Decimal = Decimal("1.0500")
    multiplier_down: Decimal = Decimal("0.9500")
    multiplier_decimal: int | str = 4


class _Symbol(Struct, rename="camel"):
    symbol: str
    status: str
    base_asset: str
    quote_asset: str
    onboard_date: int
    price_precision: int
    quantity_precision: int
    trigger_protect: Decimal
    liquidation_fee: Decimal
    market_take_bound: Decimal
    filters: list[_Filter]


class _ExchangeInfo(Struct):
    symbols: list[_Symbol]


class _Listed(Struct):
    symbols: list[msgspec.Raw]


class _Named(Struct):
    symbol: str


class _TierText(Struct, rename="camel"):
    bracket: int
    initial_leverage: int
    notional_cap: Decimal
    notional_floor: Decimal
    maint_margin_ratio: Decimal
    cum: Decimal


class _Tier(Struct):
    info: _TierText


def rules_from_files(exchange_info: Path, tiers: Path | None = None) -> tuple[Rules, ...]:
    """Read every symbol of an exchangeInfo file; .gz or plain, as are the tiers."""
    brackets = {} if tiers is None else _read(tiers, _brackets)
    return _read(exchange_info, lambda text: rules_of(text, brackets))


def rules_of(
    exchange_info: bytes, brackets: Mapping[str, tuple[Bracket, ...]]
) -> tuple[Rules, ...]:
    """Read every symbol; one without known brackets gets the two of a careless newcomer."""
    info = msgspec.json.decode(exchange_info, type=_ExchangeInfo, strict=False)
    newcomer = ladder(_UNKNOWN_TIERS)
    return tuple(_rules(each, brackets.get(each.symbol, newcomer)) for each in info.symbols)


def rules_told(exchange_info: bytes, symbols: Container[str]) -> tuple[Rules, ...]:
    """Read these symbols of an exchangeInfo answer; what cannot be read of others is no matter.

    Nobody without a key is told the brackets: they are the usual ones. Raises BadData.
    """
    try:
        rows = msgspec.json.decode(exchange_info, type=_Listed).symbols
        named = [row for row in rows if msgspec.json.decode(row, type=_Named).symbol in symbols]
        listed = [msgspec.json.decode(row, type=_Symbol, strict=False) for row in named]
        return tuple(_rules(each, usual_brackets(each.symbol)) for each in listed)
    except KeyError as exc:
        raise BadData(f"exchangeInfo: a symbol lacks the filter {exc.args[0]}") from exc
    except (msgspec.DecodeError, ValueError) as exc:
        raise BadData(f"exchangeInfo: not what was expected: {exc}") from exc


def _brackets(text: bytes) -> dict[str, tuple[Bracket, ...]]:
    """Read tiers by unified names, like `BTC/USDT:USDT`, as they are commonly saved."""
    tables = msgspec.json.decode(text, type=dict[str, list[_Tier]], strict=False)
    return {
        name.partition(":")[0].replace("/", ""): _bracket_table(tiers)
        for name, tiers in tables.items()
        if "-" not in name.partition(":")[2]  # a delivery contract: BTC/USDT:USDT-241227
    }


def _bracket_table(tiers: Sequence[_Tier]) -> tuple[Bracket, ...]:
    return tuple(Bracket(**msgspec.structs.asdict(tier.info)) for tier in tiers)


def _rules(listed: _Symbol, brackets: tuple[Bracket, ...]) -> Rules:
    filters = {each.filter_type: each for each in listed.filters}
    price, lot, market = (filters[name] for name in ("PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE"))
    percent = filters["PERCENT_PRICE"]
    return Rules(
        symbol=listed.symbol,
        base_asset=listed.base_asset,
        quote_asset=listed.quote_asset,
        status=listed.status,
        onboard_ms=listed.onboard_date,
        price_precision=listed.price_precision,
        quantity_precision=listed.quantity_precision,
        tick=price.tick_size,
        min_price=price.min_price,
        max_price=price.max_price,
        step=lot.step_size,
        min_qty=lot.min_qty,
        max_qty=lot.max_qty,
        market_step=market.step_size,
        market_min_qty=market.min_qty,
        market_max_qty=market.max_qty,
        min_notional=filters["MIN_NOTIONAL"].notional,
        multiplier_up=percent.multiplier_up,
        multiplier_down=percent.multiplier_down,
        multiplier_decimal=int(percent.multiplier_decimal),
        market_take_bound=listed.market_take_bound,
        trigger_protect=listed.trigger_protect,
        liquidation_fee=listed.liquidation_fee,
        max_num_orders=filters["MAX_NUM_ORDERS"].limit,
        brackets=brackets,
    )


def _read(path: Path, parse: Callable[[bytes], T]) -> T:
    try:
        return parse(_bytes(path))
    except (OSError, EOFError, zlib.error) as exc:
        raise BadData(f"{path}: cannot be read: {exc}") from exc
    except KeyError as exc:
        raise BadData(f"{path}: a symbol lacks the filter {exc.args[0]}") from exc
    except (msgspec.DecodeError, ValueError) as exc:
        raise BadData(f"{path}: not what was expected: {exc}") from exc


def _bytes(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw
