"""nautilus_trader 1.x: its low-level engine, indicators in Cython, nothing logged nor analysed."""

import time
from decimal import Decimal

import pandas as pd
from nautilus_trader.backtest.engine import (
    BacktestEngine,
    BacktestEngineConfig,
)
from nautilus_trader.config import (
    LoggingConfig,
    RiskEngineConfig,
    StrategyConfig,
)
from nautilus_trader.indicators import (
    SimpleMovingAverage,
)
from nautilus_trader.model.currencies import (
    BTC,
    USDT,
)
from nautilus_trader.model.data import (
    Bar,
    BarType,
)
from nautilus_trader.model.enums import (
    AccountType,
    OmsType,
    OrderSide,
    OrderType,
)
from nautilus_trader.model.identifiers import (
    InstrumentId,
    Symbol,
    Venue,
)
from nautilus_trader.model.instruments import (
    CryptoPerpetual,
)
from nautilus_trader.model.objects import (
    Money,
    Price,
    Quantity,
)
from nautilus_trader.persistence.wranglers import (
    BarDataWrangler,
)
from nautilus_trader.trading.strategy import (
    Strategy,
)

from benchmarks.rivals.errand import (
    CASH,
    FEE,
    STOP_SHARE,
    TARGET_SHARE,
    Errand,
    answer,
    candles_of,
)

CONTRACT = InstrumentId.from_str("BTCUSDT-PERP.BINANCE")
BARS = BarType.from_str(f"{CONTRACT}-1-MINUTE-LAST-EXTERNAL")


class CrossingConfig(StrategyConfig, frozen=True):  # type: ignore[misc, call-arg]  # untyped base
    """Two averages."""

    fast: int
    slow: int


class Crossing(Strategy):  # type: ignore[misc]  # its base is untyped
    """The errand, by bracket orders."""

    def __init__(self, config: CrossingConfig) -> None:
        super().__init__(config)
        self.fast = SimpleMovingAverage(config.fast)
        self.slow = SimpleMovingAverage(config.slow)
        self.gap: float | None = None
        self.one = Quantity.from_str("1.000")

    def on_start(self) -> None:
        """Ask for candles."""
        self.register_indicator_for_bars(BARS, self.fast)
        self.register_indicator_for_bars(BARS, self.slow)
        self.subscribe_bars(BARS)

    def on_bar(self, bar: Bar) -> None:
        """Turn where the averages cross."""
        if not self.slow.initialized:
            return
        before, now = self.gap, self.fast.value - self.slow.value
        self.gap = now
        if before is None:
            return
        if before <= 0 < now:
            self.turn(1, float(bar.close))
        elif now < 0 <= before:
            self.turn(-1, float(bar.close))

    def turn(self, sign: int, price: float) -> None:
        """Close what is held, and enter with a stop and a target."""
        self.cancel_all_orders(CONTRACT)
        self.close_all_positions(CONTRACT)
        bracket = self.order_factory.bracket(
            instrument_id=CONTRACT,
            order_side=OrderSide.BUY if sign > 0 else OrderSide.SELL,
            quantity=self.one,
            sl_trigger_price=Price(price * (1 - sign * STOP_SHARE), 1),
            tp_price=Price(price * (1 + sign * TARGET_SHARE), 1),
            entry_order_type=OrderType.MARKET,
        )
        self.submit_order_list(bracket)


def contract() -> CryptoPerpetual:
    """Return a contract like the others'."""
    return CryptoPerpetual(
        instrument_id=CONTRACT,
        raw_symbol=Symbol("BTCUSDT"),
        base_currency=BTC,
        quote_currency=USDT,
        settlement_currency=USDT,
        is_inverse=False,
        price_precision=1,
        size_precision=3,
        price_increment=Price.from_str("0.1"),
        size_increment=Quantity.from_str("0.001"),
        ts_event=0,
        ts_init=0,
        margin_init=Decimal("0.05"),
        margin_maint=Decimal("0.005"),
        maker_fee=Decimal("0.0002"),
        taker_fee=Decimal(str(FEE)),
    )


def run(errand: Errand) -> tuple[int, int, float]:
    """Run it: the clock begins when the engine holds all bars."""
    frame = candles_of(errand.paths)
    frame.index = pd.to_datetime(frame.pop("open_time") + 60_000, unit="ms", utc=True)
    config = BacktestEngineConfig(
        logging=LoggingConfig(bypass_logging=True),
        risk_engine=RiskEngineConfig(bypass=True),
        run_analysis=False,
    )
    engine = BacktestEngine(config=config)
    engine.add_venue(
        venue=Venue("BINANCE"),
        oms_type=OmsType.HEDGING,
        account_type=AccountType.MARGIN,
        base_currency=USDT,
        starting_balances=[Money(CASH, USDT)],
    )
    perpetual = contract()
    engine.add_instrument(perpetual)
    engine.add_data(BarDataWrangler(BARS, perpetual).process(frame))
    engine.add_strategy(Crossing(CrossingConfig(fast=errand.fast, slow=errand.slow)))
    began_s = time.perf_counter()
    engine.run()
    took_s = time.perf_counter() - began_s
    return len(frame), engine.get_result().total_positions, took_s


if __name__ == "__main__":
    answer(run)
