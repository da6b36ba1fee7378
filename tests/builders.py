"""Values with sensible defaults, so that a test names only what it is about; money as text."""

from collections.abc import Iterable
from decimal import Decimal

from noctule.domain import values
from noctule.domain.instrument import Instrument, InstrumentStatus, LotRule
from noctule.domain.market import Candle
from noctule.domain.order import ClientOrderId, Leg, Order, OrderKind, OrderRequest, OrderState
from noctule.domain.position import Fill, Position
from noctule.domain.values import Side, Symbol, Timeframe

__all__ = [
    "BTCUSDT",
    "CLIENT_ORDER_ID",
    "START_MS",
    "candle",
    "candles",
    "fill",
    "instrument",
    "lot",
    "order",
    "order_request",
    "position",
]

BTCUSDT = Symbol("BTCUSDT")
CLIENT_ORDER_ID = ClientOrderId("noc-qpai6s-0hrmo1ae0-plxb7xk1")
START_MS = 1_790_553_600_000  # Monday 2026-09-28 00:00: all candles but the month's open here


def candle(
    close: float = 60_000.0,
    *,
    symbol: Symbol = BTCUSDT,
    timeframe: Timeframe = Timeframe.M1,
    open_ms: int = START_MS,
    open: float | None = None,  # noqa: A002 - the trader's word
    high: float | None = None,
    low: float | None = None,
    volume: float = 10.0,
    trades: int = 100,
) -> Candle:
    """Build a bar that is possible as long as its arguments are; it stands still by default."""
    opened = close if open is None else open
    return Candle(
        symbol=symbol,
        timeframe=timeframe,
        open_ms=open_ms,
        close_ms=timeframe.close_of(open_ms),
        open=opened,
        high=max(opened, close) if high is None else high,
        low=min(opened, close) if low is None else low,
        close=close,
        volume=volume,
        quote_volume=volume * close,
        trades=trades,
        taker_buy_volume=volume / 2,
    )


def candles(
    closes: Iterable[float],
    *,
    symbol: Symbol = BTCUSDT,
    timeframe: Timeframe = Timeframe.M1,
    start_ms: int = START_MS,
) -> list[Candle]:
    """Build bars that follow one another without a gap."""
    bars, open_ms = [], start_ms
    for close in closes:
        bars.append(candle(close, symbol=symbol, timeframe=timeframe, open_ms=open_ms))
        open_ms = timeframe.next_open(open_ms)
    return bars


def lot(quantity_min: str = "0.001", quantity_max: str = "1000", *, step: str = "0.001") -> LotRule:
    """Build a lot rule; BTCUSDT's by default."""
    return LotRule(
        quantity_min=values.quantity(quantity_min),
        quantity_max=values.quantity(quantity_max),
        step=values.quantity(step),
    )


def instrument(
    *,
    symbol: Symbol = BTCUSDT,
    tick: str = "0.10",
    price_min: str = "556.80",
    price_max: str = "4529764",
    limit_lot: LotRule | None = None,
    market_lot: LotRule | None = None,
    notional_min: str = "50",
) -> Instrument:
    """Build a contract; BTCUSDT's rules by default."""
    return Instrument(
        symbol=symbol,
        status=InstrumentStatus.TRADING,
        base_asset=symbol.removesuffix("USDT"),
        quote_asset="USDT",
        margin_asset="USDT",
        tick=values.price(tick),
        price_min=values.price(price_min),
        price_max=values.price(price_max),
        lot=limit_lot or lot(),
        market_lot=market_lot or lot(quantity_max="120"),
        notional_min=values.quote(notional_min),
        price_multiplier_up=Decimal("1.0500"),
        price_multiplier_down=Decimal("0.9500"),
        market_take_bound=Decimal("0.05"),
        trigger_protect=Decimal("0.0500"),
        liquidation_fee=Decimal("0.012500"),
        orders_max=200,
    )


def order_request(
    kind: OrderKind = OrderKind.MARKET,
    *,
    client_order_id: ClientOrderId = CLIENT_ORDER_ID,
    symbol: Symbol = BTCUSDT,
    side: Side = Side.BUY,
    leg: Leg = Leg.ENTRY,
    quantity: str | None = "0.010",
    price: str | None = None,
    trigger_price: str | None = None,
    callback_share: str | None = None,
    reduces_only: bool = False,
) -> OrderRequest:
    """Build a request; a market entry by default."""
    return OrderRequest(
        client_order_id=client_order_id,
        symbol=symbol,
        side=side,
        kind=kind,
        leg=leg,
        quantity=None if quantity is None else values.quantity(quantity),
        price=None if price is None else values.price(price),
        trigger_price=None if trigger_price is None else values.price(trigger_price),
        callback_share=None if callback_share is None else Decimal(callback_share),
        reduces_only=reduces_only,
    )


def order(
    request: OrderRequest | None = None,
    *,
    state: OrderState = OrderState.OPEN,
    filled: str = "0",
) -> Order:
    """Build an order; a market entry that rests by default."""
    return Order(request=request or order_request(), state=state, filled=values.quantity(filled))


def fill(
    *,
    client_order_id: ClientOrderId = CLIENT_ORDER_ID,
    side: Side = Side.BUY,
    quantity: str = "0.010",
    price: str = "60000.00",
    fee: str = "0.30",
    trade_id: int = 1,
    at_ms: int = START_MS,
) -> Fill:
    """Build one trade of ours; a whole entry at the taker's fee by default."""
    return Fill(
        trade_id=trade_id,
        venue_order_id="283194212",
        client_order_id=client_order_id,
        symbol=BTCUSDT,
        side=side,
        price=values.price(price),
        quantity=values.quantity(quantity),
        fee=Decimal(fee),
        fee_asset="USDT",
        is_maker=False,
        realized_pnl=values.quote("0"),
        at_ms=at_ms,
    )


def position(signed_quantity: str = "0", entry_price: str | None = None) -> Position:
    """Build a net position; flat by default."""
    return Position(
        symbol=BTCUSDT,
        signed_quantity=Decimal(signed_quantity),
        entry_price=None if entry_price is None else values.price(entry_price),
    )
