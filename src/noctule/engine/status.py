"""How things stand, gathered from those who know; looking changes nothing and is free unless done.

Of the account nothing is told before the books of the process before us were taken up. From then
on each change of it is noted when it happens, so that valuing it here once more notes nothing new.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from msgspec import Struct

from noctule.domain.market import Candle
from noctule.domain.signals import Reason
from noctule.domain.status import (
    AccountView,
    HaltView,
    MarketView,
    OrderView,
    PositionView,
    RiskView,
    TodayView,
)
from noctule.domain.values import Price, Quote, Symbol, observed
from noctule.engine.cases import closes_of, portfolio_of
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.freshness import Freshness
from noctule.engine.halts import Halts
from noctule.engine.order_desk import OrderDesk
from noctule.engine.status_notes import StatusNotes
from noctule.engine.status_positions import order_views, position_views
from noctule.ports.clock import Clock
from noctule.positions.account_book import AccountBook
from noctule.positions.portfolio import Portfolio
from noctule.risk.breakers import DRAWDOWN
from noctule.risk.exposure import risk_report
from noctule.risk.limits import RiskLimits
from noctule.risk.manager import RiskManager

__all__ = ["Standing", "StatusSources", "standing_of"]

_RESUME: Final = "noctule resume"
_PASSES: Final = "it ends by itself"


class StatusSources(Struct, frozen=True, kw_only=True):
    """Those who know."""

    desks: Mapping[Symbol, Desk]
    desk: OrderDesk
    book: AccountBook
    contracts: Contracts
    halts: Halts
    risk: RiskManager
    freshness: Freshness
    notes: StatusNotes
    clock: Clock
    halted_since_ms: Callable[[str], int | None]  # by check
    waits_for: Callable[[Symbol], str]  # asks the strategy


class Standing(Struct, frozen=True, kw_only=True):
    """Market, positions, money, and what keeps entries off."""

    markets: tuple[MarketView, ...]
    positions: tuple[PositionView, ...]
    orders: tuple[OrderView, ...]
    account: AccountView | None
    risk: RiskView | None
    halts: tuple[HaltView, ...]
    today: TodayView


def standing_of(sources: StatusSources) -> Standing:
    """Look at everything once."""
    now_ms = sources.clock.now_ms()
    portfolio = _portfolio(sources, now_ms)
    held = () if portfolio is None else portfolio.holdings
    positions = position_views(
        sources.book,
        sources.desk.brackets,
        others=[each.symbol for each in held],
        marks=partial(_mark, sources.desks),
    )
    return Standing(
        markets=tuple(_market(symbol, desk, sources) for symbol, desk in sources.desks.items()),
        positions=tuple(positions),
        orders=tuple(order_views(sources.desk.brackets)),
        account=None if portfolio is None else _account(portfolio, sources),
        risk=None if portfolio is None else _risk(portfolio, sources),
        halts=tuple(_halts(sources, now_ms)),
        today=sources.notes.today(now_ms),
    )


def _market(symbol: Symbol, desk: Desk, sources: StatusSources) -> MarketView:
    board, freshness = desk.board, sources.freshness
    candle = _last(desk)
    return MarketView(
        symbol=symbol,
        strategy=desk.label,
        close_ms=None if candle is None else candle.close_ms,
        last_price=None if candle is None else candle.close,
        mark_price=None if board.mark is None else board.mark.mark_price,
        spread_share=None if board.book is None else board.book.spread_share,
        silent_ms=freshness.silent_ms(symbol),
        is_lost=freshness.is_lost(symbol),
        regime=None if board.regime is None else board.regime.value,
        disabled=desk.disabled,
        said=sources.notes.said.get(symbol),
        waits_for=sources.waits_for(symbol),
    )


def _last(desk: Desk) -> Candle | None:
    history = desk.board.series[desk.board.base].history
    return history[-1] if len(history) else None


def _mark(desks: Mapping[Symbol, Desk], symbol: Symbol) -> Price | None:
    desk = desks.get(symbol)
    if desk is None or desk.board.mark is None:
        return None
    return observed(desk.board.mark.mark_price)


def _portfolio(sources: StatusSources, now_ms: int) -> Portfolio | None:
    book = sources.book
    if not (book.is_told and book.is_recovered):
        return None
    return portfolio_of(book, sources.desk, sources.contracts, at_ms=now_ms)


def _account(portfolio: Portfolio, sources: StatusSources) -> AccountView:
    limits = sources.risk.limits
    return AccountView(
        asset=_asset(sources),
        wallet=portfolio.wallet,
        unrealized_pnl=portfolio.unrealized_pnl,
        equity=portfolio.equity,
        available=portfolio.available,
        day_pnl=Quote(portfolio.equity - portfolio.day_equity),
        day_loss_share=portfolio.day_loss_share,
        day_loss_share_max=limits.max_daily_loss,
        equity_peak=portfolio.equity_peak,
        drawdown_share=portfolio.drawdown_share,
        drawdown_share_max=limits.max_drawdown,
        losses_in_a_row=portfolio.losses_in_a_row,
        losses_in_a_row_max=_losses_max(limits),
    )


def _losses_max(limits: RiskLimits) -> int:
    return limits.cooldown_losses if limits.cooldown_minutes else 0


def _asset(sources: StatusSources) -> str:
    """Return what money is counted in: all traded contracts share it."""
    listed = map(sources.contracts.instrument, sources.desks)
    return next((each.margin_asset for each in listed if each is not None), "")


def _risk(portfolio: Portfolio, sources: StatusSources) -> RiskView:
    held = [each.symbol for each in portfolio.holdings]
    report = risk_report(portfolio, closes_of(sources.desks, held))
    var = report.value_at_risk
    return RiskView(
        exposure=report.exposure,
        net_exposure=report.net_exposure,
        exposure_share=report.exposure_share,
        exposure_share_max=sources.risk.limits.max_total_exposure,
        historical_var=None if var is None else var.historical,
        parametric_var=None if var is None else var.parametric,
        candles=0 if var is None else var.candles,
        correlations=report.correlations,
    )


def _halts(sources: StatusSources, now_ms: int) -> Iterator[HaltView]:
    ends_ms = {each.check: each.ends_ms for each in sources.halts.memory()}
    for reason in sources.halts.reasons(now_ms):
        yield HaltView(
            check=reason.check,
            text=reason.text,
            since_ms=sources.halted_since_ms(reason.check),
            ends_ms=ends_ms.get(reason.check),
            remedy=_remedy(reason, ends_ms),
        )


def _remedy(reason: Reason, ends_ms: Mapping[str, int | None]) -> str | None:
    """Say what ends it; what was observed says so itself."""
    if reason.check not in ends_ms:
        return None
    if ends_ms[reason.check] is not None:
        return _PASSES
    return f"{_RESUME} (and drawdown counts from there)" if reason.check == DRAWDOWN else _RESUME
