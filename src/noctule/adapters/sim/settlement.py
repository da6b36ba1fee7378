"""What one fill books, and what the account hears of it, in the order Binance tells it.

Recorded sequence: TRADE_LITE, then NEW if the order has just come, ACCOUNT_UPDATE, and last the
TRADE itself: the position has changed before the fill is told.
"""

from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.events import AccountUpdated, OrderUpdated, TradeHinted
from noctule.adapters.sim.fills import Slice
from noctule.adapters.sim.floor import Floor, to_8
from noctule.adapters.sim.forced import is_deleveraging, is_liquidation
from noctule.adapters.sim.insurance import clear, owed
from noctule.adapters.sim.model import ZERO, Order, OrderStatus, OrderType, Position
from noctule.adapters.sim.positions import apply_fill
from noctule.adapters.sim.statement import balance_of, leverage_of, shown

__all__ = ["settle", "track"]

# An enum's members are slow to look up.
_FILLED: Final = OrderStatus.FILLED
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED


def settle(
    floor: Floor, account: Account, order: Order, slice_: Slice, *, is_maker: bool, is_new: bool
) -> None:
    """Book a fill of an open order and tell it; the insurance fund pays what nobody can."""
    leg = account.position(order.symbol, order.position_side)
    held, margin = leg.amount, leg.isolated_wallet
    trade = _book(floor, account, order, leg, slice_, is_maker=is_maker)
    is_heard = floor.is_heard(account)
    if is_heard:
        _tell_position(floor, account, order, trade, is_new=is_new)
    _fill(order, slice_, floor.now_ms)
    account.open_orders.changed(order)
    if is_heard:
        execution = "CALCULATED" if order.type is OrderType.LIQUIDATION else "TRADE"
        done = OrderUpdated(
            time_ms=floor.now_ms, order=replace(order), execution=execution, trade=trade
        )
        floor.tell(account, done)
    is_cut = is_liquidation(order) and leg.amount  # what is left of it stands for the debt
    if held * order.side.sign < 0 and not is_cut:
        left = _left(trade, held, margin) if account.is_isolated(order.symbol) else None
        _insure(floor, account, order.symbol, owed(account, left))


def _tell_position(
    floor: Floor, account: Account, order: Order, trade: Trade, *, is_new: bool
) -> None:
    """Tell of a fill all that goes before it; the order is shown as it was until now."""
    now_ms, before = floor.now_ms, replace(order)
    leg = account.position(order.symbol, order.position_side)
    if order.type is not OrderType.LIQUIDATION:
        floor.tell(account, TradeHinted(time_ms=now_ms, order=before, trade=trade))
    if is_new:
        floor.tell(account, OrderUpdated(time_ms=now_ms, order=before, execution="NEW"))
    floor.tell(
        account,
        AccountUpdated(
            time_ms=now_ms,
            reason="ORDER",
            balances=(balance_of(account),),
            positions=(shown(account, floor.books, leg),),
        ),
    )


def track(floor: Floor, account: Account, symbol: str) -> None:
    """Keep the book's list of holders true after a position has changed."""
    account.safe_marks.clear()
    holders = floor.books[symbol].holders
    if account.legs(symbol):
        holders[account] = None
    else:
        holders.pop(account, None)


def _book(
    floor: Floor, account: Account, order: Order, leg: Position, slice_: Slice, *, is_maker: bool
) -> Trade:
    rules = floor.books[order.symbol].rules
    rate = rules.maker_rate if is_maker else rules.taker_rate
    if is_deleveraging(order):
        rate = ZERO
    before, margin = leg.amount, leg.isolated_wallet
    signed_qty = order.side.sign * slice_.qty
    realized = to_8(apply_fill(leg, signed_qty, slice_.price, rate))
    trade = Trade(
        trade_id=floor.next_trade_id(),
        order_id=order.order_id,
        client_id=order.client_id,
        symbol=order.symbol,
        side=order.side,
        position_side=order.position_side,
        price=slice_.price,
        qty=slice_.qty,
        commission=to_8(slice_.price * slice_.qty * rate),
        commission_asset=account.asset,
        realized_pnl=realized,
        is_maker=is_maker,
        time_ms=floor.now_ms,
    )
    leg.realized += realized
    leg.update_ms = floor.now_ms
    if account.is_isolated(order.symbol):
        leverage = leverage_of(account, floor.books[order.symbol])
        leg.isolated_wallet = _isolated_wallet(leg, before, slice_, leverage)
        if is_liquidation(order) and leg.amount:
            leg.isolated_wallet = margin + realized - trade.commission
    floor.post(account, "REALIZED_PNL", realized, symbol=order.symbol, trade_id=trade.trade_id)
    floor.post(
        account, "COMMISSION", -trade.commission, symbol=order.symbol, trade_id=trade.trade_id
    )
    account.history.trades.append(trade)
    track(floor, account, order.symbol)
    return trade


def _isolated_wallet(leg: Position, before: Decimal, slice_: Slice, leverage: int) -> Decimal:
    """Return the margin of an isolated leg: adding pays in, reducing frees its share.

    Profit and loss of the part that was closed go to the cross wallet with that share; but a part
    that was liquidated leaves all to the rest.
    """
    stays = before if before * leg.amount > 0 else ZERO
    if abs(leg.amount) < abs(stays):
        stays = leg.amount
    kept = leg.isolated_wallet * stays / before if before else ZERO
    return to_8(kept + abs(leg.amount - stays) * slice_.price / leverage)


def _insure(floor: Floor, account: Account, symbol: str, debt: Decimal) -> None:
    if debt > 0:
        clear(floor, account, symbol, debt)


def _left(trade: Trade, held: Decimal, margin: Decimal) -> Decimal:
    """Return what the margin of the part that was closed comes to, its profit and fee included."""
    closed = min(trade.qty, abs(held))
    fee = trade.commission * closed / trade.qty
    return to_8(margin * closed / abs(held) + trade.realized_pnl - fee)


def _fill(order: Order, slice_: Slice, now_ms: int) -> None:
    assert ZERO < slice_.qty <= order.left, f"{slice_.qty} of {order.left} left"
    order.executed += slice_.qty
    order.cum_quote += slice_.qty * slice_.price
    order.status = _PARTIALLY_FILLED if order.left else _FILLED
    order.update_ms = now_ms
