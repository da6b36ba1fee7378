"""Whether the configured risk buys at least the smallest order that the exchange takes."""

from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal
from typing import Final

from noctule.app.online.findings import Finding, failed, passed
from noctule.domain.instrument import Instrument
from noctule.domain.order import OrderKind
from noctule.domain.values import Price, Quantity
from noctule.risk.limits import RiskLimits

__all__ = ["size_finding"]

_TOPIC: Final = "size"
_PERCENT: Final = 100


def size_finding(
    instrument: Instrument,
    *,
    mark_price: Price,
    equity: Decimal,
    taker_fee: Decimal,
    risk: RiskLimits,
) -> Finding:
    """Compare what a stop at the default distance may cost with the smallest order there is."""
    # Lost per unit when the stop is hit: the distance, a fee each way, and the slippage allowed.
    lost_share = risk.stop_loss + 2 * taker_fee + risk.slippage_allowance
    at_risk = equity * risk.risk_per_trade
    bought = Quantity(at_risk / (mark_price * lost_share))
    smallest = instrument.smallest_quantity(mark_price, OrderKind.MARKET)
    asset, quote = instrument.base_asset, instrument.quote_asset
    notional = smallest * mark_price
    text = (
        f"{instrument.symbol}: {_percent(risk.risk_per_trade)} of {_amount(equity)} {quote} buys "
        f"{_amount(bought)} {asset}, the smallest order is {_amount(smallest)} {asset} "
        f"({_amount(notional)} {quote})"
    )
    if instrument.quantize_quantity(bought, OrderKind.MARKET) >= smallest:
        return passed(_TOPIC, text)
    needed = notional * lost_share  # what its stop may cost; remedies are rounded up
    deposit = _amount(needed / risk.risk_per_trade, ROUND_UP)
    remedy = f"deposit at least {deposit} {quote}, trade a cheaper symbol"
    if equity > 0:
        share = _percent(needed / equity, ROUND_UP)
        remedy += f", or set risk.risk_per_trade to {share} or more"
    return failed(_TOPIC, text, remedy=remedy)


def _percent(share: Decimal, rounding: str = ROUND_HALF_EVEN) -> str:
    percent = (share * _PERCENT).quantize(Decimal("0.01"), rounding=rounding)
    return f"{percent.normalize():f} %"


def _amount(number: Decimal, rounding: str = ROUND_HALF_EVEN) -> str:
    """Return an amount with four digits that matter, without an exponent."""
    digits = max(2, 3 - number.adjusted())
    return f"{number.quantize(Decimal(1).scaleb(-digits), rounding=rounding).normalize():f}"
