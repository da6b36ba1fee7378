"""One round trip added up: what was entered, what was left, and what both cost."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from noctule.domain.position import Fill, Position
from noctule.domain.signals import Direction
from noctule.domain.trade import ClosedTrade, ExitReason, TradeStamps
from noctule.domain.values import Price, Quantity, Quote
from noctule.positions.fees import quoted_fee
from noctule.positions.ledger import apply, split

__all__ = ["TradeTally"]

_MEAN: Final = Decimal("0.000000000001")  # as finely as the exchange shows mean prices


class TradeTally:
    """Hears the fills of one position from its first until it is flat.

    It keeps sums and no fills, so that a thousand of them weigh no more than one. Of a position
    that was found, not entered, it knows the entry price and neither fees nor funding.
    """

    def __init__(
        self,
        found: Position,
        *,
        strategy: str,
        quote_asset: str,
        signal_price: float | None = None,
    ) -> None:
        self._position = found  # flat, unless somebody else entered it
        self._found_ms = found.updated_ms
        self._strategy = strategy
        self._quote_asset = quote_asset
        self._signal_price = signal_price
        self._direction: Direction | None = None
        self._entered = _Side()
        self._left = _Side()
        self._gross = self._fees = self._funding = Decimal(0)
        self._has_converted_fees = False
        self._opened_ms = self._closed_ms = 0
        if found.entry_price is not None:
            self._open(found.signed_quantity, found.updated_ms)
            self._entered.add(found.quantity, found.entry_price)

    @property
    def found_ms(self) -> int:
        """Return how old what it began with is: fills until then may be in it."""
        return self._found_ms

    @property
    def position(self) -> Position:
        """Return what is held of this trip."""
        return self._position

    @property
    def is_finished(self) -> bool:
        """Tell whether something was entered and all of it has been left."""
        return self._direction is not None and self._position.is_flat

    def add(self, fill: Fill, *, fee_rate: Decimal | None = None) -> Fill | None:
        """Add a fill; return the part of a flip that is beyond flat: another trip begins with it.

        The rate is the index price of the fee's asset, where that is not the quote asset.
        """
        assert not self.is_finished, f"trade {fill.trade_id} came after {fill.symbol} was flat"
        ours, beyond = split(self._position, fill)
        if self._direction is None:
            self._open(ours.signed_quantity, ours.at_ms)
        applied = apply(self._position, ours)
        reduces = self._position.signed_quantity * ours.signed_quantity < 0
        (self._left if reduces else self._entered).add(ours.quantity, ours.price)
        self._position = applied.position
        self._gross += applied.realized_pnl
        self._pay(ours, fee_rate)
        self._closed_ms = max(self._closed_ms, ours.at_ms)
        return beyond

    def add_funding(self, amount: Quote) -> None:
        """Add a payment; a positive one was received."""
        self._funding += amount

    def close(self, reason: ExitReason, *, stamps: TradeStamps | None = None) -> ClosedTrade:
        """Say what the trip amounted to, once it is finished."""
        assert self._direction is not None, f"nothing of {self._position.symbol} was entered"
        assert self._position.is_flat, f"{self._position} is not flat"
        return ClosedTrade(
            symbol=self._position.symbol,
            strategy=self._strategy,
            direction=self._direction,
            quantity=Quantity(self._entered.quantity),
            entry_price=self._entered.mean,
            exit_price=self._left.mean,
            gross_pnl=Quote(self._gross),
            fees=Quote(self._fees),
            funding=Quote(self._funding),
            exit_reason=reason,
            opened_ms=self._opened_ms,
            closed_ms=self._closed_ms,
            signal_price=self._signal_price,
            has_converted_fees=self._has_converted_fees,
            stamps=stamps or TradeStamps(),
        )

    def _open(self, signed_quantity: Decimal, at_ms: int) -> None:
        self._direction = Direction.LONG if signed_quantity > 0 else Direction.SHORT
        self._opened_ms = at_ms

    def _pay(self, fill: Fill, rate: Decimal | None) -> None:
        fee = quoted_fee(fill, quote_asset=self._quote_asset, rate=rate)
        self._fees += fee.amount
        self._has_converted_fees |= fee.is_converted


class _Side:
    """All that went one way."""

    def __init__(self) -> None:
        self.quantity = self._notional = Decimal(0)

    @property
    def mean(self) -> Price:
        """Return the average price, rounded as the exchange shows it."""
        return Price((self._notional / self.quantity).quantize(_MEAN, ROUND_HALF_EVEN))

    def add(self, quantity: Decimal, price: Decimal) -> None:
        """Add what was traded at one price."""
        self.quantity += quantity
        self._notional += quantity * price
