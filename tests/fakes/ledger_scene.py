"""A store with a few candles in its ledger, as a bot would have left it."""

from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy.engine import Connection

from noctule.adapters.store.ledger import Ledger
from noctule.adapters.store.store import Store
from noctule.adapters.store.tables import fills, orders, trades
from noctule.domain.events.base import Event
from noctule.domain.events.desk import ExitRequested
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.events.signal import SignalRefused
from noctule.domain.ids import candle_trace
from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.observation import Answer, Observation, Readings
from noctule.domain.position import Position
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Reason, Signal
from noctule.domain.trade import ExitReason
from noctule.domain.values import MINUTE_MS, Price, Timeframe
from noctule.telemetry.writer import Runner
from tests.builders import BTCUSDT, START_MS, candle

__all__ = ["LONG", "LedgerScene", "close_ms", "trace"]

LONG: Final = Signal(
    direction=Direction.LONG,
    reason="SMA 10 crossed above SMA 30 by 12.5",
    stop=59_400.0,
    target=61_200.0,
    confidence=0.8,
    factors={"trend": 0.5},
)
_GATES: Final = {"position": "nothing is held", "max_positions": "3 of 3 positions"}


def close_ms(minute: int) -> int:
    """Return when the candle of this minute closed."""
    return START_MS + (minute + 1) * MINUTE_MS - 1


def trace(minute: int) -> str:
    """Return the thread of this minute's candle."""
    return candle_trace(BTCUSDT, Timeframe.M1, close_ms(minute))


class LedgerScene:
    """Writes a store by the means of the bot, candle by candle."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path, runner=Runner.INLINE)
        self.store.start()
        self.ledger = Ledger(self.store)

    @property
    def connection(self) -> Connection:
        """Return a look into the file by its owner."""
        self.store.flush(1_000)
        connection = self.store._connection
        assert connection is not None
        return connection

    def close(self) -> None:
        """Let go of the file."""
        self.store.close(1_000)

    def see(
        self,
        minute: int,
        answer: Answer = Answer.NOTHING,
        *,
        said: Signal | None = None,
        cause: str | None = None,
        candles: int = 40,
        held: str = "0",
        timeframe: Timeframe = Timeframe.M1,
        names: tuple[str, ...] = ("sma(10)",),
        values: tuple[object, ...] = (60_010.5,),
    ) -> None:
        """Let a candle close."""
        bar = candle(open_ms=timeframe.open_of(close_ms(minute)), timeframe=timeframe)
        entry = None if held == "0" else Price(Decimal(60_000))
        self.ledger.note(
            Observation(
                at_ms=bar.close_ms + 12,
                candle=bar,
                strategy="sma_cross",
                candles=candles,
                candles_needed=31,
                answer=answer,
                said=said,
                cause=cause,
                readings=(Readings(timeframe, names, values),),
                position=Position(symbol=BTCUSDT, signed_quantity=Decimal(held), entry_price=entry),
                regime=Regime.RANGE,
                mark=MarkPrice(
                    symbol=BTCUSDT,
                    mark_price=60_001.5,
                    index_price=60_000.0,
                    funding_rate=0.0,
                    next_funding_ms=0,
                ),
                book=BookTicker(
                    symbol=BTCUSDT,
                    bid_price=60_000.0,
                    bid_quantity=1.0,
                    ask_price=60_006.0,
                    ask_quantity=1.0,
                    update_id=1,
                ),
            )
        )

    def tell(self, event: Event) -> None:
        """Let the bus tell an event."""
        self.ledger.see(event)

    def refuse(self, minute: int) -> None:
        """Let risk refuse the signal of this minute."""
        self.tell(
            SignalRefused(
                at_ms=close_ms(minute) + 13,
                trace=trace(minute),
                symbol=BTCUSDT,
                strategy="sma_cross",
                direction=Direction.LONG,
                reasons=(Reason(check="max_positions", text="3 of 3 positions"),),
                gates=_GATES,
            )
        )

    def authorize(self, minute: int) -> None:
        """Let risk approve it."""
        self.tell(
            TradingAuthorized(
                at_ms=close_ms(minute) + 13,
                trace=trace(minute),
                symbol=BTCUSDT,
                strategy="sma_cross",
                direction=Direction.LONG,
                reason=LONG.reason,
                gates={"position": "nothing is held", "size": "0.01, bound by risk"},
            )
        )

    def leave(self, minute: int, reason: ExitReason = ExitReason.SIGNAL) -> None:
        """Let somebody ask for the exit."""
        self.tell(
            ExitRequested(
                at_ms=close_ms(minute) + 13,
                trace=trace(minute),
                symbol=BTCUSDT,
                reason=reason,
                actor="strategy",
            )
        )

    def trade(self, minute: int, *, until: int) -> None:
        """Let an entry of this minute be filled, and the position closed at a later one's close."""
        entry = {
            "client_order_id": "noc-entry",
            "trace": trace(minute),
            "symbol": BTCUSDT,
            "strategy": "sma_cross",
            "leg": "entry",
            "side": "BUY",
            "kind": "MARKET",
            "quantity": Decimal("0.01"),
            "price": None,
            "trigger_price": None,
            "state": "FILLED",
            "venue_order_id": "1",
            "cause": None,
            "requested_ms": close_ms(minute) + 14,
            "changed_ms": close_ms(minute) + 40,
        }
        stop = entry | {
            "client_order_id": "noc-stop",
            "leg": "stop",
            "side": "SELL",
            "kind": "STOP_MARKET",
            "quantity": None,
            "trigger_price": Decimal("59400.00"),
            "state": "CANCELLED",
            "requested_ms": close_ms(minute) + 60,
        }
        self.store.put(orders, entry)
        self.store.put(orders, stop)
        self.store.put(fills, _fill(minute))
        self.store.put(trades, _trade(minute, until))


def _fill(minute: int) -> dict[str, object]:
    return {
        "symbol": BTCUSDT,
        "trade_id": 7,
        "trace": trace(minute),
        "client_order_id": "noc-entry",
        "venue_order_id": "1",
        "side": "BUY",
        "price": Decimal("60005"),
        "quantity": Decimal("0.01"),
        "fee": Decimal("0.3"),
        "fee_asset": "USDT",
        "is_maker": False,
        "realized_pnl": Decimal(0),
        "at_ms": close_ms(minute) + 35,
    }


def _trade(minute: int, until: int) -> dict[str, object]:
    closed_ms = close_ms(minute)
    return {
        "trace": trace(minute),
        "symbol": BTCUSDT,
        "strategy": "sma_cross",
        "direction": "LONG",
        "quantity": Decimal("0.01"),
        "entry_price": Decimal("60005"),
        "exit_price": Decimal("61205"),
        "gross_pnl": Decimal("12"),
        "fees": Decimal("0.6"),
        "funding": Decimal("-0.1"),
        "net_pnl": Decimal("11.3"),
        "slippage": Decimal("0.05"),
        "exit_reason": "signal",
        "opened_ms": closed_ms + 35,
        "closed_ms": close_ms(until) + 50,
        "signal_price": 60_000.0,
        "has_converted_fees": False,
        "candle_closed_ms": closed_ms,
        "received_ms": closed_ms + 12,
        "decided_ms": closed_ms + 13,
        "sent_ms": closed_ms + 14,
        "acknowledged_ms": closed_ms + 34,
        "filled_ms": closed_ms + 35,
        "protected_ms": None,
    }
