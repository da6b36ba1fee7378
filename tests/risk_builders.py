"""A wish to enter that every check lets pass; a test changes only what it is about."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from noctule.domain import values
from noctule.domain.instrument import Instrument, LeverageBracket, TradingTerms
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Reason
from noctule.domain.values import Symbol, Timeframe
from noctule.positions.portfolio import Holding, Portfolio
from noctule.risk.calendar import NewsWindow
from noctule.risk.case import DeskState, EntryCase, EntryWish, MarketScene
from tests.builders import BTCUSDT, START_MS, instrument

__all__ = [
    "BRACKETS",
    "ETHUSDT",
    "NOW_MS",
    "case",
    "desk",
    "holding",
    "portfolio",
    "scene",
    "terms",
    "wish",
]

ETHUSDT = Symbol("ETHUSDT")
CLOSE_MS = START_MS + values.MINUTE_MS - 1
NOW_MS = CLOSE_MS + 200


def _bracket(number: int, cap: int, leverage_max: int, share: str, amount: str) -> LeverageBracket:
    floors = {1: 0, 2: 50_000, 3: 600_000, 4: 3_000_000}
    return LeverageBracket(
        bracket=number,
        notional_floor=values.quote(str(floors[number])),
        notional_cap=values.quote(str(cap)),
        leverage_max=leverage_max,
        maintenance_share=Decimal(share),
        maintenance_amount=values.quote(amount),
    )


BRACKETS = (  # BTCUSDT's of 2024-10
    _bracket(1, 50_000, 125, "0.004", "0"),
    _bracket(2, 600_000, 100, "0.005", "50"),
    _bracket(3, 3_000_000, 75, "0.0065", "950"),
    _bracket(4, 12_000_000, 50, "0.01", "11450"),
)


def wish(
    direction: Direction = Direction.LONG,
    *,
    symbol: Symbol = BTCUSDT,
    price: float = 60_000.0,
    stop: float | None = None,
    target: float | None = None,
    limit_price: str | None = None,
    close_ms: int = CLOSE_MS,
) -> EntryWish:
    """Build a wish to enter at market, its stop and target left to [risk]."""
    return EntryWish(
        symbol=symbol,
        strategy="sma_cross",
        direction=direction,
        price=price,
        stop=stop,
        target=target,
        timeframe=Timeframe.M1,
        close_ms=close_ms,
        limit_price=None if limit_price is None else values.price(limit_price),
    )


def scene(
    *,
    mark_price: float | None = 60_000.0,
    bid: float | None = 60_000.0,
    ask: float | None = 60_000.0,
    silent_ms: int | None = 100,
    quote_age_ms: int | None = 20,
    funding_rate: float | None = 0.0001,
    next_funding_ms: int | None = NOW_MS + 240 * values.MINUTE_MS,
    clock_offset_ms: float | None = 3.0,
    regime: Regime | None = Regime.RANGE,
) -> MarketScene:
    """Build a market without a spread, well seen."""
    return MarketScene(
        mark_price=mark_price,
        bid=bid,
        ask=ask,
        silent_ms=silent_ms,
        quote_age_ms=quote_age_ms,
        funding_rate=funding_rate,
        next_funding_ms=next_funding_ms,
        clock_offset_ms=clock_offset_ms,
        regime=regime,
    )


def desk(
    *,
    started_ms: int = START_MS,
    entries_last_minute: int = 0,
    is_acted_on: bool = False,
    has_bracket: bool = False,
    has_room: bool = True,
    foreign: str | None = None,
    halts: tuple[Reason, ...] = (),
) -> DeskState:
    """Build a desk that has nothing against an entry."""
    return DeskState(
        started_ms=started_ms,
        entries_last_minute=entries_last_minute,
        is_acted_on=is_acted_on,
        has_bracket=has_bracket,
        has_room=has_room,
        foreign=foreign,
        halts=halts,
    )


def holding(
    signed_quantity: str = "1",
    *,
    symbol: Symbol = ETHUSDT,
    mark_price: str = "2000",
    is_ours: bool = True,
    has_orders_in_flight: bool = False,
) -> Holding:
    """Build a position in another symbol, of 2000 USDT."""
    return Holding(
        symbol=symbol,
        signed_quantity=Decimal(signed_quantity),
        mark_price=values.price(mark_price),
        is_ours=is_ours,
        has_orders_in_flight=has_orders_in_flight,
    )


def portfolio(
    *holdings: Holding,
    wallet: str = "10000",
    unrealized_pnl: str = "0",
    available: str | None = None,
    day_equity: str | None = None,
    equity_peak: str | None = None,
    losses_in_a_row: int = 0,
) -> Portfolio:
    """Build an account of 10000 USDT that never lost."""
    return Portfolio(
        at_ms=NOW_MS,
        wallet=values.quote(wallet),
        unrealized_pnl=values.quote(unrealized_pnl),
        available=values.quote(available or wallet),
        day_equity=values.quote(day_equity or wallet),
        equity_peak=values.quote(equity_peak or wallet),
        losses_in_a_row=losses_in_a_row,
        holdings=holdings,
    )


def terms(
    *,
    leverage: int = 5,
    is_isolated: bool = True,
    taker_fee: str = "0.0005",
    brackets: tuple[LeverageBracket, ...] = BRACKETS,
) -> TradingTerms:
    """Build what a regular account gets."""
    return TradingTerms(
        leverage=leverage,
        is_isolated=is_isolated,
        maker_fee=Decimal("0.0002"),
        taker_fee=Decimal(taker_fee),
        brackets=brackets,
    )


def case(
    wished: EntryWish | None = None,
    *,
    contract: Instrument | None = None,
    at: TradingTerms | None = None,
    account: Portfolio | None = None,
    market: MarketScene | None = None,
    at_desk: DeskState | None = None,
    closes: Mapping[Symbol, Sequence[float]] | None = None,
    news: tuple[NewsWindow, ...] = (),
) -> EntryCase:
    """Build a case that is approved."""
    return EntryCase(
        wish=wished or wish(),
        instrument=contract or instrument(),
        terms=at or terms(),
        portfolio=account or portfolio(),
        scene=market or scene(),
        desk=at_desk or desk(),
        now_ms=NOW_MS,
        closes=closes or {},
        news=news,
    )
