"""What is held, what rests and what was closed: the tables of status."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from noctule.app.cli.status_words import amount, price, signed, span
from noctule.domain.status import OrderView, PositionView, StatusView, TradeView
from noctule.domain.trade import ExitReason
from noctule.domain.values import Side

__all__ = ["BAD", "DIM", "GOOD", "HEAD", "colour_of", "orders", "positions", "trade_line"]

GOOD, BAD, DIM, HEAD = "green", "red", "dim", "bold"
_ORDERS_MAX: Final = 12


def positions(view: StatusView) -> Iterator[RenderableType]:
    """Yield the table of what is held, and what is not as usual with it."""
    if not view.positions:
        yield Text("nothing is held", style=DIM)
        return
    table = _table(
        *("position", "side", "<quantity", "<entry", "<mark", "<P&L", "<stop", "<target", "<age")
    )
    for each in view.positions:
        table.add_row(*_position_row(each, view.at_ms))
    yield table
    for each in view.positions:
        note = _position_note(each)
        if note is not None:
            yield Text(f"  {each.symbol} {note}", style=BAD)


def _position_row(position: PositionView, now_ms: int) -> Sequence[str | Text]:
    pnl = position.unrealized_pnl
    return (
        position.symbol,
        "long" if position.side is Side.BUY else "short",
        amount(position.quantity),
        price(position.entry_price),
        price(position.mark_price),
        "-" if pnl is None else Text(signed(pnl), style=colour_of(pnl)),
        price(position.stop),
        price(position.target),
        "-" if position.since_ms is None else span(now_ms - position.since_ms),
    )


def _position_note(position: PositionView) -> str | None:
    """Say what is not as usual with a position."""
    if not position.is_ours:
        return "is not ours: it is left alone, and nothing is entered beside it"
    notes = []
    if position.leaves is not None:
        notes.append(f"is being closed ({_words(position.leaves)})")
    if not position.is_protected:
        notes.append("is NAKED: no stop rests behind all of it")
    return "; ".join(notes) or None


def _words(reason: ExitReason) -> str:
    return {ExitReason.EXTERNAL: "by somebody else"}.get(reason, reason.value)


def orders(view: StatusView) -> Iterator[RenderableType]:
    """Yield the table of our orders that may trade."""
    if not view.orders:
        return
    table = _table("order", "for", "side", "<quantity", "<filled", "<price", "state")
    for each in view.orders[:_ORDERS_MAX]:
        table.add_row(*_order_row(each))
    yield Text()
    yield table
    if len(view.orders) > _ORDERS_MAX:
        yield Text(f"  and {len(view.orders) - _ORDERS_MAX} more", style=DIM)


def _order_row(order: OrderView) -> Sequence[str]:
    return (
        order.symbol,
        order.leg.name.lower(),
        order.side.lower(),
        amount(order.quantity),
        amount(order.filled),
        "market" if order.price is None else price(order.price),
        order.state.value.replace("_", " "),
    )


def trade_line(trade: TradeView) -> Text:
    """Return a closed trade in a line."""
    line = Text(f"{trade.symbol} {trade.direction.lower()} {amount(trade.quantity)}: ")
    line.append(f"{price(trade.entry_price)} → {price(trade.exit_price)}, net ")
    line.append(signed(trade.net_pnl), style=colour_of(trade.net_pnl))
    line.append(f" ({_words(trade.exit_reason)})")
    return line


def colour_of(amount: Decimal) -> str:
    """Return the colour of what was won or lost."""
    return GOOD if amount > 0 else BAD if amount < 0 else ""


def _table(*headings: str) -> Table:
    """Return a table; a heading after < is of numbers."""
    table = Table(box=None, pad_edge=False, header_style=HEAD)
    for heading in headings:
        justify = "right" if heading.startswith("<") else "left"
        table.add_column(heading.removeprefix("<"), justify=justify, overflow="fold")  # type: ignore[arg-type]  # one of rich's words
    return table
