"""Where a position would be entered and left: the worst fill to expect, the stop, the target."""

from collections.abc import Iterator

from msgspec import Struct

from noctule.domain.order import OrderKind
from noctule.domain.signals import Reason
from noctule.domain.values import Price, Rounding, Side, observed
from noctule.risk.case import EntryCase
from noctule.risk.limits import RiskLimits

__all__ = ["Levels", "level_reasons", "levels_of"]

# Towards the entry: a loss never grows, a profit is never waited for longer than was asked.
_STOP_ROUNDING = {Side.BUY: Rounding.UP, Side.SELL: Rounding.DOWN}
_TARGET_ROUNDING = {Side.BUY: Rounding.DOWN, Side.SELL: Rounding.UP}


class Levels(Struct, frozen=True, kw_only=True):
    """The prices of one entry; stop and target are on the tick grid."""

    side: Side
    entry: Price  # what it would be entered at now
    worst_entry: Price  # with the slippage that is allowed for
    stop: Price
    worst_exit: Price  # what the stop may fill at
    target: Price
    dearest: Price  # to measure exposure and margin by: no fill is worth more
    cheapest: Price  # to measure the minimum notional by


def levels_of(case: EntryCase, limits: RiskLimits) -> Levels:
    """Place entry, stop and target; rounding brings stop and target nearer, never further."""
    wish, entry = case.wish, _entry(case)
    sign, mark = wish.side.sign, _exact(case.scene.mark_price, entry)
    is_market, slippage = wish.kind is OrderKind.MARKET, limits.slippage_allowance
    worst_entry = Price(entry * (1 + sign * slippage)) if is_market else entry
    stop = _exact(wish.stop, Price(entry * (1 - sign * limits.stop_loss)))
    stop = case.instrument.quantize_price(stop, _STOP_ROUNDING[wish.side])
    target = _exact(wish.target, _target(case, entry, limits))
    target = case.instrument.quantize_price(target, _TARGET_ROUNDING[wish.side])
    return Levels(
        side=wish.side,
        entry=entry,
        worst_entry=worst_entry,
        stop=stop,
        worst_exit=Price(stop * (1 - sign * slippage)),
        target=target,
        dearest=max(entry, worst_entry, mark),
        cheapest=min(entry, mark) if is_market else entry,
    )


def level_reasons(levels: Levels, case: EntryCase, limits: RiskLimits) -> tuple[Reason, ...]:
    """Return why stop or target cannot stand where they would, if so."""
    prices = [levels.entry, *_prices_that_trigger(case, limits)]
    sign, lowest, highest = levels.side.sign, min(prices), max(prices)
    nearest, furthest = (lowest, highest) if sign > 0 else (highest, lowest)  # to the stop
    reasons = []
    if sign * (nearest - levels.stop) <= 0:
        wrong = "not below" if levels.side is Side.BUY else "not above"
        reasons.append(Reason(check="stop", text=_misplaced("stop", levels.stop, wrong, nearest)))
    if sign * (levels.target - furthest) <= 0:
        wrong = "not above" if levels.side is Side.BUY else "not below"
        text = _misplaced("target", levels.target, wrong, furthest)
        reasons.append(Reason(check="target", text=text))
    return tuple(reasons)


def _misplaced(name: str, level: Price, wrong: str, price: Price) -> str:
    return f"the {name} at {level} is {wrong} {price}: it would be hit at once"


def _entry(case: EntryCase) -> Price:
    """Return the price it would be entered at: the limit, or what the other side asks now."""
    if case.wish.limit_price is not None:
        return case.wish.limit_price
    scene = case.scene
    touch = scene.ask if case.wish.side is Side.BUY else scene.bid
    seen = (touch, scene.mark_price, case.wish.price)
    return next(observed(price) for price in seen if price is not None)


def _target(case: EntryCase, entry: Price, limits: RiskLimits) -> Price:
    """Return the target that [risk] asks for; no price falls by all it is worth, or more."""
    wanted = entry * (1 + case.wish.side.sign * limits.take_profit)
    return Price(max(wanted, case.instrument.tick))


def _prices_that_trigger(case: EntryCase, limits: RiskLimits) -> Iterator[Price]:
    """Yield the prices that must not have passed the stop or the target as it is entered."""
    if case.wish.kind is OrderKind.LIMIT:  # it fills when the market has come to it
        return
    scene = case.scene
    seen = [scene.bid, scene.ask]
    if limits.working_type == "MARK_PRICE":
        seen.append(scene.mark_price)
    yield from (observed(price) for price in seen if price is not None)


def _exact(price: float | None, otherwise: Price) -> Price:
    return otherwise if price is None else observed(price)
