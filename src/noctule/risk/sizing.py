"""How much to enter: what may be lost at the stop decides, and everything scarce caps it."""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, ROUND_UP, Context, Decimal
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
    remedy: str

    @property
    def quantity(self) -> Decimal:
        """Return the largest quantity it allows."""
        return _EXACT.divide(max(self.amount, Decimal(0)), self.per_unit)


def size_entry(case: EntryCase, limits: RiskLimits) -> Sized | Refused:
    """Find the largest quantity that keeps to every limit, or every reason why there is none."""
    levels = levels_of(case, limits)
    misplaced = level_reasons(levels, case, limits)
    if misplaced:
        return Refused(reasons=misplaced)
    smallest = case.instrument.smallest_quantity(levels.cheapest, case.wish.kind)
    caps = [
        _loss_cap(case, limits, levels, smallest),
        *_money_caps(case, limits, levels),
        _lot_cap(case, smallest),
    ]
    too_small = [_too_small(cap, case, smallest) for cap in caps if cap.quantity < smallest]
    if too_small:
        return Refused(reasons=tuple(too_small))
    sized = _sized(case, limits, levels=levels, scarcest=min(caps, key=lambda cap: cap.quantity))
    liquidated = _liquidated_before_stop(sized, case)
    return sized if liquidated is None else Refused(reasons=(liquidated,))


def _loss_cap(case: EntryCase, limits: RiskLimits, levels: Levels, smallest: Quantity) -> _Cap:
    """Return what caps a quantity by what it may lose."""
    allowed, per_unit = _loss_allowed(case, limits), _loss_per_unit(levels, case.terms.taker_fee)
    remedy = "raise the balance or risk_per_trade, or bring the stop nearer"
    if allowed < smallest * per_unit <= case.portfolio.equity * limits.risk_per_trade:
        remedy = _regime_remedy(case, limits)
    return _Cap(
        check="size",
        name="what may be lost at the stop",
        amount=allowed,
        per_unit=per_unit,
        remedy=remedy,
    )


def _regime_remedy(case: EntryCase, limits: RiskLimits) -> str:
    """Tell what to do where only the regime's share makes the order too small."""
    now = case.scene.regime
    share = f"share of risk_per_trade, {plain_text(limits.share_in(now))}, in regime_scale"
    if now is None:
        return f"wait until the regime is known, or raise the least {share}"
    return f"wait for another regime than {now}, or raise its {share}"


def _money_caps(case: EntryCase, limits: RiskLimits, levels: Levels) -> Iterator[_Cap]:
    """Yield what caps a quantity by its worth."""
    equity, terms = case.portfolio.equity, case.terms
    yield _Cap(
        check="margin",
        name="available margin",
        amount=case.portfolio.available * _MARGIN_SHARE * terms.leverage,
        per_unit=levels.dearest * (1 + terms.taker_fee * terms.leverage),
        remedy="free some margin or raise the leverage",
    )
    yield _Cap(
        check="leverage",
        name=f"what leverage {terms.leverage} may hold",
        amount=_notional_cap(case),
        per_unit=levels.dearest,
        remedy="lower the leverage",
    )
    yield _Cap(
        check="exposure",
        name="exposure left",
        amount=equity * limits.max_total_exposure - case.portfolio.exposure,
        per_unit=levels.dearest,
        remedy="close something or raise max_total_exposure",
    )
    if limits.max_position_notional is not None:
        yield _Cap(
            check="notional",
            name="max_position_notional",
            amount=limits.max_position_notional,
            per_unit=levels.dearest,
            remedy="raise it",
        )


def _loss_allowed(case: EntryCase, limits: RiskLimits) -> Decimal:
    """Return what may be lost at the stop; where that is nothing, the regime's check says so."""
    share = limits.share_in(case.scene.regime) or 1
    return case.portfolio.equity * limits.risk_per_trade * share


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
    return _Cap(
        check="lot",
        name="the largest order",
        amount=largest * (SLICES_MAX if largest >= 2 * smallest else 1),
        per_unit=Decimal(1),
        remedy="no order of this contract is both small and dear enough",
    )


def _too_small(cap: _Cap, case: EntryCase, smallest: Quantity) -> Reason:
    needed, left = _SHORT_UP.multiply(smallest, cap.per_unit), _SHORT.plus(cap.amount)
    return Reason(
        check=cap.check,
        text=f"the smallest order, {plain_text(smallest)} {case.instrument.base_asset}, needs "
        f"{plain_text(needed)} of {cap.name}, which is {plain_text(left)}: {cap.remedy}",
    )


def _sized(case: EntryCase, limits: RiskLimits, *, levels: Levels, scarcest: _Cap) -> Sized:
    """Round down to the grid, and reckon what that amounts to."""
    step = case.instrument.lot_of(case.wish.kind).step
    quantity = Quantity(round_to_step(scarcest.quantity, step, Rounding.DOWN))
    loss = quantity * _loss_per_unit(levels, case.terms.taker_fee)
    allowed = _loss_allowed(case, limits)
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
