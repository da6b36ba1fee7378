"""Blank columns are filled in plainly, to the last digit as exact arithmetic would.

Half of the volume was bought by takers, all of it at the mean of the four prices, in four trades.
The simulated exchange fills them so too, and both must tell the same candle.
"""

from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["Blanks", "Filled", "filled"]

_Floats = NDArray[np.float64]
_Integers = NDArray[np.int64]
_Flags = NDArray[np.bool_]

_TRADES: Final = 4  # a candle of unknown trades becomes so many
_EXACT_MAX: Final = float(1 << 53)  # whole numbers below it are floats without a rounding
_DECIMALS_MAX: Final = 11  # of a factor; 4 × 10²² is a float without a rounding, too


class Blanks(Struct, frozen=True, kw_only=True, eq=False):
    """The rows to fill; NaN is blank."""

    prices: tuple[_Floats, _Floats, _Floats, _Floats]
    volume: _Floats
    volume_decimals: _Integers  # that it was written with; -1: an exponent, look closer
    quote_volume: _Floats
    count: _Floats
    taker_buy_volume: _Floats
    taker_buy_quote: _Floats


class Filled(Struct, frozen=True, kw_only=True, eq=False):
    """What the four columns become."""

    quote_volume: _Floats
    trades: _Floats
    taker_buy_volume: _Floats
    taker_buy_quote: _Floats


def filled(rows: Blanks) -> Filled:
    """Fill what is blank; impossible numbers are left for whoever checks them."""
    optional = (rows.quote_volume, rows.count, rows.taker_buy_volume, rows.taker_buy_quote)
    blank = np.isnan(np.vstack(optional))
    if not blank.any():
        return Filled(
            quote_volume=rows.quote_volume,
            trades=rows.count,
            taker_buy_volume=rows.taker_buy_volume,
            taker_buy_quote=rows.taker_buy_quote,
        )
    quote, trades, taker, taker_quote = (column.copy() for column in optional)
    into = (quote, trades, taker, taker_quote)
    is_exact = _fill_whole_numbers(rows, np.logical_and.reduce(blank), into)
    for row in np.flatnonzero(np.logical_or.reduce(blank) & ~is_exact):
        quote[row], trades[row], taker[row], taker_quote[row] = _by_hand(rows, int(row))
    return Filled(
        quote_volume=quote, trades=trades, taker_buy_volume=taker, taker_buy_quote=taker_quote
    )


def _fill_whole_numbers(
    rows: Blanks, wanted: _Flags, into: tuple[_Floats, _Floats, _Floats, _Floats]
) -> _Flags:
    """Fill the rows whose numbers are short enough, in whole ticks, and tell which those are.

    One division at the end, of two exact numbers, rounds as reading the exact decimal would.
    """
    price_decimals = _decimals_of(rows.prices)
    if price_decimals is None:
        return np.zeros(len(wanted), dtype=np.bool_)
    price_scale = 10.0**price_decimals
    four_prices = np.sum([np.rint(price * price_scale) for price in rows.prices], axis=0)
    decimals = np.clip(rows.volume_decimals, 0, _DECIMALS_MAX)
    volume_scale = 10.0**decimals
    steps = np.rint(rows.volume * volume_scale)
    done: _Flags = (
        wanted
        & (decimals == rows.volume_decimals)
        & (steps >= 0)
        & (steps * four_prices < _EXACT_MAX)
        & (steps < _EXACT_MAX)
        & (steps / volume_scale == rows.volume)
    )
    quote, trades, taker, taker_quote = into
    half = np.floor(steps / 2)
    scale = 4 * price_scale * volume_scale
    quote[done] = (steps * four_prices / scale)[done]
    trades[done] = np.where(steps > 0, _TRADES, 0)[done]
    taker[done] = (half / volume_scale)[done]
    taker_quote[done] = (half * four_prices / scale)[done]
    return done


def _decimals_of(prices: tuple[_Floats, ...]) -> int | None:
    """Return with how many decimals all of them are whole numbers of ticks, if there is a way."""
    together = np.concatenate(prices)
    if not (np.isfinite(together) & (together > 0)).all():
        return None
    for decimals in range(_DECIMALS_MAX + 1):
        scale = 10.0**decimals
        ticks = np.rint(together * scale)
        if (ticks >= _EXACT_MAX / 4).any():
            return None
        if (ticks / scale == together).all():
            return decimals
    return None


def _by_hand(rows: Blanks, row: int) -> tuple[float, float, float, float]:
    """Fill one row in exact decimals: it is longer than usual, or only partly blank."""
    told = (rows.quote_volume, rows.count, rows.taker_buy_volume, rows.taker_buy_quote)
    quote, count, taker, taker_quote = (float(column[row]) for column in told)
    numbers = [float(price[row]) for price in rows.prices]
    if not np.isfinite([*numbers, rows.volume[row]]).all():
        return (quote, count, taker, taker_quote)
    volume = _written(float(rows.volume[row]), int(rows.volume_decimals[row]))
    mean = sum((Decimal(repr(number)) for number in numbers), Decimal(0)) / 4
    quote_volume = volume * mean if np.isnan(quote) else Decimal(repr(quote))
    half = (volume / 2).quantize(volume, rounding=ROUND_DOWN)
    taker_volume = half if np.isnan(taker) else Decimal(repr(taker))
    return (
        float(quote_volume),
        (_TRADES if volume else 0) if np.isnan(count) else count,
        float(taker_volume),
        float(min(quote_volume, taker_volume * mean)) if np.isnan(taker_quote) else taker_quote,
    )


def _written(volume: float, decimals: int) -> Decimal:
    """Return a volume with the decimals that it was written with."""
    exact = Decimal(f"{Decimal(repr(volume)):f}")
    if decimals < 0:
        return exact
    try:
        return exact.quantize(Decimal(1).scaleb(-decimals))
    except InvalidOperation:  # more digits than a float tells apart
        return exact
