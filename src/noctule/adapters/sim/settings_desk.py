"""What an account may change about itself: purse, leverage, margin, modes."""

from decimal import Decimal

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import AccountUpdated, ConfigUpdated
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.margin import leverage_max, notional_max
from noctule.adapters.sim.model import ZERO, MarginType, Position, PositionSide
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.statement import balance_of, leverage_of, margins, unrealized, view

__all__ = ["SettingsDesk"]


class SettingsDesk:
    """Changes an account's settings, or refuses as Binance does, also what changes nothing."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def transfer(self, account: Account, amount: Decimal) -> None:
        """Pay in, or out when below zero; no more goes out than no position needs."""
        if -amount > margins(account, self._floor.books).withdrawable:
            raise refuse(-2018)
        self._floor.post(account, "TRANSFER", amount)
        account.safe_marks.clear()
        reason = "DEPOSIT" if amount > 0 else "WITHDRAW"
        self._tell(account, reason, change=amount)

    def set_leverage(self, account: Account, symbol: str, leverage: int) -> Decimal:
        """Set a symbol's leverage; return the largest notional it may carry then."""
        book = self._floor.book(symbol)
        if not 1 <= leverage <= leverage_max(book.rules):
            raise refuse(-4028, leverage=leverage)
        before = leverage_of(account, book)
        legs = account.legs(symbol)
        if leverage < before and legs and account.is_isolated(symbol):
            raise refuse(-4161)
        self._check_leverage(account, symbol, leverage)
        account.leverages[symbol] = leverage
        if leverage != before:
            self._floor.tell(
                account,
                ConfigUpdated(time_ms=self._floor.now_ms, symbol=symbol, leverage=leverage),
            )
        return notional_max(book.rules, leverage)

    def set_margin_type(self, account: Account, symbol: str, margin_type: MarginType) -> None:
        """Choose how far a loss on a symbol may reach."""
        self._floor.book(symbol)
        if account.margin_type(symbol) is margin_type:
            raise refuse(-4046)
        if account.multi_assets and margin_type is MarginType.ISOLATED:
            raise refuse(-4168)
        if account.orders_on(symbol) or account.algos_on(symbol):
            raise refuse(-4047)
        if account.legs(symbol):
            raise refuse(-4048)
        account.margin_types[symbol] = margin_type
        flat = account.position(symbol, PositionSide.BOTH)
        self._tell(account, "MARGIN_TYPE_CHANGE", flat)

    def set_position_mode(self, account: Account, *, dual_side: bool) -> None:
        """Choose between one position a symbol and a long and a short one."""
        if account.dual_side == dual_side:
            raise refuse(-4059)
        if account.orders or account.algos:
            raise refuse(-4067)
        if any(True for _ in account.held()):
            raise refuse(-4068)
        account.dual_side = dual_side

    def set_multi_assets(self, account: Account, *, multi_assets: bool) -> None:
        """Choose whether all assets stand for each other; it is remembered, there is but one."""
        if account.multi_assets == multi_assets:
            raise refuse(-4171)
        if multi_assets and MarginType.ISOLATED in account.margin_types.values():
            raise refuse(-4167)
        if account.orders or account.algos:
            raise refuse(-4170)
        if account.wallet < 0:
            raise refuse(-4172)
        sums = margins(account, self._floor.books)
        if sums.initial_margin > sums.margin_balance:
            raise refuse(-4169)
        account.multi_assets = multi_assets
        self._floor.tell(
            account, ConfigUpdated(time_ms=self._floor.now_ms, multi_assets=multi_assets)
        )

    def change_margin(
        self, account: Account, symbol: str, amount: Decimal, side: PositionSide
    ) -> None:
        """Pay into an isolated position, or take out when below zero."""
        self._floor.book(symbol)
        leg = account.position(symbol, side)
        if not account.is_isolated(symbol):
            raise refuse(-4049)
        if not leg.amount:
            raise refuse(-4054)
        if amount > margins(account, self._floor.books).available:
            raise refuse(-4050)
        if -amount > self._spare(account, leg):
            raise refuse(-4051)
        leg.isolated_wallet += amount
        account.safe_marks.clear()
        self._tell(account, "MARGIN_TRANSFER", leg)

    def _spare(self, account: Account, leg: Position) -> Decimal:
        """Return what an isolated position does not need; unrealised profit stays in it."""
        book = self._floor.books[leg.symbol]
        initial = abs(leg.amount) * book.mark / leverage_of(account, book)
        return leg.isolated_wallet + min(ZERO, unrealized(leg, book)) - initial

    def _check_leverage(self, account: Account, symbol: str, leverage: int) -> None:
        """Refuse a leverage whose limits positions and orders exceed, or that needs more margin."""
        book = self._floor.books[symbol]
        views = [
            view(account, self._floor.books, account.position(symbol, side))
            for side in PositionSide
        ]
        held = [abs(v.notional) + v.open_order_margin * v.leverage for v in views]
        if max(held) > notional_max(book.rules, leverage):
            raise refuse(-2027)
        bound = sum(held, ZERO)
        more = bound / leverage - bound / leverage_of(account, book)
        if more > margins(account, self._floor.books).available:
            raise refuse(-2028)

    def _tell(
        self,
        account: Account,
        reason: str,
        leg: Position | None = None,
        *,
        change: Decimal = ZERO,
    ) -> None:
        views = () if leg is None else (view(account, self._floor.books, leg),)
        self._floor.tell(
            account,
            AccountUpdated(
                time_ms=self._floor.now_ms,
                reason=reason,
                balances=(balance_of(account, change),),
                positions=views,
            ),
        )
