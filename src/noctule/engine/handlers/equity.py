"""The order queue's work on money: balances, the day's loss, and the breakers."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from noctule.domain.events.base import QueueName
from noctule.domain.events.desk import PositionClosed
from noctule.domain.events.order import AccountUpdated, FundingPaid, OrderTimerFired
from noctule.domain.ids import trace_of
from noctule.domain.memory import HaltMemory
from noctule.domain.values import MINUTE_MS, plain_text
from noctule.engine.cases import portfolio_of
from noctule.engine.contracts import Contracts
from noctule.engine.order_desk import OrderDesk
from noctule.engine.timers import Timers
from noctule.ports.clock import Clock
from noctule.positions.account_book import AccountBook
from noctule.positions.portfolio import Portfolio
from noctule.risk.breakers import halts_after_trade, halts_for_equity
from noctule.risk.manager import RiskManager
from noctule.telemetry.logs import get_log

__all__ = ["EquityHandler"]

EQUITY_TIMER: Final = "equity"

_log = get_log(__name__)


class EquityHandler:
    """Follows what the account is worth, and halts entries when too much of it is lost."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        *,
        book: AccountBook,
        desk: OrderDesk,
        contracts: Contracts,
        risk: RiskManager,
        clock: Clock,
        timers: Timers,
        halt: Callable[[Iterable[HaltMemory], str], Awaitable[None]],
        remember: Callable[[], None],
    ) -> None:
        self._book = book
        self._desk = desk
        self._contracts = contracts
        self._risk = risk
        self._clock = clock
        self._timers = timers
        self._halt = halt  # for these reasons, along this trace
        self._remember = remember

    async def on_account_updated(self, event: AccountUpdated) -> None:
        """Take what the venue tells of the wallet."""
        self._book.hear_balances(
            event.balances, cause=event.cause, at_ms=event.at_ms, changes=event.changes
        )
        await self.check()

    async def on_position_closed(self, event: PositionClosed) -> None:
        """Count losses in a row, and say what the trade amounted to."""
        trade = event.trade
        self._book.hear_closed(trade)
        _log.info(
            "position closed",
            symbol=trade.symbol,
            direction=trade.direction,
            quantity=plain_text(trade.quantity),
            entry=plain_text(trade.entry_price),
            exit=plain_text(trade.exit_price),
            net_pnl=plain_text(trade.net_pnl),
            reason=trade.exit_reason,
        )
        if trade.net_pnl < 0:
            losses = self._book.losses_in_a_row
            now_ms = self._clock.now_ms()
            halts = halts_after_trade(losses, self._risk.limits, now_ms=now_ms)
            await self._halt(halts, event.trace)
        await self.check()
        self._remember()

    def on_funding_paid(self, event: FundingPaid) -> None:
        """Tell the owner; the wallet has it already."""
        _log.info("funding", symbol=event.symbol, amount=event.amount)

    async def on_timer_fired(self, event: OrderTimerFired) -> None:
        """Look at equity each minute of the market, too: what is held moves without a word."""
        if event.timer == EQUITY_TIMER:
            self.set_timer()
            await self.check()
            self._remember()

    def set_timer(self) -> None:
        """Look again when the market's next minute begins: in every run of it the same instants."""
        now_ms = self._clock.now_ms()
        self._timers.at(EQUITY_TIMER, now_ms - now_ms % MINUTE_MS + MINUTE_MS, QueueName.ORDER)

    async def check(self) -> None:
        """Compare equity with what it may lose; called on each change, and each minute."""
        if not self._book.is_told:
            return
        now_ms, limits = self._clock.now_ms(), self._risk.limits
        losses = self._book.losses(at_ms=now_ms)
        if losses.day < limits.max_daily_loss and losses.drawdown < limits.max_drawdown:
            return  # nearly always: who holds what need not be gathered for that
        portfolio = self.portfolio()
        assert portfolio is not None, "it was told a moment ago"
        halts = halts_for_equity(portfolio, limits, now_ms=now_ms)
        await self._halt(halts, trace_of("equity", now_ms))

    def portfolio(self) -> Portfolio | None:
        """Return what the account holds and is worth now; None as long as nobody told."""
        if not self._book.is_told:
            return None
        return portfolio_of(self._book, self._desk, self._contracts, at_ms=self._clock.now_ms())
