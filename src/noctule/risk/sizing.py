"""How much to enter: what may be lost at the stop decides, and everything scarce caps it."""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, ROUND_UP, Context, Decimal
from operator import attrgetter
from typing import Final

from msgspec import Struct

from noctule.domain.signals import Reason, Refused
from noctule.domain.values import Price, Quantity, Quote, Rounding, plain_text, round_to_step
from noctule.risk.case import EntryCase
from noctule.risk.levels import Levels, level_reasons, levels_of
from noctule.risk.limits import RiskLimits
from noctule.risk.liquidation import liquidation_price, margin_to_reach

__all__ = ["SLICES_MAX", "Sized", "size_entry"]

SLICES_MAX: Final = 10  # of one entry; each is an order of its own
_NOTHING, _ONE = Decimal(0), Decimal(1)
_quantity = attrgetter("quantity")
_MARGIN_SHARE: Final = Decimal("0.95")  # how the venue reckons an order's margin is not told

# Quotients are cut, never rounded up: a step more than a limit allows is a step too many.
_EXACT: Final = Context(prec=60, rounding=ROUND_FLOOR)
_SHORT, _SHORT_UP = Context(prec=6, rounding=ROUND_FLOOR), Context(prec=6, rounding=ROUND_UP)


class Sized(Struct, frozen=True, kw_only=True):
    """A quantity that keeps to every limit, and what it amounts to."""

    quantity: Quantity
    levels: Levels
    loss_at_stop: Quote  # with fees both ways and the slippage allowed for
    loss_allowed: Quote
    margin: Quote
    bound_by: str  # what kept it from being larger
    liquidation: Price | None  # None where no price liquidates it


class _Cap(Struct, frozen=True, kw_only=True):
    """One thing that is scarce: what there is of it, and what one unit of quantity takes."""

    check: str
    name: str
    amount: Decimal
    per_unit: Decimal
    quantity: Decimal  # the largest it allows
    remedy: str


def size_entry(case: EntryCase, limits: RiskLimits) -> Sized | Refused:
    """Find the largest quantity that keeps to every limit, or every reason why there is none."""
    levels = levels_of(case, limits)
    misplaced = level_reasons(levels, case, limits)
    if misplaced:
        return Refused(reasons=misplaced)
    smallest = case.instrument.smallest_quantity(levels.cheapest, case.wish.kind)
    loss_cap = _loss_cap(case, limits, levels, smallest)
    caps = (loss_cap, *_money_caps(case, limits, levels), _lot_cap(case, smallest))
    scarcest = min(caps, key=_quantity)
    if scarcest.quantity < smallest:
        too_small = [_too_small(cap, case, smallest) for cap in caps if cap.quantity < smallest]
        return Refused(reasons=tuple(too_small))
    sized = _sized(case, levels=levels, scarcest=scarcest, loss_cap=loss_cap)
    liquidated = _liquidated_before_stop(sized, case)
    return sized if liquidated is None else Refused(reasons=(liquidated,))


def _loss_cap(case: EntryCase, limits: RiskLimits, levels: Levels, smallest: Quantity) -> _Cap:
    """Return what caps a quantity by what it may lose."""
    wanted = case.portfolio.equity * limits.risk_per_trade
    allowed = wanted * (limits.share_in(case.scene.regime) or 1)  # of nothing a check will tell
    per_unit = _loss_per_unit(levels, case.terms.taker_fee)
    remedy = "raise the balance or risk_per_trade, or bring the stop nearer"
    if allowed < smallest * per_unit <= wanted:
        remedy = _regime_remedy(case, limits)
    return _cap("size", "what may be lost at the stop", allowed, per_unit, remedy)


def _regime_remedy(case: EntryCase, limits: RiskLimits) -> str:
    """Tell what to do where only the regime's share makes the order too small."""
    now = case.scene.regime
    share = f"share of risk_per_trade, {plain_text(limits.share_in(now))}, in regime_scale"
    if now is None:
        return f"wait until the regime is known, or raise the least {share}"
    return f"wait for another regime than {now}, or raise its {share}"


def _money_caps(case: EntryCase, limits: RiskLimits, levels: Levels) -> Iterator[_Cap]:
    """Yield what caps a quantity by its worth."""
    portfolio, leverage, dearest = case.portfolio, case.terms.leverage, levels.dearest
    yield _cap(
        "margin",
        "available margin",
        portfolio.available * _MARGIN_SHARE * leverage,
        dearest * (1 + case.terms.taker_fee * leverage),
        "free some margin or raise the leverage",
    )
    may_hold = f"what leverage {leverage} may hold"
    yield _cap("leverage", may_hold, _notional_cap(case), dearest, "lower the leverage")
    left = portfolio.equity * limits.max_total_exposure - portfolio.exposure
    remedy = "close something or raise max_total_exposure"
    yield _cap("exposure", "exposure left", left, dearest, remedy)
    if limits.max_position_notional is not None:
        yield _cap(
            "notional", "max_position_notional", limits.max_position_notional, dearest, "raise it"
        )


