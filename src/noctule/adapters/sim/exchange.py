"""The exchange as one object: accounts trade on it, market events move it, events come out.

Pure and synchronous: no clock but the times it is given, no I/O, nothing random but the Random it
is handed. The same calls give the same events, in the same order, in every process.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from random import Random

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.algo import AlgoDesk
from noctule.adapters.sim.calm import Calm
from noctule.adapters.sim.deleveraging import Deleverager
from noctule.adapters.sim.events import Best, MarkTick, PositionView, Tick, UserEvent
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.funding import FundingDesk
from noctule.adapters.sim.liquidation import Liquidator
from noctule.adapters.sim.matching import Matcher
from noctule.adapters.sim.model import (
    AlgoOrder,
    MarginType,
    Order,
    PositionSide,
    Quote,
    Rules,
)
from noctule.adapters.sim.orders import OrderDesk
from noctule.adapters.sim.saved import SavedAccount, bring_back, saved_account
from noctule.adapters.sim.settings_desk import SettingsDesk
from noctule.adapters.sim.specs import AlgoSpec, Amendment, OrderSpec
from noctule.adapters.sim.statement import Margins, margins, view
from noctule.adapters.sim.sweep import Sweeper
from noctule.adapters.sim.switches import Switches
from noctule.adapters.sim.way import Way

__all__ = ["AlgoSpec", "Exchange", "OrderSpec"]


class Exchange:
    """Every refusal is a `Refusal` with Binance's code and text; nothing is changed by it.

    The listener hears of things in the middle of them: it takes note, and does not call back.
    """

    def __init__(
        self,
        rules: Iterable[Rules],
        *,
        fills: Fills,
        random: Random,
        start_ms: int,
        listener: Callable[[Account, UserEvent], None],
        switches: Switches | None = None,
    ) -> None:
        self._floor = Floor(
            rules,
            fills=fills,
            random=random,
            start_ms=start_ms,
            listener=listener,
            switches=switches or Switches(),
        )
        self.rules = self._floor.rules  # by symbol; change them with `set_rules`
        self.accounts = self._floor.accounts  # by API key
        self._matcher = Matcher(self._floor)
        self._orders = OrderDesk(self._floor, self._matcher)
        self._algos = AlgoDesk(self._floor, self._matcher, self._orders)
        self._settings = SettingsDesk(self._floor)
        self._funding = FundingDesk(self._floor)
        self._deleverager = Deleverager(self._floor, self._matcher)
        liquidator = Liquidator(self._floor, self._matcher)
        self._way = Way(Sweeper(self._floor, self._matcher, self._algos), liquidator)
        self.calm = Calm(self._floor, liquidator)

    @property
    def now_ms(self) -> int:
        """Return the exchange's time; it never goes back."""
        return self._floor.now_ms

    @property
    def fills(self) -> Fills:
        """Return how the market meets orders."""
        return self._floor.fills

    def set_fills(self, fills: Fills) -> None:
        """Let the market meet orders in another way from now on."""
        self._floor.fills = fills

    def set_switches(self, switches: Switches) -> None:
        """Play the doubtful points of the protocol in another way from now on."""
        self._floor.switches = switches

    def set_rules(self, rules: Rules) -> None:
        """Change a contract while it trades; orders that are in stay as they are."""
        book = self._floor.book(rules.symbol)
        book.rules = self._floor.rules[rules.symbol] = rules

    def on_forced(self, listener: Callable[[Order], None]) -> None:
        """Tell this listener of every liquidation order once it has filled."""
        self._floor.forced = listener

    def on_asked(self, is_heard: Callable[[Account], bool]) -> None:
        """Ask here whether anybody hears what is told of an account; else it is not told."""
        self._floor.is_heard = is_heard

    # Accounts

    def open_account(self, *, key: str, secret: str, deposit: Decimal) -> Account:
        """Open an account with a first deposit."""
        assert key not in self.accounts, f"{key!r} has an account"
        account = self.accounts[key] = Account(key=key, secret=secret)
        self._floor.post(account, "TRANSFER", deposit)
        return account

    def save(self, account: Account) -> SavedAccount:
        """Return all of an account that must outlive this exchange."""
        return saved_account(self._floor, account)

    def restore(self, saved: SavedAccount, *, key: str, secret: str) -> Account:
        """Open an account with all that another exchange saved of it and this one lists."""
        assert key not in self.accounts, f"{key!r} has an account"
        account = self.accounts[key] = Account(key=key, secret=secret)
        bring_back(saved, account, self._floor, self._matcher, self._algos)
        for symbol, due_ms in saved.standing.countdowns.items():
            if symbol in self.rules:
                self._count_down(account, symbol, due_ms)
        return account

    def transfer(self, account: Account, amount: Decimal) -> None:
        """Pay in, or out when below zero."""
        self._settings.transfer(account, amount)

    def set_leverage(self, account: Account, symbol: str, leverage: int) -> Decimal:
        """Set a symbol's leverage; return the largest notional it may carry then."""
        return self._settings.set_leverage(account, symbol, leverage)

    def set_margin_type(self, account: Account, symbol: str, margin_type: MarginType) -> None:
        """Choose how far a loss on a symbol may reach."""
        self._settings.set_margin_type(account, symbol, margin_type)

    def set_position_mode(self, account: Account, *, dual_side: bool) -> None:
        """Choose between one-way and hedge mode."""
        self._settings.set_position_mode(account, dual_side=dual_side)

    def set_multi_assets(self, account: Account, *, multi_assets: bool) -> None:
        """Choose whether all assets stand for each other."""
        self._settings.set_multi_assets(account, multi_assets=multi_assets)

    def change_margin(
        self, account: Account, symbol: str, amount: Decimal, side: PositionSide
    ) -> None:
        """Pay into an isolated position, or take out when below zero."""
        self._settings.change_margin(account, symbol, amount, side)

    def deleverage(
        self,
        account: Account,
        symbol: str,
        side: PositionSide,
        *,
        qty: Decimal | None = None,
        price: Decimal | None = None,
    ) -> Order:
        """Take a position for somebody else's bankruptcy; nothing but a test asks for that."""
        leg = account.position(symbol, side)
        return self._deleverager.take(account, leg, qty=qty, price=price)

    def positions(self, account: Account, symbol: str | None = None) -> Sequence[PositionView]:
        """Return the legs with a position or open orders; a flat account has none."""
        ordered = {(order.symbol, order.position_side) for order in account.orders.values()}
        return [
            view(account, self._floor.books, leg)
            for key, leg in account.positions.items()
            if (leg.amount or key in ordered) and symbol in (None, leg.symbol)
        ]

    def margins(self, account: Account) -> Margins:
        """Return an account in sums."""
        return margins(account, self._floor.books)

    # Regular orders

    def place(self, account: Account, spec: OrderSpec) -> Order:
        """Accept an order and let it meet the market; its events are out when this returns."""
        return self._orders.place(account, spec)

    def test(self, account: Account, spec: OrderSpec) -> None:
        """Refuse what `place` would refuse, and do nothing else."""
        self._orders.test(account, spec)

    def modify(self, account: Account, symbol: str, order: Order, change: Amendment) -> Order:
        """Change an open LIMIT order's quantity and price; see facts 2.4 for what that costs it."""
        self._floor.book(symbol)
        return self._orders.modify(account, order, change)

    def cancel(
        self, account: Account, symbol: str, *, order_id: int | None, client_id: str | None
    ) -> Order:
        """End an open order."""
        return self._orders.cancel(account, symbol, order_id=order_id, client_id=client_id)

    def cancel_all(self, account: Account, symbol: str) -> None:
        """End every open regular order of a symbol; conditional orders stay."""
        self._orders.cancel_all(account, symbol)

    def find(
        self, account: Account, symbol: str, *, order_id: int | None, client_id: str | None
    ) -> Order:
        """Return an order, open or not."""
        return self._orders.find(account, symbol, order_id=order_id, client_id=client_id)

    def countdown(self, account: Account, symbol: str, after_ms: int) -> None:
        """Cancel a symbol's open orders after this time, unless told anew; zero: never."""
        self._floor.book(symbol)
        account.countdowns.pop(symbol, None)
        if after_ms:
            self._count_down(account, symbol, self._floor.now_ms + after_ms)

    # Conditional orders

    def place_algo(self, account: Account, spec: AlgoSpec) -> AlgoOrder:
        """Accept a conditional order and let it wait."""
        return self._algos.place(account, spec)

    def cancel_algo(
        self, account: Account, *, algo_id: int | None, client_algo_id: str | None
    ) -> AlgoOrder:
        """End a waiting conditional order."""
        return self._algos.cancel(account, algo_id=algo_id, client_algo_id=client_algo_id)

    def cancel_all_algo(self, account: Account, symbol: str) -> None:
        """End every waiting conditional order of a symbol."""
        self._algos.cancel_all(account, symbol)

    def find_algo(
        self, account: Account, *, algo_id: int | None, client_algo_id: str | None
    ) -> AlgoOrder:
        """Return a conditional order, waiting or not."""
        return self._algos.find(account, algo_id=algo_id, client_algo_id=client_algo_id)

    # The market moves

    def tick(self, tick: Tick) -> None:
        """Let a contract trade at a price, and all happen that this reaches."""
        if tick.time_ms > self._floor.now_ms:
            self.advance(tick.time_ms)
        book = self._floor.books[tick.symbol]
        best = book.best
        if best is not None and not best.bid <= tick.price <= best.ask:
            book.best = None  # it was so before this trade
        self._way.trade(book, tick)

    def show(self, symbol: str, best: Best | None) -> None:
        """Take the best prices as another market shows them; None: it does not any more."""
        self._floor.book(symbol).best = best

    def mark(self, mark: MarkTick) -> None:
        """Move mark and index price, and what is known of the next funding."""
        if mark.time_ms > self._floor.now_ms:
            self.advance(mark.time_ms)
        book = self._floor.books[mark.symbol]
        if not mark.is_last:
            book.set_mark(mark.mark, mark.index)
        self.announce(mark.symbol, mark.funding_rate, mark.next_funding_ms)
        self._way.mark(book)

    def announce(self, symbol: str, rate: Decimal, next_funding_ms: int) -> None:
        """Say what the next funding is, and when."""
        book = self._floor.books[symbol]
        book.funding_rate = rate
        self._funding.announce(book, next_funding_ms)

    def advance(self, now_ms: int) -> None:
        """Let time pass, and all happen that is due by then."""
        floor = self._floor
        while (due_ms := floor.agenda.next_ms()) is not None and due_ms <= now_ms:
            floor.now_ms = max(floor.now_ms, due_ms)
            floor.agenda.take()()
        floor.now_ms = max(floor.now_ms, now_ms)

    def quote(self, symbol: str) -> Quote:
        """Return where a contract's market stands; refused before its first price."""
        return self._floor.quote(self._floor.book(symbol))

    def _count_down(self, account: Account, symbol: str, due_ms: int) -> None:
        account.countdowns[symbol] = due_ms
        run_out = partial(self._run_out, account, symbol, due_ms)
        self._floor.agenda.put(("countdown", account.key, symbol), due_ms, run_out)

    def _run_out(self, account: Account, symbol: str, due_ms: int) -> None:
        if account.countdowns.get(symbol) != due_ms:
            return
        del account.countdowns[symbol]
        self._orders.cancel_all(account, symbol)
        if self._floor.switches.countdown_reaches_algos:
            self._algos.cancel_all(account, symbol)
