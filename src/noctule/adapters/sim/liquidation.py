"""Margin calls and liquidation, and how to look rarely without missing one.

A purse is what stands behind positions: the cross wallet behind all cross positions, an isolated
wallet behind its own. Each time a purse was looked at, every mark price gets a range within which
all of them together cannot bring it into danger; until one leaves its range, nothing is computed.

What has no margin left is taken over tier by tier: so much that the position is in the tier below,
then, if that does not help, the next, and in the lowest all. Of crossed positions the one with the
largest maintenance goes first. What that costs beyond the margin, the insurance fund pays.
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.book import Book
from noctule.adapters.sim.events import MarginCalled
from noctule.adapters.sim.fills import Slice
from noctule.adapters.sim.floor import Floor, to_8
from noctule.adapters.sim.forced import LIQUIDATING, forced_order
from noctule.adapters.sim.insurance import clear
from noctule.adapters.sim.margin import cut_to_tier_below, maintenance
from noctule.adapters.sim.matching import Matcher
from noctule.adapters.sim.model import ZERO, ExpiryReason, Order, Position
from noctule.adapters.sim.statement import unrealized, view

__all__ = ["Liquidator"]

_CALL_RATIO: Final = Decimal("0.8")  # UNCONFIRMED: maintenance ÷ margin at which a call is sent
_CROSS: Final = "cross"


class Purse(Struct, frozen=True):
    """Some positions and what stands behind them."""

    name: str
    legs: tuple[Position, ...]
    margin: Decimal
    least: Decimal  # maintenance

    @property
    def is_broken(self) -> bool:
        """Tell whether the margin no longer exceeds the maintenance."""
        return self.margin <= self.least

    @property
    def is_called(self) -> bool:
        """Tell whether that is near."""
        return self.margin * _CALL_RATIO <= self.least


class Liquidator:
    """Watches the holders of a contract while its mark price moves."""

    def __init__(self, floor: Floor, matcher: Matcher) -> None:
        self._floor = floor
        self._matcher = matcher

    def watch(self, book: Book) -> None:
        """Look at the holders whose range the mark price has left."""
        symbol, mark = book.rules.symbol, book.mark
        for account in tuple(book.holders):
            safe = account.safe_marks.get(symbol)
            if safe is None or not safe[0] <= mark <= safe[1]:
                self.check(account)

    def stations(self, book: Book, sign: int) -> list[Decimal]:
        """Return where the holders of a contract are liquidated, on the tick beyond."""
        rounding, tick = (ROUND_CEILING if sign > 0 else ROUND_FLOOR), book.rules.tick
        views = (
            view(account, self._floor.books, leg)
            for account in book.holders
            for leg in account.legs(book.rules.symbol)
        )
        return [
            (each.liquidation_price / tick).to_integral_value(rounding) * tick for each in views
        ]

    def check(self, account: Account) -> None:
        """Liquidate what has no margin left, call for margin where it is short."""
        if account.is_in_liquidation:
            return
        for purse in tuple(self._purses(account)):
            if purse.is_broken:
                self._liquidate(account, purse)
        account.safe_marks.clear()
        for purse in self._purses(account):
            self._call(account, purse)
            self._note_ranges(account, purse)

    def _purses(self, account: Account) -> Iterator[Purse]:
        cross = []
        for leg in account.held():
            if not account.is_isolated(leg.symbol):
                cross.append(leg)
                continue
            name = f"{leg.symbol}/{leg.side}"
            yield self._purse(name, (leg,), leg.isolated_wallet)
        if cross:
            yield self._purse(_CROSS, tuple(cross), account.cross_wallet)

    def _purse(self, name: str, legs: tuple[Position, ...], wallet: Decimal) -> Purse:
        margin, least = wallet, ZERO
        for leg in legs:
            book = self._floor.books[leg.symbol]
            margin += unrealized(leg, book)
            least += maintenance(book.rules, abs(leg.amount) * book.mark)
        return Purse(name, legs, margin, least)

    def _call(self, account: Account, purse: Purse) -> None:
        """Send one call when a purse gets near; the next one only after it has recovered."""
        if not purse.is_called:
            account.called.discard(purse.name)
        elif purse.name not in account.called:
            account.called.add(purse.name)
            views = tuple(view(account, self._floor.books, leg) for leg in purse.legs)
            self._floor.tell(
                account,
                MarginCalled(
                    time_ms=self._floor.now_ms,
                    cross_wallet=account.cross_wallet,
                    positions=views,
                ),
            )

    def calm_marks(self, account: Account, symbol: str) -> tuple[Decimal, Decimal] | None:
        """Return the range that `check` would give a mark now; None while margin is short."""
        ranges: dict[str, tuple[Decimal, Decimal]] = {}
        for purse in self._purses(account):
            if purse.is_called:
                return None
            self._add_ranges(purse, ranges)
        return ranges.get(symbol)

    def _note_ranges(self, account: Account, purse: Purse) -> None:
        self._add_ranges(purse, account.safe_marks)

    def _add_ranges(self, purse: Purse, ranges: dict[str, tuple[Decimal, Decimal]]) -> None:
        """Give each leg its part of half the room: the other half is for growing maintenance."""
        line = purse.least if purse.is_called else purse.least / _CALL_RATIO
        room = max(ZERO, purse.margin - line) / (2 * len(purse.legs))
        for leg in purse.legs:
            mark, reach = self._floor.books[leg.symbol].mark, room / abs(leg.amount)
            low, high = ranges.get(leg.symbol, (ZERO, mark + reach))
            ranges[leg.symbol] = (max(low, mark - reach), min(high, mark + reach))

    def _liquidate(self, account: Account, purse: Purse) -> None:
        account.is_in_liquidation = True
        symbols = {leg.symbol for leg in purse.legs}
        for order in tuple(account.orders.values()):
            if order.symbol in symbols or purse.name == _CROSS:
                self._matcher.expire(account, order, ExpiryReason.LIQUIDATION)
        for leg in sorted(purse.legs, key=self._maintenance, reverse=True):
            while leg.amount and self._purse_now(account, purse).is_broken:
                self._cut(account, purse, leg)
        account.called.discard(purse.name)
        account.is_in_liquidation = False

    def _purse_now(self, account: Account, purse: Purse, wallet: Decimal | None = None) -> Purse:
        if wallet is None:
            is_cross = purse.name == _CROSS
            wallet = account.cross_wallet if is_cross else purse.legs[0].isolated_wallet
        return self._purse(purse.name, purse.legs, wallet)

    def _maintenance(self, leg: Position) -> Decimal:
        book = self._floor.books[leg.symbol]
        return maintenance(book.rules, abs(leg.amount) * book.mark)

    def _cut(self, account: Account, purse: Purse, leg: Position) -> None:
        """Take over at the market's price what brings a position into the tier below, or all."""
        floor = self._floor
        book = floor.books[leg.symbol]
        quote = floor.quote(book)
        price = quote.bid if leg.amount > 0 else quote.ask
        qty = cut_to_tier_below(book.rules, leg.amount, book.mark)
        order = forced_order(floor, leg, prefix=LIQUIDATING, qty=qty, price=price)
        margin, before = leg.isolated_wallet, account.wallet
        self._matcher.close_forced(account, order, Slice(price, qty))
        left = None if purse.name == _CROSS else margin + account.wallet - before
        self._take_fee(account, leg, order, self._purse_now(account, purse, left).margin)
        if floor.forced is not None:
            floor.forced(order)

    def _take_fee(self, account: Account, leg: Position, order: Order, left: Decimal) -> None:
        """Pay the insurance fund its part of what was taken over, as far as margin is left."""
        rate = self._floor.books[leg.symbol].rules.liquidation_fee
        fee = to_8(min(max(left, ZERO), order.cum_quote * rate))
        if not fee:
            return
        isolated = bool(leg.amount) and account.is_isolated(leg.symbol)
        if isolated:
            leg.isolated_wallet -= fee
        clear(self._floor, account, leg.symbol, -fee, (leg,) if isolated else ())
