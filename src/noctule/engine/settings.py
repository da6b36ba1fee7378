"""The [trading] and [shutdown] sections: what is traded, and how the program leaves."""

import re
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from noctule.domain.values import Symbol, Timeframe

__all__ = [
    "EntryOrder",
    "MarginType",
    "PositionMode",
    "ShutdownPolicy",
    "ShutdownSettings",
    "SymbolList",
    "TradingSettings",
]

EntryOrder = Literal["market", "limit"]
MarginType = Literal["isolated", "crossed"]
PositionMode = Literal["one_way"]
ShutdownPolicy = Literal["keep", "flatten"]

# Letters of any alphabet, for there are symbols in Chinese; dated contracts end in _YYMMDD.
_SYMBOL = re.compile(r"[^\W_]{5,30}(_\d{6})?")


def _well_formed(symbol: Symbol) -> Symbol:
    if not _SYMBOL.fullmatch(symbol):
        raise ValueError(f"{symbol!r} is not a symbol, write e.g. BTCUSDT")
    if symbol != symbol.upper():
        raise ValueError(f"{symbol!r} is not in capitals, write {symbol.upper()}")
    return symbol


def _each_once(symbols: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    for symbol in symbols:
        if symbols.count(symbol) > 1:
            raise ValueError(f"{symbol} is listed twice, keep one")
    return symbols


SymbolList = Annotated[
    tuple[Annotated[Symbol, AfterValidator(_well_formed)], ...], AfterValidator(_each_once)
]


class TradingSettings(BaseModel, frozen=True, extra="forbid"):
    """Symbols, timeframes, and the way positions are entered."""

    symbols: SymbolList = (Symbol("BTCUSDT"),)
    timeframe: Timeframe = Timeframe.M1
    higher_timeframes: tuple[Timeframe, ...] = ()
    leverage: int = Field(default=5, ge=1, le=125)
    margin_type: MarginType = "isolated"
    position_mode: PositionMode = "one_way"
    entry_order: EntryOrder = "market"
    entry_offset: Decimal = Field(default=Decimal(0), ge=0, le=Decimal("0.1"))
    entry_timeout_seconds: int = Field(default=60, ge=1, le=86_400)
    warmup_candles: int = Field(default=500, ge=0, le=10_000)

    @field_validator("timeframe")
    @classmethod
    def _last_always_as_long(cls, timeframe: Timeframe) -> Timeframe:
        if timeframe is Timeframe.MO1:
            raise ValueError("1M is a month, which only a higher timeframe can be, write e.g. 1m")
        return timeframe

    @field_validator("higher_timeframes")
    @classmethod
    def _climb_from_the_base(
        cls, timeframes: tuple[Timeframe, ...], info: ValidationInfo
    ) -> tuple[Timeframe, ...]:
        for lower, higher in pairwise(timeframes):
            if not higher.is_longer_than(lower):
                raise ValueError(f"{higher} stands after {lower}, write them ascending, each once")
        base: Timeframe | None = info.data.get("timeframe")  # absent when it is itself in error
        for timeframe in timeframes:
            if base is not None and not timeframe.is_built_from(base):
                raise ValueError(f"{timeframe} is not a multiple of timeframe = {base}, drop it")
        return timeframes


class ShutdownSettings(BaseModel, frozen=True, extra="forbid"):
    """What becomes of open positions when the program ends, and how long that may take."""

    policy: ShutdownPolicy = "keep"
    timeout_seconds: int = Field(default=60, ge=5, le=60)  # most: every deadline and the margin
