"""A world without an exchange: nothing is sent, nothing is held, nothing ever happened."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NoReturn

from noctule.domain.errors import VenueUnreachable
from noctule.domain.instrument import Instrument, LeverageBracket, TradingTerms
from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest
from noctule.domain.position import AccountSnapshot, Fill, Income
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Quote, Symbol
from noctule.ports.clock import Clock
from noctule.ports.setup import SetupReport

__all__ = ["OfflineExecutor", "OfflineSetup", "OfflineVenue"]

_MAKER_FEE: Final = Decimal("0.0002")  # what most accounts pay
_TAKER_FEE: Final = Decimal("0.0005")
_ANY_SIZE: Final = LeverageBracket(
    bracket=1,
    notional_floor=Quote(Decimal(0)),
    notional_cap=Quote(Decimal(10**12)),
    leverage_max=125,
    maintenance_share=Decimal(0),
    maintenance_amount=Quote(Decimal(0)),
)


class OfflineExecutor:
    """Refuses every order: nothing was sent, nothing can have happened."""

    async def place(self, request: OrderRequest) -> str:
        """Refuse."""
        return _refuse(request.client_order_id)

    async def cancel(self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind) -> None:
        """Refuse."""
        _refuse(client_order_id)

    async def query(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind
    ) -> OrderReport | None:
        """Know of no order: none was ever sent."""
        return None

    async def count_down(self, symbol: Symbol, *, timeout_ms: int) -> None:
        """Do nothing: nothing rests that could be cancelled."""

    async def close(self) -> None:
        """Do nothing: nothing is open."""


class OfflineSetup:
    """Accepts any leverage: there is no account to set it on."""

    def __init__(self) -> None:
        self._reports: dict[Symbol, SetupReport] = {}  # one for each symbol that is traded

    async def unfit(self) -> tuple[str, ...]:
        """Find nothing wrong with no account."""
        return ()

    async def apply(
        self, symbols: Sequence[Symbol], *, leverage: int, margin_type: str
    ) -> Sequence[SetupReport]:
        """Say that it is so."""
        reports = [
            SetupReport(symbol=each, leverage=leverage, margin_type=margin_type) for each in symbols
        ]
        self._reports |= {report.symbol: report for report in reports}
        return reports

    async def terms(self, instruments: Iterable[Instrument]) -> Mapping[Symbol, TradingTerms]:
        """Return what was set, at usual fees and without a bound."""
        return {each.symbol: self._terms(each.symbol) for each in instruments}

    def _terms(self, symbol: Symbol) -> TradingTerms:
        report = self._reports.get(symbol)
        return TradingTerms(
            leverage=1 if report is None else report.leverage,
            is_isolated=report is None or report.margin_type == "isolated",
            maker_fee=_MAKER_FEE,
            taker_fee=_TAKER_FEE,
            brackets=(_ANY_SIZE,),
        )


class OfflineVenue:
    """Knows the contracts, which need no account, and of the account that it is empty."""

    def __init__(
        self, clock: Clock, *, instruments: Callable[[], Awaitable[Mapping[Symbol, Instrument]]]
    ) -> None:
        self._clock = clock
        self._instruments = instruments

    async def instruments(self) -> Mapping[Symbol, Instrument]:
        """Return the rules of every contract that could be traded."""
        return await self._instruments()

    async def snapshot(self) -> AccountSnapshot:
        """Return an empty account."""
        return AccountSnapshot(at_ms=self._clock.now_ms(), balances=(), positions=())

    async def fills_since(self, symbol: Symbol, since_ms: int) -> Sequence[Fill]:
        """Return none."""
        return ()

    async def orders_since(self, symbol: Symbol, since_ms: int) -> Sequence[OrderReport]:
        """Return none."""
        return ()

    async def look(self, symbol: Symbol) -> SymbolLook:
        """Return that it is flat."""
        return SymbolLook(
            symbol=symbol,
            signed_quantity=Decimal(0),
            entry_price=None,
            orders=(),
            at_ms=self._clock.now_ms(),
        )

    async def income_since(self, since_ms: int) -> Sequence[Income]:
        """Return none."""
        return ()


def _refuse(client_order_id: ClientOrderId) -> NoReturn:
    raise VenueUnreachable(f"no exchange is wired: {client_order_id} was not sent")
