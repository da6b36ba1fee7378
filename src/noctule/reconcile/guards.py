"""What would end a position: the stops and targets that rest there, and where missing ones go."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from noctule.domain.order import Leg, OrderKind
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Price, Rounding, Side
from noctule.orders.plan import entry_side
from noctule.reconcile.case import RecoveryTerms, SymbolCase
from noctule.reconcile.ownership import leg_of
from noctule.reconcile.rebuild import rebuilt

__all__ = [
    "ending_stops",
    "ending_targets",
    "is_naked",
    "level_of",
    "our_stops",
    "our_targets",
    "stop_price",
    "target_price",
]

# A stop that becomes a limit order may be passed over: it ends nothing for certain.
_STOPS: Final = (OrderKind.STOP_MARKET, OrderKind.TRAILING_STOP_MARKET)
_TARGETS: Final = (OrderKind.TAKE_PROFIT_MARKET, OrderKind.TAKE_PROFIT, OrderKind.LIMIT)

# Towards the entry: a loss never grows, a profit is never waited for longer than was asked.
_STOP_ROUNDING: Final = {Side.BUY: Rounding.UP, Side.SELL: Rounding.DOWN}
_TARGET_ROUNDING: Final = {Side.BUY: Rounding.DOWN, Side.SELL: Rounding.UP}


def ending_stops(
    orders: Iterable[OrderReport], signed_quantity: Decimal
) -> tuple[OrderReport, ...]:
    """Return the stops that together would end the whole position; none if they would not."""
    return _ending(orders, signed_quantity, _STOPS)


def ending_targets(
    orders: Iterable[OrderReport], signed_quantity: Decimal
) -> tuple[OrderReport, ...]:
    """Return the targets that together would end the whole position; none if they would not."""
    return _ending(orders, signed_quantity, _TARGETS)


def is_naked(case: SymbolCase) -> bool:
    """Tell whether something is held and no stop, whoever's, would end it."""
    held = case.position.signed_quantity
    guarded = ending_stops(our_stops(case), held) or ending_stops(case.others, held)
    return bool(held) and not guarded


def our_stops(case: SymbolCase) -> tuple[OrderReport, ...]:
    """Return the stops of ours that rest, the one nearest to the market first."""
    stops = _led(case, Leg.STOP, Leg.PROTECT)
    sign = 1 if case.position.signed_quantity > 0 else -1
    return tuple(sorted(stops, key=lambda each: -sign * (level_of(each) or Decimal(0))))


def our_targets(case: SymbolCase) -> tuple[OrderReport, ...]:
    """Return the targets of ours that rest."""
    return tuple(_led(case, Leg.TARGET))


def level_of(report: OrderReport) -> Price | None:
    """Return the price that an order waits for."""
    return report.trigger_price if report.kind.is_conditional else report.price


def stop_price(
    case: SymbolCase, terms: RecoveryTerms, *, direction: Direction, entry: Price
) -> Price:
    """Return where a stop belongs: as remembered, or by the share that the owner configured."""
    side, memory = entry_side(direction), case.remembers(direction)
    wanted = Price(entry * (1 - side.sign * terms.stop_loss)) if memory is None else memory.stop
    return _on_grid(case, wanted, _STOP_ROUNDING[side])


def target_price(
    case: SymbolCase, terms: RecoveryTerms, *, direction: Direction, entry: Price
) -> Price | None:
    """Return where a target belongs; None where the position is remembered to have none."""
    side, memory = entry_side(direction), case.remembers(direction)
    if memory is None:
        wanted = Price(entry * (1 + side.sign * terms.take_profit))
    elif memory.target is None:
        return None
    else:
        wanted = memory.target
    return _on_grid(case, wanted, _TARGET_ROUNDING[side])


def _led(case: SymbolCase, *legs: Leg) -> Iterator[OrderReport]:
    """Yield the orders of these legs that a bracket can go on with: others are taken out."""
    for each in case.ours:
        if leg_of(each) in legs and level_of(each) is not None and rebuilt(each) is not None:
            yield each


def _on_grid(case: SymbolCase, price: Price, rounding: Rounding) -> Price:
    assert case.instrument is not None, f"nobody knows the ticks of {case.symbol}"
    return case.instrument.quantize_price(max(price, case.instrument.tick), rounding)


def _ending(
    orders: Iterable[OrderReport], signed_quantity: Decimal, kinds: tuple[OrderKind, ...]
) -> tuple[OrderReport, ...]:
    closing = [
        each for each in orders if each.kind in kinds and each.side.sign * signed_quantity < 0
    ]
    is_whole = any(each.closes_position for each in closing)
    total = sum((_remaining(each) for each in closing), Decimal(0))
    return tuple(closing) if is_whole or total >= abs(signed_quantity) else ()


def _remaining(report: OrderReport) -> Decimal:
    return Decimal(0) if report.quantity is None else report.quantity - report.filled
