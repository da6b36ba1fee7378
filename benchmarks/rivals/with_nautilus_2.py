"""nautilus_trader 2.x: its engine in Rust, a strategy in Python, nothing logged nor analysed."""

import time
from decimal import Decimal

from nautilus_trader.backtest import (
    BacktestEngine,
    BacktestEngineConfig,
)
from nautilus_trader.common import (
    LoggerConfig,
    LogLevel,
)
from nautilus_trader.execution import (
    MakerTakerFeeModel,
)
from nautilus_trader.indicators import (
    SimpleMovingAverage,
)
from nautilus_trader.model import (
    AccountType,
    Bar,
    BarType,
    CryptoPerpetual,
    Currency,
    InstrumentId,
    Money,
    OmsType,
    OrderSide,
    OrderType,
    Price,
    Quantity,
    Symbol,
    Venue,
)
from nautilus_trader.risk import RiskEngineConfig
from nautilus_trader.trading import (
    Strategy,
    StrategyConfig,
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


class Crossing(Strategy):  # type: ignore[misc]  # its base is untyped
    """The errand, by bracket orders."""

    def follow(self, fast: int, slow: int) -> None:
        """Take two averages; the base takes no arguments of ours."""
        self.fast = SimpleMovingAverage(fast)
        self.slow = SimpleMovingAverage(slow)
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
        base_currency=Currency.from_str("BTC"),
        quote_currency=Currency.from_str("USDT"),
        settlement_currency=Currency.from_str("USDT"),
        is_inverse=False,
        price_precision=1,
        size_precision=3,
        price_increment=Price.from_str("0.1"),
        size_increment=Quantity.from_str("0.001"),
        ts_event=0,
        ts_init=0,
        margin_init=Decimal("0.05"),
        margin_maint=Decimal("0.005"),
    )


def bars_of(errand: Errand) -> list[Bar]:
    """Return its candles as the engine takes them."""
    frame = candles_of(errand.paths)
    close_ns = (frame["open_time"] + 60_000) * 1_000_000
    columns = (frame[name].tolist() for name in ("open", "high", "low", "close", "volume"))
    return [
        Bar(BARS, *(Price(price, 1) for price in prices), Quantity(volume, 3), at, at)
        for *prices, volume, at in zip(*columns, close_ns.tolist(), strict=True)
    ]


def run(errand: Errand) -> tuple[int, int, float]:
    """Run it: the clock begins when the engine holds all bars."""
    config = BacktestEngineConfig(
        bypass_logging=True,
        logging=LoggerConfig(stdout_level=LogLevel.OFF, bypass_logging=True),
        run_analysis=False,
        risk_engine=RiskEngineConfig(bypass=True),
    )
    engine = BacktestEngine(config)
    engine.add_venue(
        Venue("BINANCE"),
        OmsType.NETTING,
        AccountType.MARGIN,
        [Money(CASH, Currency.from_str("USDT"))],
        base_currency=Currency.from_str("USDT"),
        fee_model=MakerTakerFeeModel(Decimal("0.0002"), Decimal(str(FEE))),
    )
    engine.add_instrument(contract())
    bars = bars_of(errand)
    engine.add_data(bars)
    crossing = Crossing(StrategyConfig())
    crossing.follow(errand.fast, errand.slow)
    engine.add_strategy(crossing)
    began_s = time.perf_counter()
    engine.run()
    took_s = time.perf_counter() - began_s
    return len(bars), engine.get_result().total_positions, took_s


if __name__ == "__main__":
    answer(run)
