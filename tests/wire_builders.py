"""What the simulated exchange remembers, with sensible defaults, for the tests of its encoder."""

from decimal import Decimal
from typing import Any

from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.events import PositionView
from noctule.adapters.sim.klines import Kline
from noctule.adapters.sim.market_updates import Ticker
from noctule.adapters.sim.model import (
    AlgoOrder,
    Bracket,
    MarginType,
    Order,
    OrderType,
    Position,
    PositionSide,
    Rules,
    Side,
    Tif,
)

__all__ = ["NOW_MS", "algo", "kline", "order", "position_view", "rules", "ticker", "trade"]

NOW_MS = 1_790_553_600_000

_D = Decimal


def rules(**changes: Any) -> Rules:
    """Build BTCUSDT's contract."""
    usual: dict[str, Any] = {
        "symbol": "BTCUSDT",
        "base_asset": "BTC",
        "price_precision": 2,
        "quantity_precision": 3,
        "tick": _D("0.10"),
        "min_price": _D("556.80"),
        "max_price": _D("4529764"),
        "step": _D("0.001"),
        "min_qty": _D("0.001"),
        "max_qty": _D("1000"),
        "market_step": _D("0.001"),
        "market_min_qty": _D("0.001"),
        "market_max_qty": _D("120"),
        "min_notional": _D("50"),
        "brackets": (
            bracket(1, 125, "0", "50000", "0.004", "0"),
            bracket(2, 100, "50000", "600000", "0.005", "50"),
        ),
    }
    return Rules(**usual | changes)


def bracket(number: int, leverage: int, *figures: str) -> Bracket:
    """Build a tier: floor, cap, maintenance ratio and cum."""
    floor, cap, ratio, cum = map(_D, figures)
    return Bracket(
        bracket=number,
        initial_leverage=leverage,
        notional_floor=floor,
        notional_cap=cap,
        maint_margin_ratio=ratio,
        cum=cum,
    )


def order(**changes: Any) -> Order:
    """Build a market order that has just arrived."""
    usual: dict[str, Any] = {
        "order_id": 283_194_212,
        "client_id": "x1",
        "symbol": "BTCUSDT",
        "side": Side.BUY,
        "position_side": PositionSide.BOTH,
        "type": OrderType.MARKET,
        "orig_type": OrderType.MARKET,
        "tif": Tif.GTC,
        "qty": _D("0.01"),
        "time_ms": NOW_MS,
        "update_ms": NOW_MS,
    }
    return Order(**usual | changes)


def algo(**changes: Any) -> AlgoOrder:
    """Build a stop that waits for its trigger."""
    usual: dict[str, Any] = {
        "algo_id": 4_000_001_781_169_737,
        "client_algo_id": "sl-1",
        "symbol": "BTCUSDT",
        "side": Side.SELL,
        "position_side": PositionSide.BOTH,
        "type": OrderType.STOP_MARKET,
        "tif": Tif.GTC,
        "qty": _D("0.01"),
        "trigger_price": _D("60000"),
        "reduce_only": True,
        "create_ms": NOW_MS,
        "update_ms": NOW_MS,
    }
    return AlgoOrder(**usual | changes)


def trade(**changes: Any) -> Trade:
    """Build a fill that opened a position and paid the taker's fee."""
    usual: dict[str, Any] = {
        "trade_id": 123_456,
        "order_id": 283_194_212,
        "client_id": "x1",
        "symbol": "BTCUSDT",
        "side": Side.BUY,
        "position_side": PositionSide.BOTH,
        "price": _D("65000.1"),
        "qty": _D("0.01"),
        "commission": _D("0.3250005"),
        "commission_asset": "USDT",
        "realized_pnl": _D(0),
        "is_maker": False,
        "time_ms": NOW_MS,
    }
    return Trade(**usual | changes)


def position_view(**changes: Any) -> PositionView:
    """Build a crossed long position of 0.01 that is 10 cents ahead."""
    usual: dict[str, Any] = {
        "position": Position(
            symbol="BTCUSDT",
            side=PositionSide.BOTH,
            amount=_D("0.01"),
            entry_price=_D("65000.1"),
            break_even=_D("65032.60005"),
            realized=_D(200),
            update_ms=NOW_MS,
        ),
        "margin_type": MarginType.CROSSED,
        "mark": _D("65010.1"),
        "unrealized": _D("0.1"),
        "notional": _D("650.101"),
        "initial_margin": _D("32.50505"),
        "maint_margin": _D("2.600404"),
        "isolated_margin": _D(0),
        "liquidation_price": _D(0),
        "leverage": 20,
    }
    return PositionView(**usual | changes)


def kline(**changes: Any) -> Kline:
    """Build a minute with a hundred trades in it."""
    usual: dict[str, Any] = {
        "open_ms": NOW_MS,
        "close_ms": NOW_MS + 59_999,
        "open": _D("65000"),
        "high": _D("65010.5"),
        "low": _D("64990"),
        "close": _D("65001.1"),
        "volume": _D("12.34"),
        "quote_volume": _D("802113.57400"),
        "count": 100,
        "taker_buy_volume": _D("6"),
        "taker_buy_quote": _D("390006.6"),
        "first_id": 1,
        "last_id": 100,
    }
    return Kline(**usual | changes)


def ticker(**changes: Any) -> Ticker:
    """Build a day on which the price rose by two percent."""
    usual: dict[str, Any] = {
        "open_ms": NOW_MS - 86_400_000,
        "close_ms": NOW_MS - 1,
        "open": _D("50000"),
        "high": _D("52000"),
        "low": _D("49000"),
        "last": _D("51000"),
        "last_qty": _D("0.5"),
        "volume": _D("1000"),
        "quote_volume": _D("50500000"),
        "first_id": 1,
        "last_id": 5000,
        "count": 5000,
    }
    return Ticker(**usual | changes)
