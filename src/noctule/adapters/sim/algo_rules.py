"""Whether a conditional order may be placed.

Order of checks: symbol, form, duplicate client id, trigger price, quantity, limit price, worth,
how many wait already, what closing needs, and last whether it would trigger at once. Margin is
not checked: that is the trigger's moment.
"""

from decimal import Decimal
from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.book import Book
from noctule.adapters.sim.filters import (
    check_notional,
    check_quantity,
    check_stop_distance,
    check_trigger_price,
)
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.forms import check_algo_form, check_client_id
from noctule.adapters.sim.model import ZERO, AlgoOrder, OrderType, Tif
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.specs import AlgoSpec
from noctule.adapters.sim.triggers import is_reached, price_of

__all__ = ["accepted_algo"]

# An enum's members are slow to look up.
_STOP_MARKET: Final = OrderType.STOP_MARKET
_GTC: Final = Tif.GTC
_GTE_GTC: Final = Tif.GTE_GTC

_WAITING_MAX: Final = 200  # of the whole account, since 2025-12-29


def accepted_algo(floor: Floor, account: Account, book: Book, spec: AlgoSpec) -> AlgoOrder:
    """Return the order that was asked for, without a number; refuse one that may not wait."""
    if account.is_in_liquidation:
        raise refuse(-2023)
    if book.rules.status != "TRADING":
        raise refuse(-1122)
    check_algo_form(account, spec, floor.now_ms)
    check_client_id(account, spec.client_algo_id, is_algo=True)
    _check_filters(floor, book, spec)
    if len(account.algos) >= _WAITING_MAX:
        raise refuse(-4045)
    _check_closing(account, spec)
    draft = _drafted(spec, floor.now_ms)
    if (draft.trigger_price or draft.activate_price) and is_reached(draft, price_of(book, draft)):
        raise refuse(-2021)
    return draft


def _drafted(spec: AlgoSpec, now_ms: int) -> AlgoOrder:
    return AlgoOrder(
        algo_id=0,
        client_algo_id="",
        symbol=spec.symbol,
        side=spec.side,
        position_side=spec.position_side,
        type=spec.type,
        tif=spec.tif or _GTC,
        qty=spec.qty or ZERO,
        price=spec.price or ZERO,
        trigger_price=spec.trigger_price or ZERO,
        activate_price=spec.activate_price or ZERO,
        callback_rate=spec.callback_rate or ZERO,
        reduce_only=spec.reduce_only,
        close_position=spec.close_position,
        working_type=spec.working_type,
        price_protect=spec.price_protect,
        price_match=spec.price_match,
        stp=spec.stp,
        good_till_ms=spec.good_till_ms,
        create_ms=now_ms,
        update_ms=now_ms,
    )


def _check_filters(floor: Floor, book: Book, spec: AlgoSpec) -> None:
    rules = book.rules
    trigger = _expected_price(floor, book, spec)
    if spec.trigger_price is not None or spec.activate_price is not None:
        check_trigger_price(rules, trigger)
    if spec.qty is None:
        return
    check_quantity(rules, spec.type, spec.qty)
    price = spec.price
    if price is not None:
        check_stop_distance(rules, spec.side, price, trigger)
    if not spec.reduce_only:
        check_notional(rules, spec.qty * (price or trigger))


def _expected_price(floor: Floor, book: Book, spec: AlgoSpec) -> Decimal:
    if spec.trigger_price is not None:
        return spec.trigger_price
    return floor.quote(book).last if spec.activate_price is None else spec.activate_price


def _check_closing(account: Account, spec: AlgoSpec) -> None:
    """Refuse a closePosition or GTE order without a position, and a second one of its class."""
    leg = account.position(spec.symbol, spec.position_side)
    if spec.tif is _GTE_GTC and not leg.amount:
        raise refuse(-4509)
    if not spec.close_position:
        return
    if leg.amount * spec.side.sign >= 0:
        raise refuse(-4509)
    if any(_is_twin(algo, spec) for algo in account.algos_on(spec.symbol)):
        raise refuse(-4130)


def _is_twin(algo: AlgoOrder, spec: AlgoSpec) -> bool:
    return (
        algo.close_position
        and algo.side is spec.side
        and algo.position_side is spec.position_side
        and (algo.type is _STOP_MARKET) == (spec.type is _STOP_MARKET)
    )
