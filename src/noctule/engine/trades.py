"""The round trips under way: their fills added up, their moments stamped, told when flat."""

from collections.abc import Callable
from decimal import Decimal

from msgspec import structs

from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import OrderAccepted, OrderSubmitted
from noctule.domain.order import Leg
from noctule.domain.position import Fill, Position
from noctule.domain.trade import ClosedTrade, ExitReason, TradeStamps
from noctule.domain.values import Quote, Symbol
from noctule.orders.bracket import Bracket
from noctule.orders.ticket import Ticket
from noctule.positions.tally import TradeTally

__all__ = ["Trades", "exit_reason_of"]

_FORCED = ("autoclose-", "adl_autoclose", "settlement_autoclose-")  # facts 3.1
_BY_LEG = {
    Leg.STOP: ExitReason.STOP,
    Leg.PROTECT: ExitReason.STOP,
    Leg.TARGET: ExitReason.TARGET,
}


class Trades:
    """One tally for each symbol that is traded now."""

    def __init__(
        self, *, quote_asset: str, rate_of: Callable[[str], Decimal | None] = lambda _asset: None
    ) -> None:
        self._quote_asset = quote_asset
        self._rate_of = rate_of  # the index price of another asset that fees are paid in
        self._tallies: dict[Symbol, TradeTally] = {}
        self._stamps: dict[Symbol, TradeStamps] = {}

    def begin(self, bracket: Bracket, found: Position, *, decided_ms: int | None = None) -> None:
        """Begin with nothing, or with a position that was found."""
        symbol = bracket.plan.symbol
        self._tallies[symbol] = TradeTally(
            found,
            strategy=bracket.plan.strategy,
            quote_asset=self._quote_asset,
            signal_price=bracket.plan.signal_price,
        )
        closed_ms = None if decided_ms is None else bracket.plan.key.close_ms
        received_ms = None if decided_ms is None else bracket.plan.received_ms
        self._stamps[symbol] = TradeStamps(
            candle_closed=closed_ms, received=received_ms, decided=decided_ms
        )

    def note_step(self, symbol: Symbol, event: OrderEvent, heard_ms: int) -> None:
        """Stamp that the first order left, or was answered, by our clock as all the others.

        Of a position that was found there was no such order.
        """
        stamps = self._stamps.get(symbol)
        if stamps is None or stamps.decided is None:
            return
        match event:
            case OrderSubmitted():
                self.stamp(symbol, "sent", event.at_ms)
            case OrderAccepted():
                self.stamp(symbol, "acknowledged", heard_ms)
            case _:
                pass

    def stamp(self, symbol: Symbol, moment: str, at_ms: int) -> None:
        """Note when something happened first."""
        stamps = self._stamps.get(symbol)
        if stamps is not None and getattr(stamps, moment) is None:
            self._stamps[symbol] = structs.replace(stamps, **{moment: at_ms})

    def hear(
        self,
        fill: Fill,
        reason: ExitReason,
        *,
        is_in_position: bool = False,
        heard_ms: int | None = None,
    ) -> ClosedTrade | None:
        """Add a fill; return what the trip amounted to if it ended it.

        A position that was told before its fill holds it already. That is no reason to leave it
        out here, unless the trip began with that position.
        """
        tally = self._tallies.get(fill.symbol)
        if tally is None or (is_in_position and fill.at_ms <= tally.found_ms):
            return None
        self._stamp_fill(fill, fill.at_ms if heard_ms is None else heard_ms)
        tally.add(fill, fee_rate=self._rate_of(fill.fee_asset))
        if not tally.is_finished:
            return None
        del self._tallies[fill.symbol]
        return tally.close(reason, stamps=self._stamps.pop(fill.symbol))

    def _stamp_fill(self, fill: Fill, filled_ms: int) -> None:
        stamps = self._stamps[fill.symbol]
        if stamps.decided is not None:  # it may come before the answer, and is one
            self.stamp(fill.symbol, "acknowledged", filled_ms)
        self.stamp(fill.symbol, "filled", filled_ms)

    def hear_funding(self, symbol: Symbol, amount: Quote) -> None:
        """Add a payment to the trip that paid or received it."""
        tally = self._tallies.get(symbol)
        if tally is not None:
            tally.add_funding(amount)

    def end(self, symbol: Symbol) -> None:
        """Forget a trip that is over."""
        self._tallies.pop(symbol, None)
        self._stamps.pop(symbol, None)


def exit_reason_of(fill: Fill, ticket: Ticket | None, bracket: Bracket | None) -> ExitReason:
    """Say why a fill would have closed the position: by whose order it was."""
    if ticket is None:
        is_forced = fill.client_order_id.startswith(_FORCED)
        return ExitReason.LIQUIDATION if is_forced else ExitReason.EXTERNAL
    wished = None if bracket is None else bracket.exit_reason
    return _BY_LEG.get(ticket.leg, wished or ExitReason.SIGNAL)
