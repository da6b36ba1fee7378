"""What is held and what may trade, for whoever asks how things stand."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from noctule.domain.order import Order
from noctule.domain.position import Position
from noctule.domain.status import OrderView, PositionView
from noctule.domain.values import Price, Symbol
from noctule.orders.bracket import Bracket
from noctule.positions.account_book import AccountBook

__all__ = ["order_views", "position_views"]


def position_views(
    book: AccountBook,
    brackets: Mapping[Symbol, Bracket],
    *,
    others: Iterable[Symbol],
    marks: Callable[[Symbol], Price | None],
) -> Iterator[PositionView]:
    """Yield what is held: ours first, then of the others what nobody here leads."""
    for symbol, bracket in sorted(brackets.items()):
        position = _held(book, symbol)
        if position is not None:
            yield _view(position, bracket, marks(symbol))
    for symbol in sorted({*others} - brackets.keys()):
        position = _held(book, symbol)
        if position is not None:
            yield _view(position, None, marks(symbol))


def order_views(brackets: Mapping[Symbol, Bracket]) -> Iterator[OrderView]:
    """Yield every order of ours that may trade, now or later."""
    for _, bracket in sorted(brackets.items()):
        yield from map(_order, bracket.orders)


def _held(book: AccountBook, symbol: Symbol) -> Position | None:
    """Return what is held by our fills, or else by the venue's word; None when flat by both."""
    both = (book.position(symbol), book.reported(symbol))
    return next((each for each in both if not each.is_flat), None)


def _view(position: Position, bracket: Bracket | None, mark: Price | None) -> PositionView:
    assert position.side is not None, f"{position.symbol} is flat"
    assert position.entry_price is not None, f"{position.symbol} was entered at no price"
    plan = None if bracket is None else bracket.plan
    return PositionView(
        symbol=position.symbol,
        strategy=None if plan is None else plan.strategy,
        side=position.side,
        quantity=position.quantity,
        entry_price=position.entry_price,
        mark_price=mark,
        unrealized_pnl=None if mark is None else position.unrealized_pnl(mark),
        stop=None if bracket is None else bracket.stop,
        target=None if bracket is None else bracket.target,
        since_ms=None if plan is None else plan.key.close_ms,
        is_protected=bracket is not None and bracket.is_protected,
        leaves=None if bracket is None else bracket.exit_reason,
        is_ours=bracket is not None,
    )


def _order(order: Order) -> OrderView:
    request = order.request
    price = request.trigger_price if request.price is None else request.price
    return OrderView(
        symbol=request.symbol,
        client_order_id=request.client_order_id,
        leg=request.leg,
        side=request.side,
        kind=request.kind,
        state=order.state,
        quantity=request.quantity,
        filled=order.filled,
        price=price,
    )
