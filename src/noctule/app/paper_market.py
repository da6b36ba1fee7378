"""The live market as the paper exchange follows it: each price handed on as it is heard."""

from noctule.adapters.binance.wire.prices import BestTold, MarkTold, TradeTold
from noctule.adapters.sim.events import Best, MarkTick, Tick
from noctule.adapters.sim.model import ZERO
from noctule.adapters.sim.protocol import Protocol
from noctule.telemetry.logs import get_log

__all__ = ["PaperMarket"]

_log = get_log(__name__)


class PaperMarket:
    """Moves the paper exchange, and knows which of its prices are no longer the market's.

    While the live prices are lost nothing moves, so nothing that waits is filled. A contract is
    live again once its trades or its best prices are heard, not when its connection stands.
    """

    def __init__(self, exchange: Protocol) -> None:
        self._exchange = exchange
        self._live: set[str] = set()
        self._lost = "the live prices are not heard yet"

    def doubt(self, symbol: str) -> str | None:
        """Say why nothing may be filled in a contract just now; None if it may."""
        if symbol not in self._exchange.venue.exchange.rules:
            return None  # it is refused as such
        if self._lost or symbol in self._live:
            return self._lost or None
        return f"no live price of {symbol} was heard since the connection stands"

    def on_trade(self, trade: TradeTold) -> None:
        """Let a trade happen: it fills what rests, and pulls what waits for its price."""
        quote = trade.price * trade.quantity
        bought = not trade.is_buyer_maker
        self._exchange.happen(
            Tick(
                symbol=trade.symbol,
                time_ms=trade.at_ms,
                price=trade.price,
                qty=trade.quantity,
                quote_qty=quote,
                count=1,
                taker_buy_qty=trade.quantity if bought else ZERO,
                taker_buy_quote=quote if bought else ZERO,
            )
        )
        self._live.add(trade.symbol)

    def on_best(self, best: BestTold) -> None:
        """Show what a market order would meet."""
        shown = Best(
            symbol=best.symbol,
            bid=best.bid,
            bid_qty=best.bid_quantity,
            ask=best.ask,
            ask_qty=best.ask_quantity,
        )
        self._exchange.venue.exchange.show(best.symbol, shown)
        self._live.add(best.symbol)

    def on_mark(self, mark: MarkTold) -> None:
        """Move the mark price, by which is liquidated, and the funding that is coming."""
        self._exchange.happen(
            MarkTick(
                symbol=mark.symbol,
                time_ms=mark.number,
                mark=mark.mark,
                index=mark.index or mark.mark,
                funding_rate=mark.funding_rate,
                next_funding_ms=mark.next_funding_ms,
            )
        )

    def on_lost(self, reason: str) -> None:
        """Stand still, and forget what the book showed."""
        self._lost = f"the live prices are lost: {reason}"
        self._live.clear()
        for symbol in self._exchange.venue.exchange.rules:
            self._exchange.venue.exchange.show(symbol, None)
        _log.warning("paper exchange stands still", cause=reason)

    def on_restored(self) -> None:
        """Go on."""
        self._lost = ""
        _log.info("paper exchange follows the live prices")
