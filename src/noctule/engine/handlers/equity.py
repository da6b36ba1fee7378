"""The order queue's work on money: balances, the day's loss, and the breakers."""

from collections.abc import Callable

from noctule.domain.events.desk import PositionClosed
from noctule.domain.events.order import AccountUpdated, FundingPaid, TradingHalted
from noctule.domain.ids import trace_of
from noctule.domain.memory import HaltMemory
from noctule.engine.bus import Publisher
from noctule.engine.cases import portfolio_of
from noctule.engine.halts import Halts
from noctule.engine.order_desk import OrderDesk
from noctule.ports.clock import Clock
from noctule.positions.account_book import AccountBook
from noctule.risk.breakers import halts_after_trade, halts_for_equity
from noctule.risk.manager import RiskManager
from noctule.telemetry.logs import get_log

__all__ = ["EquityHandler"]

_log = get_log(__name__)


class EquityHandler:
    """Follows what the account is worth, and halts entries when too much of it is lost."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        *,
        bus: Publisher,
        book: AccountBook,
        desk: OrderDesk,
        risk: RiskManager,
        halts: Halts,
        clock: Clock,
        remember: Callable[[], None],
    ) -> None:
        self._bus = bus
        self._book = book
        self._desk = desk
        self._risk = risk
        self._halts = halts
        self._clock = clock
        self._remember = remember

    async def on_account_updated(self, event: AccountUpdated) -> None:
        """Take what the venue tells of the wallet."""
        self._book.hear_balances(event.balances, cause=event.cause, at_ms=event.at_ms)
        await self.check()

    async def on_position_closed(self, event: PositionClosed) -> None:
        """Count losses in a row, and say what the trade amounted to."""
        trade = event.trade
        self._book.hear_closed(trade)
        _log.info(
            "position closed",
            symbol=trade.symbol,
            direction=trade.direction.value,
            quantity=str(trade.quantity),
            entry=str(trade.entry_price),
            exit=str(trade.exit_price),
            net_pnl=str(trade.net_pnl),
            reason=trade.exit_reason.value,
        )
        if trade.net_pnl < 0:
            losses = self._book.losses_in_a_row
            now_ms = self._clock.now_ms()
            for halt in halts_after_trade(losses, self._risk.limits, now_ms=now_ms):
                await self._halt(halt)
        await self.check()
        self._remember()

    def on_funding_paid(self, event: FundingPaid) -> None:
        """Tell the owner; the wallet has it already."""
        _log.info("funding", symbol=event.symbol, amount=str(event.amount))

    async def check(self) -> None:
        """Compare equity with what it may lose; called on each change, and each minute."""
        if not self._book.is_told:
            return
        now_ms = self._clock.now_ms()
        portfolio = portfolio_of(self._book, self._desk, at_ms=now_ms)
        for halt in halts_for_equity(portfolio, self._risk.limits, now_ms=now_ms):
            await self._halt(halt)

    async def _halt(self, halt: HaltMemory) -> None:
        if not self._halts.decide(halt):
            return
        _log.error("trading halted", check=halt.check, cause=halt.cause)
        self._remember()
        now_ms = self._clock.now_ms()
        await self._bus.publish(
            TradingHalted(
                at_ms=now_ms,
                trace=trace_of(halt.check, now_ms),
                cause=halt.cause,
                actor=halt.actor,
                ends_ms=halt.ends_ms,
            )
        )
