"""Candles in, a regime told once, and what is entered after it is less, or nothing."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.app.subscriptions import subscribe_all
from noctule.domain.events.base import Event
from noctule.domain.events.data import BookTickerUpdated, MarkPriceUpdated
from noctule.domain.events.order import AccountSnapshotTaken, OrderRequested, TradingAuthorized
from noctule.domain.events.signal import RegimeChanged, SignalRefused
from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.regime import Regime
from noctule.domain.values import quote
from noctule.risk.limits import RiskLimits
from tests.builders import BTCUSDT, START_MS
from tests.fakes.feed import closed
from tests.fakes.market_weather import Weather
from tests.fakes.trading_room import TradingRoom, new_room

PRICE = 60_000.0
QUICK = ("regime.trend_candles=10", "regime.recent_candles=5", "regime.norm_candles=50")
SCALE = "risk.regime_scale=high_volatility: 0.5, illiquid: 0"
MARK = MarkPrice(
    symbol=BTCUSDT,
    mark_price=PRICE,
    index_price=PRICE,
    funding_rate=0.0,
    next_funding_ms=START_MS + 28_800_000,
)
BOOK = BookTicker(
    symbol=BTCUSDT,
    bid_price=PRICE,
    bid_quantity=1.0,
    ask_price=PRICE,
    ask_quantity=1.0,
    update_id=1,
)
BALANCE = Balance(asset="USDT", wallet=quote("10000"), available=quote("10000"))
SNAPSHOT = AccountSnapshot(at_ms=START_MS, balances=(BALANCE,), positions=())


def calm(weather: Weather) -> None:
    weather.swing(10)


def stormy(weather: Weather) -> None:
    weather.swing(10, reach=8.0)


def deserted(weather: Weather) -> None:
    weather.swing(10, volume=0.1)


class Day:
    """A bot that has seen candles of one kind, and may enter from now on."""

    def __init__(self, room: TradingRoom) -> None:
        self.room = room
        self.told: list[Event] = []
        room.machine.bus.add_tap(self.told.append)
        market, orders, signals = room.trading.market, room.trading.orders, room.trading.signals
        subscribe_all(
            room.machine.bus,
            room.trading,
            on_candle_closed=market.on_candle_closed,
            on_signal_generated=signals.on_signal_generated,
            on_order_filled=orders.on_order_filled,
        )

    def regimes(self) -> list[tuple[Regime | None, Regime]]:
        return [(each.before, each.after) for each in self.told if isinstance(each, RegimeChanged)]

    def live_through(self, kind: Callable[[Weather], None]) -> Weather:
        weather, bus = Weather(PRICE), self.room.machine.bus
        weather.swing(50)
        kind(weather)
        for bar in weather.bars:
            bus.drive(closed(bar))
        weather.bars.clear()
        bus.drive(MarkPriceUpdated(at_ms=START_MS, trace="t", mark=MARK))
        bus.drive(BookTickerUpdated(at_ms=START_MS, trace="t", book=BOOK))
        bus.drive(AccountSnapshotTaken(at_ms=START_MS, trace="t", snapshot=SNAPSHOT))
        self.room.trading.open_for_entries()
        return weather

    def wish(self, weather: Weather) -> Event:
        """Let the averages cross, and return what came of it."""
        self.told.clear()
        weather.swing(2)
        for bar in weather.bars[-2:]:
            self.room.machine.bus.drive(closed(bar))
        answers = (OrderRequested, SignalRefused)
        return next(each for each in self.told if isinstance(each, answers))

    def gates(self) -> dict[str, str]:
        return next(each.gates for each in self.told if isinstance(each, TradingAuthorized))


async def new_day(home: Path, *overrides: str) -> Day:
    return Day(await new_room(home, VirtualClock(START_MS), *QUICK, *overrides))


def quantity_of(answer: Event) -> Decimal:
    assert isinstance(answer, OrderRequested), answer
    assert answer.request.quantity is not None
    return answer.request.quantity


@pytest.mark.parametrize(
    ("kind", "regimes", "quantity"),
    [
        (calm, [(None, "range")], "0.138"),
        (stormy, [(None, "range"), ("range", "high_volatility")], "0.069"),
    ],
)
async def test_a_wild_market_is_told_once_and_half_the_risk_is_taken_in_it(
    tmp_path: Path,
    kind: Callable[[Weather], None],
    regimes: list[tuple[str | None, str]],
    quantity: str,
) -> None:
    day = await new_day(tmp_path, SCALE)
    weather = day.live_through(kind)
    assert day.regimes() == regimes
    assert quantity_of(day.wish(weather)) == Decimal(quantity)
    share = "1" if kind is calm else "0.5"
    assert (
        day.gates()["regime"]
        == f"the regime is {regimes[-1][1]}: {share} of risk_per_trade is taken"
    )


async def test_a_market_without_volume_is_told_once_and_nothing_is_entered_in_it(
    tmp_path: Path,
) -> None:
    day = await new_day(tmp_path, SCALE)
    weather = day.live_through(deserted)
    assert day.regimes() == [(None, Regime.RANGE), (Regime.RANGE, Regime.ILLIQUID)]
    refused = day.wish(weather)
    assert isinstance(refused, SignalRefused)
    assert [(each.check, each.text) for each in refused.reasons] == [
        ("regime", "the regime is illiquid: no entries are made")
    ]


async def test_what_the_owner_changes_holds_from_the_next_signal_on(tmp_path: Path) -> None:
    day = await new_day(tmp_path)
    weather = day.live_through(deserted)
    day.room.trading.adopt(RiskLimits.model_validate({"regime_scale": ("illiquid: 0",)}))
    assert isinstance(day.wish(weather), SignalRefused)
    day.room.trading.adopt(RiskLimits())
    assert quantity_of(day.wish(weather)) == Decimal("0.138")
