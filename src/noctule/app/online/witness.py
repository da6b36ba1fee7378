"""What the private stream tells of orders while somebody else asks for them."""

import asyncio
from collections import defaultdict

from noctule.adapters.binance.transport.road import Frame
from noctule.adapters.binance.wire.orders import told_algo_report, told_report
from noctule.adapters.binance.wire.user import AlgoUpdate, OrderUpdate, read_user_event
from noctule.domain.errors import FeedMalformed
from noctule.domain.order import ClientOrderId, OrderState
from noctule.domain.report import OrderReport

__all__ = ["Witness"]

_REPORTS_MAX = 1_000  # of an order; none has a dozen


class Witness:
    """Hears a kept stream, and remembers every report of every order."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.lost_because = ""
        self.unreadable = 0
        self._reports: defaultdict[ClientOrderId, list[OrderReport]] = defaultdict(list)
        self._heard = asyncio.Event()

    def on_frame(self, frame: Frame) -> None:
        """Take one event."""
        try:
            event = read_user_event(frame)
        except FeedMalformed:
            self.unreadable += 1
            return
        match event:
            case OrderUpdate(time_ms=at_ms, order=order):
                self._note(told_report(order, at_ms))
            case AlgoUpdate(time_ms=at_ms, order=algo):
                self._note(told_algo_report(algo, at_ms))
            case _:
                pass

    def on_lost(self, reason: str) -> None:
        """Remember why nothing is heard."""
        self.lost_because = reason
        self.connected.clear()

    def on_restored(self) -> None:
        """Let those go on who wait for the stream."""
        self.connected.set()

    def reports(self, client_order_id: ClientOrderId) -> tuple[OrderReport, ...]:
        """Return everything that was told of an order."""
        return tuple(self._reports[client_order_id])

    async def report_of(self, client_order_id: ClientOrderId, state: OrderState) -> OrderReport:
        """Return what told that an order is in this state, waiting for it."""
        while True:
            for report in self._reports[client_order_id]:
                if report.state is state:
                    return report
            self._heard.clear()
            await self._heard.wait()

    def _note(self, report: OrderReport) -> None:
        reports = self._reports[report.client_order_id]
        if len(reports) < _REPORTS_MAX:
            reports.append(report)
        self._heard.set()