def _cap(check: str, name: str, amount: Decimal, per_unit: Decimal, remedy: str) -> _Cap:
    return _Cap(
        check=check,
        name=name,
        amount=amount,
        per_unit=per_unit,
        quantity=_EXACT.divide(amount if amount > 0 else _NOTHING, per_unit),
        remedy=remedy,
    )


def _loss_per_unit(levels: Levels, taker_fee: Decimal) -> Decimal:
    """Return what one unit loses between the worst entry and the worst exit, fees included."""
    gap = levels.side.sign * (levels.worst_entry - levels.worst_exit)
    return gap + taker_fee * (levels.worst_entry + levels.worst_exit)


def _notional_cap(case: EntryCase) -> Decimal:
    """Return the largest notional that the venue lets this leverage hold."""
    leverage = case.terms.leverage
    fitting = [each.notional_cap for each in case.terms.brackets if each.leverage_max >= leverage]
    return max(fitting, default=Decimal(0))


def _lot_cap(case: EntryCase, smallest: Quantity) -> _Cap:
    """Return what the contract's lots allow; slices only where half a lot is worth an order."""
    lot = case.instrument.lot_of(case.wish.kind)
    largest = round_to_step(lot.quantity_max, lot.step, Rounding.DOWN)
    amount = largest * (SLICES_MAX if largest >= 2 * smallest else 1)
    remedy = "no order of this contract is both small and dear enough"
    return _cap("lot", "the largest order", amount, _ONE, remedy)


def _too_small(cap: _Cap, case: EntryCase, smallest: Quantity) -> Reason:
    needed, left = _SHORT_UP.multiply(smallest, cap.per_unit), _SHORT.plus(cap.amount)
    return Reason(
        check=cap.check,
        text=f"the smallest order, {plain_text(smallest)} {case.instrument.base_asset}, needs "
        f"{plain_text(needed)} of {cap.name}, which is {plain_text(left)}: {cap.remedy}",
    )


def _sized(case: EntryCase, *, levels: Levels, scarcest: _Cap, loss_cap: _Cap) -> Sized:
    """Round down to the grid, and reckon what that amounts to."""
    step = case.instrument.lot_of(case.wish.kind).step
    quantity = Quantity(round_to_step(scarcest.quantity, step, Rounding.DOWN))
    loss, allowed = quantity * loss_cap.per_unit, loss_cap.amount
    assert loss <= allowed, f"{quantity} may lose {loss}, allowed is {allowed}"
    return Sized(
        quantity=quantity,
        levels=levels,
        loss_at_stop=Quote(loss),
        loss_allowed=Quote(allowed),
        margin=Quote(quantity * levels.dearest / case.terms.leverage),
        bound_by=scarcest.name,
        liquidation=liquidation_price(
            levels.side,
            quantity,
            entry_price=levels.worst_entry,
            margin=_margin_at_risk(case, quantity, levels),
            brackets=case.terms.brackets,
        ),
    )


def _margin_at_risk(case: EntryCase, quantity: Quantity, levels: Levels) -> Decimal:
    """Return what stands between the position and its liquidation.

    Isolated, it is the margin that it was opened with; crossed, all that is available now: others'
    initial margin stands for their maintenance margin, which is less.
    """
    notional = quantity * levels.worst_entry
    if case.terms.is_isolated:
        return notional / case.terms.leverage
    return case.portfolio.available - notional * case.terms.taker_fee


def _liquidated_before_stop(sized: Sized, case: EntryCase) -> Reason | None:
    """Return why the stop would never be reached, if so."""
    levels, liquidation = sized.levels, sized.liquidation
    if liquidation is None or levels.side.sign * (levels.stop - liquidation) > 0:
        return None
    remedy = "bring the stop nearer"
    leverage = _leverage_to_reach_stop(sized, case)
    if case.terms.is_isolated and leverage >= 1:
        remedy += f" or lower the leverage to {leverage}"
    text = f"liquidation near {plain_text(_SHORT.plus(liquidation))} comes before the stop at "
    return Reason(check="liquidation", text=f"{text}{levels.stop}: {remedy}")


def _leverage_to_reach_stop(sized: Sized, case: EntryCase) -> int:
    levels = sized.levels
    needed = margin_to_reach(
        levels.stop,
        levels.side,
        sized.quantity,
        entry_price=levels.worst_entry,
        brackets=case.terms.brackets,
    )
    return int(sized.quantity * levels.worst_entry / needed)
