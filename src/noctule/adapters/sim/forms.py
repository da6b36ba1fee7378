"""What an order must and must not say, before anything of it is held against the market."""

import re
from decimal import Decimal
from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.model import ZERO, OrderType, PositionSide, Quote, Rules, Side, Tif
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.specs import AlgoSpec, OrderSpec

__all__ = [
    "CONDITIONAL",
    "check_algo_form",
    "check_client_id",
    "check_order_form",
    "match_price",
]

# An enum's members are slow to look up.
_LIMIT: Final = OrderType.LIMIT
_MARKET: Final = OrderType.MARKET
_TRAILING_STOP_MARKET: Final = OrderType.TRAILING_STOP_MARKET
_BOTH: Final = PositionSide.BOTH
_BUY: Final = Side.BUY
_GTD: Final = Tif.GTD
_GTE_GTC: Final = Tif.GTE_GTC

CONDITIONAL: Final = frozenset(
    {
        OrderType.STOP,
        OrderType.STOP_MARKET,
        OrderType.TAKE_PROFIT,
        OrderType.TAKE_PROFIT_MARKET,
        OrderType.TRAILING_STOP_MARKET,
    }
)
_LIMIT_TYPES: Final = (OrderType.LIMIT, OrderType.STOP, OrderType.TAKE_PROFIT)
_CLOSING_TYPES: Final = (OrderType.STOP_MARKET, OrderType.TAKE_PROFIT_MARKET)
_CLIENT_ID: Final = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}")
_STP_MODES: Final = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH")
_GTD_LEAST_MS: Final = 600_000
_GTD_MOST_MS: Final = 253_402_300_799_000
# Levels behind the best price; OPPONENT_10 and _20 were switched off on 2025-10-23.
_PRICE_MATCHES: Final = {
    "OPPONENT": (True, 0),
    "OPPONENT_5": (True, 4),
    "QUEUE": (False, 0),
    "QUEUE_5": (False, 4),
    "QUEUE_10": (False, 9),
    "QUEUE_20": (False, 19),
}
_CALLBACK_MIN: Final = Decimal("0.1")
_CALLBACK_MAX: Final = Decimal(20)  # 10 until 2026-10-23


def check_order_form(account: Account, spec: OrderSpec, now_ms: int) -> None:
    """Refuse a regular order whose parameters do not go together."""
    if spec.type in CONDITIONAL:
        raise refuse(-4120)
    if spec.type not in (_LIMIT, _MARKET):
        raise refuse(-1116)
    _check_client_id(spec.client_id)
    _check_side(account, spec)
    _require(spec.qty, "quantity")
    if spec.type is _MARKET:
        _forbid(spec.price, "price")
        _forbid(spec.tif, "timeInForce")
    else:
        _require(spec.tif, "timeInForce")
    if spec.tif is _GTE_GTC:
        raise refuse(-1115)
    _check_options(spec, now_ms)


def check_algo_form(account: Account, spec: AlgoSpec, now_ms: int) -> None:
    """Refuse a conditional order whose parameters do not go together."""
    if spec.type not in CONDITIONAL:
        raise refuse(-1116)
    _check_client_id(spec.client_algo_id)
    _check_side(account, spec)
    if spec.type is _TRAILING_STOP_MARKET:
        _check_trailing(spec)
    else:
        _require(spec.trigger_price, "triggerPrice")
        _forbid(spec.callback_rate, "callbackRate")
        _forbid(spec.activate_price, "activatePrice")
    if spec.close_position:
        _check_closing(spec)
    else:
        _require(spec.qty, "quantity")
    if spec.type not in _LIMIT_TYPES:
        _forbid(spec.price, "price")
    _check_options(spec, now_ms)


def check_client_id(account: Account, client_id: str | None, *, is_algo: bool) -> None:
    """Refuse a client's name for an order that an open one bears; a closed one does not count."""
    if client_id is None:
        return
    if is_algo:
        taken = [algo.client_algo_id for algo in account.algos.values()]
    else:
        taken = [order.client_id for order in account.open_orders.by_id.values()]
    if client_id in taken:
        raise refuse(-4116)


def match_price(price_match: str, side: Side, quote: Quote, rules: Rules) -> Decimal:
    """Return the price that a priceMatch stands for, the book being a tick from level to level."""
    opposite, level = _PRICE_MATCHES[price_match]
    if opposite:
        best = quote.ask if side is _BUY else quote.bid
        return best + side.sign * level * rules.tick
    best = quote.bid if side is _BUY else quote.ask
    return best - side.sign * level * rules.tick


def _check_client_id(client_id: str | None) -> None:
    if client_id is not None and _CLIENT_ID.fullmatch(client_id) is None:
        raise refuse(-4015)


def _check_side(account: Account, spec: OrderSpec | AlgoSpec) -> None:
    if account.dual_side == (spec.position_side is _BOTH):
        raise refuse(-4061)
    if spec.reduce_only and account.dual_side:
        raise refuse(-4062)


def _check_trailing(spec: AlgoSpec) -> None:
    _forbid(spec.trigger_price, "triggerPrice")
    _require(spec.callback_rate, "callbackRate")
    rate = spec.callback_rate or ZERO
    if not _CALLBACK_MIN <= rate <= _CALLBACK_MAX or rate % _CALLBACK_MIN:
        raise refuse(-2007)


def _check_closing(spec: AlgoSpec) -> None:
    if spec.type not in _CLOSING_TYPES:
        raise refuse(-4136, type=spec.type.value, close="true")
    if spec.qty is not None:
        raise refuse(-4137)
    if spec.reduce_only:
        raise refuse(-1106, name="reduceOnly")


def _check_options(spec: OrderSpec | AlgoSpec, now_ms: int) -> None:
    _check_price_match(spec)
    if spec.stp not in _STP_MODES:
        raise refuse(-5039)
    if spec.tif is _GTD:
        _require(spec.good_till_ms or None, "goodTillDate")
        if not now_ms + _GTD_LEAST_MS < spec.good_till_ms < _GTD_MOST_MS:
            raise refuse(-5040)


def _check_price_match(spec: OrderSpec | AlgoSpec) -> None:
    if spec.price_match == "NONE":
        if spec.type in _LIMIT_TYPES:
            _require(spec.price, "price")
        return
    if spec.price_match not in _PRICE_MATCHES:
        raise refuse(-5037)
    if spec.type not in _LIMIT_TYPES:
        raise refuse(-5038)
    _forbid(spec.price, "price")


def _require(value: object, name: str) -> None:
    if value is None:
        raise refuse(-1102, name=name)


def _forbid(value: object, name: str) -> None:
    if value is not None:
        raise refuse(-1106, name=name)
