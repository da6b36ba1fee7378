"""What a start may find, with sensible defaults: our orders, the owner's, and a memory of ours."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from noctule.domain import values
from noctule.domain.ids import account_tag, client_order_id
from noctule.domain.memory import BracketMemory, DeskMemory
from noctule.domain.order import ClientOrderId, Leg, OrderKey, OrderKind, OrderState
from noctule.domain.position import AccountSnapshot, Position
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Side, Symbol, Timeframe
from noctule.reconcile.case import Evidence, RecoveryTerms, SymbolCase
from tests.builders import BTCUSDT, START_MS, instrument

__all__ = [
    "ACCOUNT",
    "CLOSE_MS",
    "OWNERS",
    "TERMS",
    "case",
    "evidence",
    "held",
    "key",
    "name",
    "remembered",
    "report",
    "stop",
    "target",
]

ACCOUNT = account_tag("the key of these tests")
CLOSE_MS = START_MS + 60_000 - 1
OWNERS = ClientOrderId("ios_H8s2kq")  # what the owner's app calls its orders
TERMS = RecoveryTerms(
    account=ACCOUNT,
    strategies={BTCUSDT: "sma_cross", Symbol("ETHUSDT"): "breakout"},
    stop_loss=Decimal("0.01"),
    take_profit=Decimal("0.02"),
    timeframe=Timeframe.M1,
)


def key(leg: Leg = Leg.ENTRY, attempt: int = 0) -> OrderKey:
    """Return the key of an order of one candle's bracket."""
    return OrderKey(close_ms=CLOSE_MS, timeframe=Timeframe.M1, leg=leg, attempt=attempt)


def name(
    leg: Leg = Leg.ENTRY,
    attempt: int = 0,
    *,
    strategy: str = "sma_cross",
    symbol: Symbol = BTCUSDT,
) -> ClientOrderId:
    """Return a name of ours."""
    return client_order_id(account=ACCOUNT, strategy=strategy, symbol=symbol, key=key(leg, attempt))


def report(
    client_order_id: ClientOrderId | None = None,
    *,
    kind: OrderKind = OrderKind.MARKET,
    side: Side = Side.BUY,
    state: OrderState = OrderState.OPEN,
    quantity: str | None = "0.010",
    filled: str = "0",
    price: str | None = None,
    trigger: str | None = None,
    reduces_only: bool = False,
    symbol: Symbol = BTCUSDT,
    at_ms: int = START_MS,
) -> OrderReport:
    """Build what the venue tells of an order; a market entry of ours by default."""
    return OrderReport(
        client_order_id=name(symbol=symbol) if client_order_id is None else client_order_id,
        venue_order_id="7",
        symbol=symbol,
        side=side,
        kind=kind,
        state=state,
        quantity=None if quantity is None else values.quantity(quantity),
        filled=values.quantity(filled),
        price=None if price is None else values.price(price),
        trigger_price=None if trigger is None else values.price(trigger),
        reduces_only=reduces_only,
        updated_ms=at_ms,
    )


def stop(
    trigger: str = "59400",
    client_order_id: ClientOrderId | None = None,
    *,
    quantity: str | None = None,
    side: Side = Side.SELL,
    kind: OrderKind = OrderKind.STOP_MARKET,
) -> OrderReport:
    """Build a stop that rests: ours, closing all of a long, by default."""
    return report(
        name(Leg.STOP) if client_order_id is None else client_order_id,
        kind=kind,
        side=side,
        quantity=quantity,
        trigger=trigger,
    )


def target(
    trigger: str = "61200",
    client_order_id: ClientOrderId | None = None,
    *,
    side: Side = Side.SELL,
) -> OrderReport:
    """Build a target that rests: ours, closing all of a long, by default."""
    return report(
        name(Leg.TARGET) if client_order_id is None else client_order_id,
        kind=OrderKind.TAKE_PROFIT_MARKET,
        side=side,
        quantity=None,
        trigger=trigger,
    )


def held(
    signed_quantity: str = "0.010", entry_price: str = "60000", *, symbol: Symbol = BTCUSDT
) -> Position:
    """Build a position; a long by default."""
    return Position(
        symbol=symbol,
        signed_quantity=Decimal(signed_quantity),
        entry_price=values.price(entry_price),
        updated_ms=START_MS,
    )


def remembered(
    *,
    stop: str = "59400",
    target: str | None = "61200",
    direction: Direction = Direction.LONG,
    symbol: Symbol = BTCUSDT,
) -> BracketMemory:
    """Build the memory of a bracket; a long's by default."""
    return BracketMemory(
        symbol=symbol,
        strategy="sma_cross",
        trace=f"{symbol}:1m:7",
        key=key(),
        direction=direction,
        stop=values.price(stop),
        target=None if target is None else values.price(target),
        signal_price=60_001.5,
    )


def case(
    position: Position | None = None,
    *orders: OrderReport,
    memory: BracketMemory | None = None,
    history: Sequence[OrderReport] = (),
    strangers: frozenset[ClientOrderId] = frozenset(),
    has_rules: bool = True,
) -> SymbolCase:
    """Build all that is known of one symbol; flat, and nothing, by default."""
    return SymbolCase(
        symbol=BTCUSDT,
        position=position or Position(symbol=BTCUSDT),
        account=ACCOUNT,
        orders=orders,
        instrument=instrument() if has_rules else None,
        memory=memory,
        history=tuple(history),
        strangers=strangers,
    )


def evidence(
    positions: Sequence[Position] = (),
    orders: Sequence[OrderReport] = (),
    *,
    memory: Sequence[BracketMemory] = (),
    history: Mapping[Symbol, Sequence[OrderReport]] | None = None,
) -> Evidence:
    """Build all that is known of an account on which three contracts are listed."""
    symbols = (BTCUSDT, Symbol("ETHUSDT"), Symbol("SOLUSDT"))
    return Evidence(
        snapshot=AccountSnapshot(
            at_ms=START_MS, balances=(), positions=tuple(positions), orders=tuple(orders)
        ),
        instruments={each: instrument(symbol=each) for each in symbols},
        memory=DeskMemory(saved_ms=START_MS, brackets=tuple(memory)),
        history=history or {},
    )
