"""What all positions together may lose: exposure, value at risk, and how much they are one bet."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, pairwise
from math import floor, sqrt
from operator import mul
from typing import Final

from msgspec import Struct

from noctule.domain.values import Quote, Side, Symbol
from noctule.positions.portfolio import Holding, Portfolio

__all__ = [
    "CANDLES_MAX",
    "RiskReport",
    "SymbolExposure",
    "ValueAtRisk",
    "correlation",
    "correlations_with_held",
    "returns_of",
    "risk_report",
    "value_at_risk",
]

CANDLES_MAX: Final = 250  # the latest that count; older ones tell of another market
_RETURNS_MIN: Final = 30  # fewer tell nothing about how prices move
_TAIL: Final = 0.05
_DEVIATIONS: Final = 1.6448536269514722  # a normal variable is below minus this in 5 of 100 cases


class SymbolExposure(Struct, frozen=True, kw_only=True):
    """One symbol's part of the exposure, at its mark price; negative when short."""

    symbol: Symbol
    signed_notional: Quote
    is_ours: bool


class ValueAtRisk(Struct, frozen=True, kw_only=True):
    """What one base candle loses at most, in 95 of 100 cases; never negative."""

    historical: float
    parametric: float
    candles: int  # whose returns it was found from


class RiskReport(Struct, frozen=True, kw_only=True):
    """The risk of everything held, for whoever watches."""

    at_ms: int
    equity: Quote
    exposure: Quote  # sum of notionals
    net_exposure: Quote  # long minus short
    exposure_share: Decimal | None  # of equity; None when there is none
    symbols: tuple[SymbolExposure, ...]
    value_at_risk: ValueAtRisk | None  # None as long as there are too few candles
    correlations: tuple[tuple[Symbol, Symbol, float], ...]  # of each pair held, by its prices
    day_loss_share: Decimal
    drawdown_share: Decimal
    losses_in_a_row: int


def risk_report(portfolio: Portfolio, closes: Mapping[Symbol, Sequence[float]]) -> RiskReport:
    """Sum up what is held; closes are base candles that all end with the same one."""
    symbols = tuple(_exposure_of(each) for each in portfolio.holdings)
    equity = portfolio.equity
    return RiskReport(
        at_ms=portfolio.at_ms,
        equity=equity,
        exposure=portfolio.exposure,
        net_exposure=Quote(sum((each.signed_notional for each in symbols), Decimal(0))),
        exposure_share=portfolio.exposure / equity if equity > 0 else None,
        symbols=symbols,
        value_at_risk=value_at_risk(portfolio.holdings, closes),
        correlations=tuple(_pairs([each.symbol for each in symbols], closes)),
        day_loss_share=portfolio.day_loss_share,
        drawdown_share=portfolio.drawdown_share,
        losses_in_a_row=portfolio.losses_in_a_row,
    )


def value_at_risk(
    holdings: Iterable[Holding], closes: Mapping[Symbol, Sequence[float]]
) -> ValueAtRisk | None:
    """Play the latest candles on what is held now; None when they are too few to tell."""
    held = [each for each in holdings if each.signed_quantity]
    returns = [returns_of(closes.get(each.symbol, ())) for each in held]
    count = min(map(len, returns), default=0)
    if count < _RETURNS_MIN:
        return None
    worth = [float(_exposure_of(each).signed_notional) for each in held]
    latest = [each[-count:] for each in returns]
    gains = [
        sum(notional * share for notional, share in zip(worth, shares, strict=True))
        for shares in zip(*latest, strict=True)
    ]
    mean = sum(gains) / count
    deviation = sqrt(sum((gain - mean) ** 2 for gain in gains) / (count - 1))
    return ValueAtRisk(
        historical=max(0.0, -sorted(gains)[floor(_TAIL * count)]),
        parametric=max(0.0, _DEVIATIONS * deviation - mean),
        candles=count,
    )


def correlations_with_held(
    symbol: Symbol,
    side: Side,
    *,
    holdings: Iterable[Holding],
    closes: Mapping[Symbol, Sequence[float]],
) -> dict[Symbol, float]:
    """Return how much a new position would move with each held one; below zero it hedges it."""
    found: dict[Symbol, float] = {}
    others = [each for each in holdings if each.symbol != symbol and each.signed_quantity]
    if not others:
        return found
    new = _moves(closes.get(symbol, ()))
    for held in others:
        likeness = _likeness(new, _moves(closes.get(held.symbol, ())))
        if likeness is not None:
            found[held.symbol] = likeness * (side.sign if held.signed_quantity > 0 else -side.sign)
    return found


def returns_of(closes: Sequence[float]) -> list[float]:
    """Return the share by which each of the latest candles moved the price."""
    latest = closes[-CANDLES_MAX:]
    return [close / before - 1 for before, close in pairwise(latest)]


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the correlation of what both have, aligned at the end; None when it has none."""
    count = min(len(first), len(second))
    if count < _RETURNS_MIN:
        return None
    return _product(_normalized(first[-count:]), _normalized(second[-count:]))


class _Moves(Struct, frozen=True, kw_only=True):
    """One symbol's returns, and the same made comparable: reckoned once, however many compare."""

    returns: list[float]
    normalized: list[float] | None


def _moves(closes: Sequence[float]) -> _Moves:
    returns = returns_of(closes)
    return _Moves(returns=returns, normalized=_normalized(returns))


def _likeness(one: _Moves, other: _Moves) -> float | None:
    if len(one.returns) != len(other.returns) or len(one.returns) < _RETURNS_MIN:
        return correlation(one.returns, other.returns)
    return _product(one.normalized, other.normalized)


def _product(one: Sequence[float] | None, other: Sequence[float] | None) -> float | None:
    if one is None or other is None:
        return None
    likeness: float = sum(map(mul, one, other))
    return max(-1.0, min(1.0, likeness))


def _normalized(numbers: Sequence[float]) -> list[float] | None:
    """Return the numbers with a mean of zero and a length of one; None when none differs."""
    mean = sum(numbers) / max(1, len(numbers))
    centred = [number - mean for number in numbers]
    length = sqrt(sum(map(mul, centred, centred)))
    if length == 0:  # a price that stands still moves with nothing
        return None
    return [number / length for number in centred]


def _exposure_of(held: Holding) -> SymbolExposure:
    return SymbolExposure(
        symbol=held.symbol,
        signed_notional=Quote(held.signed_quantity * held.mark_price),
        is_ours=held.is_ours,
    )


def _pairs(
    symbols: Sequence[Symbol], closes: Mapping[Symbol, Sequence[float]]
) -> Iterable[tuple[Symbol, Symbol, float]]:
    moves = {symbol: _moves(closes.get(symbol, ())) for symbol in symbols}
    for one, other in combinations(symbols, 2):
        likeness = _likeness(moves[one], moves[other])
        if likeness is not None:
            yield one, other, likeness
