"""What was told of positions and balances, and whether the told fills explain it."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from noctule.adapters.binance.account.traces import account_trace
from noctule.adapters.binance.wire.account import NET
from noctule.adapters.binance.wire.user import (
    AccountUpdate,
    LeverageTold,
    MarginCall,
    moved_position_of,
)
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    AccountUpdated,
    FundingPaid,
    LeverageChanged,
    MarginCalled,
    PositionReported,
)
from noctule.domain.position import Balance, Fill, Position
from noctule.domain.values import MINUTE_MS, Quote, Symbol

__all__ = ["ToldPurse", "leverage_changed", "margin_called"]

_FUNDING = "FUNDING_FEE"
_PAYMENTS_MAX = 10_000


class ToldPurse:
    """Positions and balances as the exchange told them last.

    A fill that was never told shows here: the position the exchange reports is not the one that
    the told fills add up to.
    """

    def __init__(self) -> None:
        self._positions: dict[Symbol, Position] = {}
        self._sums: dict[Symbol, Decimal] = {}  # of fills since a position was certain
        self._filled_ms: dict[Symbol, int] = {}  # when the newest ever was; one for each symbol
        self._mistrusted: frozenset[tuple[Symbol, Decimal]] = frozenset()
        self._balances: dict[str, Balance] = {}
        self._balances_ms = 0
        self._paid: dict[tuple[Symbol, int], None] = {}  # funding, by symbol and minute

    @property
    def balances(self) -> tuple[Balance, ...]:
        """Return the balances; what is available is an estimate until REST tells it again."""
        return tuple(self._balances.values())

    @property
    def positions(self) -> tuple[Position, ...]:
        """Return what is held."""
        return tuple(each for each in self._positions.values() if not each.is_flat)

    def told(self) -> dict[Symbol, Position]:
        """Return every position as told last, the flat ones too."""
        return dict(self._positions)

    def position_of(self, symbol: Symbol) -> Position:
        """Return the position of a symbol, as told last."""
        return self._positions.get(symbol, Position(symbol=symbol))

    def is_explained(self, symbol: Symbol) -> bool:
        """Tell whether the told fills add up to the told position."""
        told = self.position_of(symbol).signed_quantity
        return told == self._sums.get(symbol, Decimal(0))

    def hear_fill(self, fill: Fill) -> None:
        """Add a told fill."""
        self._sums[fill.symbol] = self._sums.get(fill.symbol, Decimal(0)) + fill.signed_quantity
        self._filled_ms[fill.symbol] = max(self._filled_ms.get(fill.symbol, 0), fill.at_ms)

    def hear(self, update: AccountUpdate) -> Iterator[OrderEvent]:
        """Tell what moved; what is older than what was told already is left out."""
        at_ms, moved = update.time_ms, update.account
        for each in moved.positions:
            if each.side == NET and at_ms >= self.position_of(each.symbol).updated_ms:
                position = moved_position_of(each, at_ms)
                self._positions[each.symbol] = position
                yield _reported(position, at_ms, moved.cause)
        if moved.balances and at_ms >= self._balances_ms:
            self._balances_ms = at_ms
            for asset in moved.balances:
                self._balances[asset.asset] = self._moved(asset.asset, asset.wallet)
            changes = {each.asset: Quote(each.change) for each in moved.balances if each.change}
            yield self._updated(at_ms, moved.cause, changes)
        symbol = _funded(update)
        if symbol is not None:
            amount = sum((each.change for each in moved.balances), Decimal(0))
            yield from self.hear_funding(symbol, amount, at_ms)

    def hear_funding(self, symbol: Symbol, amount: Decimal, at_ms: int) -> Iterator[OrderEvent]:
        """Tell a payment once, whoever tells it."""
        key = (symbol, at_ms // MINUTE_MS)
        if key in self._paid:
            return
        self._paid[key] = None
        if len(self._paid) > _PAYMENTS_MAX:
            del self._paid[next(iter(self._paid))]
        yield FundingPaid(
            at_ms=at_ms, trace=account_trace(at_ms), symbol=symbol, amount=Quote(amount)
        )

    def hides_funding(self, update: AccountUpdate) -> bool:
        """Tell whether funding was paid and it is not said of what."""
        return update.account.cause == _FUNDING and _funded(update) is None

    def mistrusts(self, positions: Iterable[Position]) -> bool:
        """Tell whether REST may be telling positions of before the newest fill.

        Such a position is not what the fills add up to, and not younger than they. Told twice in
        a row it is believed: then there is something that no trade tells.
        """
        held = {each.symbol: each for each in positions}
        told = {symbol: held.get(symbol, Position(symbol=symbol)) for symbol in self._filled_ms}
        odd = frozenset(
            (symbol, each.signed_quantity)
            for symbol, each in told.items()
            if each.signed_quantity != self._sums.get(symbol, Decimal(0))
            and each.updated_ms <= self._filled_ms[symbol]
        )
        is_news, self._mistrusted = not odd <= self._mistrusted, odd
        return is_news

    def correct(
        self, positions: Iterable[Position], balances: Iterable[Balance], *, at_ms: int
    ) -> list[OrderEvent]:
        """Replace everything by what REST tells, and say what of it was not told before."""
        held = {each.symbol: each for each in positions}
        for symbol in self._positions.keys() - held.keys():
            held[symbol] = Position(symbol=symbol, updated_ms=self.position_of(symbol).updated_ms)
        events: list[OrderEvent] = [
            _reported(position, at_ms, "asked")
            for symbol, position in held.items()
            if position.signed_quantity != self.position_of(symbol).signed_quantity
        ]
        self._positions = held
        self._sums = {symbol: each.signed_quantity for symbol, each in held.items()}
        told, self._balances = self._balances, {each.asset: each for each in balances}
        if told != self._balances:
            events.append(self._updated(at_ms, "asked"))
        return events

    def note_time(self, balances_ms: int) -> None:
        """Know how old the balances are, so that older events do not undo them."""
        self._balances_ms = max(self._balances_ms, balances_ms)

    def _moved(self, asset: str, wallet: Decimal) -> Balance:
        """Return a balance; what is available moves with it until somebody asks."""
        known = self._balances.get(asset)
        available = wallet if known is None else known.available + (wallet - known.wallet)
        return Balance(asset=asset, wallet=Quote(wallet), available=Quote(available))

    def _updated(
        self, at_ms: int, cause: str, changes: Mapping[str, Quote] | None = None
    ) -> AccountUpdated:
        return AccountUpdated(
            at_ms=at_ms,
            trace=account_trace(at_ms),
            balances=self.balances,
            cause=cause,
            changes=changes or {},
        )


def leverage_changed(told: LeverageTold, at_ms: int) -> LeverageChanged:
    """Say that somebody set a symbol's leverage."""
    return LeverageChanged(
        at_ms=at_ms, trace=account_trace(at_ms), symbol=told.symbol, leverage=told.leverage
    )


def margin_called(event: MarginCall) -> MarginCalled:
    """Say that the exchange warns."""
    return MarginCalled(
        at_ms=event.time_ms,
        trace=account_trace(event.time_ms),
        symbols=tuple(each.symbol for each in event.positions),
    )


def _funded(update: AccountUpdate) -> Symbol | None:
    """Return whose funding this is: as it says, or the one isolated position it tells."""
    moved = update.account
    if moved.cause != _FUNDING:
        return None
    if moved.symbol is not None:
        return moved.symbol
    return moved.positions[0].symbol if len(moved.positions) == 1 else None


def _reported(position: Position, at_ms: int, cause: str) -> PositionReported:
    return PositionReported(at_ms=at_ms, trace=account_trace(at_ms), position=position, cause=cause)
