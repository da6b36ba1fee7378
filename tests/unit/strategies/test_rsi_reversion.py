"""Reversion: the way back to the mean is traded in a range, and a range that ends is left."""

import pytest
from pydantic import ValidationError

from noctule.domain.market import Candle
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.market.regime_settings import RegimeSettings
from noctule.strategies.drawing import Curve, Mark, Tone
from noctule.strategies.rsi_reversion import RsiReversion, RsiReversionSettings, RsiTurn
from tests.builders import candles
from tests.fakes.market_weather import Weather
from tests.fakes.seat import Seat

REGIMES = RegimeSettings(
    trend_candles=10, recent_candles=5, norm_candles=50, trend_enter=0.6, confirm_candles=2
)
LONG = Signal(
    direction=Direction.LONG,
    reason="RSI 3 came back from below 30, 17.78 to 45.19, in a range; "
    "target the mean 998.9 of 10 candles, stop 1.5 ATR of 3 away",
    stop=993.5,
    target=998.9,
)


class Market(Seat):
    """A seat at a market whose weather is drawn."""

    def __init__(self, **settings: float) -> None:
        short = {"rsi_candles": 3, "mean_candles": 10, "atr_candles": 2, **settings}
        settled = RsiReversionSettings.model_validate(short)
        super().__init__(RsiReversion(settled), higher=[Timeframe.H1], capacity=60, regimes=REGIMES)
        self.weather = Weather()

    def swing(self, count: int) -> list[Signal | None]:
        """Let the price go nowhere for so many candles."""
        return self.see(*self.weather.swing(count))

    def go(self, *steps: float) -> list[Signal | None]:
        """Let the price take these steps."""
        return self.see(*self.weather.go(steps))


def rsi_after(market: Market, *steps: float) -> float:
    """Return the index once the price took these steps."""
    market.go(*steps)
    value = market.view.indicator(RsiTurn, 3).value
    assert value is not None
    return value


def test_its_defaults_are_the_usual_ones() -> None:
    assert RsiReversionSettings() == RsiReversionSettings(
        rsi_candles=14,
        oversold=30,
        overbought=70,
        mean_candles=50,
        atr_candles=14,
        stop_atrs=1.5,
    )


@pytest.mark.parametrize(
    ("settings", "count"),
    [({}, 50), ({"rsi_candles": 60}, 62), ({"atr_candles": 60}, 61)],
)
def test_it_warms_up_until_index_mean_and_range_are_there(
    settings: dict[str, int], count: int
) -> None:
    strategy = RsiReversion(RsiReversionSettings.model_validate(settings))
    assert strategy.warmup_bars == count


def test_in_a_range_an_index_that_comes_back_from_oversold_asks_for_a_long() -> None:
    market = Market()
    assert set(market.swing(60)) == {None}
    assert market.view.regime is Regime.RANGE
    assert market.go(-1.0, -1.0, -1.0, 1.0) == [None, None, None, LONG]


def test_in_a_range_an_index_that_comes_back_from_overbought_asks_for_a_short() -> None:
    market = Market()
    market.swing(60)
    *before, said = market.go(1.0, 1.0, 1.0, 1.0, -1.0)
    assert set(before) == {None}
    assert said is not None
    assert said.direction is Direction.SHORT
    assert said.stop is not None
    assert said.target is not None
    assert said.target < market.weather.price < said.stop


@pytest.mark.parametrize(("quantity", "asks"), [(1, False), (-1, True)])
def test_it_does_not_ask_for_what_is_held(quantity: int, *, asks: bool) -> None:
    market = Market()
    market.swing(60)
    market.hold(quantity)
    *_, said = market.go(-1.0, -1.0, -1.0, 1.0)
    assert said == (LONG if asks else None)


def test_before_a_regime_is_known_it_says_nothing() -> None:
    market = Market()
    market.hold(1)
    market.swing(20)
    assert market.view.regime is None
    assert market.go(-1.0, -1.0, -1.0, 1.0) == [None] * 4


def test_in_a_trend_it_says_nothing() -> None:
    market = Market()
    market.swing(60)
    market.go(*[-1.0] * 20)
    assert market.view.regime is Regime.TREND_DOWN
    assert market.go(1.0) == [None]


def test_a_range_that_ended_is_left() -> None:
    market = Market()
    market.swing(60)
    market.hold(1)
    *_, said = market.go(*[-1.0] * 20)
    assert said == Signal(
        direction=Direction.FLAT,
        reason="the range is over: trend_down, trend -0.90, volatility 1.01 times the usual",
    )


def test_where_the_price_is_at_its_mean_already_nothing_is_left_to_come_back_to() -> None:
    market = Market(mean_candles=2)
    market.swing(60)
    assert market.go(-1.0, -1.0, -1.0, 1.0)[-1] is None


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_just_at_its_mean_nothing_is_left_either(sign: float) -> None:
    for mean_candles, returns in ((3, False), (4, True)):  # 3: its last closes are 2, 0 and 1
        market = Market(mean_candles=mean_candles)
        market.swing(61 if sign > 0 else 60)
        said = market.go(*(sign * step for step in (-1.0, -1.0, -2.0, 1.0)))[-1]
        assert (said is not None) is returns


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_an_index_on_its_bound_is_not_beyond_it(sign: float) -> None:
    bound, market = "oversold" if sign > 0 else "overbought", Market()
    market.swing(60)
    extreme, back = (rsi_after(market, *steps) for steps in ([-sign] * 4, [sign]))
    for level, returns in ((extreme, False), (back, True)):
        other = Market(**{bound: level})
        other.swing(60)
        assert (other.go(*[-sign] * 4, sign)[-1] is not None) is returns


def test_an_index_that_leaps_from_one_extreme_to_the_other_has_not_come_back() -> None:
    market = Market(rsi_candles=2)
    market.swing(60)
    fall = [-1.0] * 6
    assert market.go(*fall, 3.4)[-1] is None
    calm = Market(rsi_candles=2, overbought=90)
    calm.swing(60)
    assert calm.go(*fall, 3.4)[-1] is not None


def test_before_all_is_measured_it_says_nothing() -> None:
    market = Market(mean_candles=100)
    market.swing(60)
    assert market.go(-1.0, -1.0, -1.0, 1.0)[-1] is None


def test_without_room_for_a_stop_there_is_no_entry() -> None:
    market = Market(stop_atrs=20)
    market.weather.price = 50.0
    market.swing(60)
    assert market.go(-1.0, -1.0, -1.0, 1.0)[-1] is None


def test_it_looks_at_base_candles_only() -> None:
    market = Market()
    hour = candles([1.0], timeframe=Timeframe.H1)[0]
    assert market.strategy.analyze(hour, market.view) is None
    assert market.drawn(hour) == []


def test_it_draws_the_mean_and_tells_index_and_regime_once_they_are_there() -> None:
    market = Market()
    first: Candle = market.weather.swing(1)[0]
    market.see(first)
    assert market.drawn(first) == []
    market.swing(19)
    last = market.weather.bars[-1]
    assert market.drawn(last) == [
        Curve(label="mean of 10", price=999.5, at_ms=last.open_ms),
        Mark(label="RSI 60.01, regime unknown", price=1_000.0, at_ms=last.open_ms),
    ]


@pytest.mark.parametrize(
    ("steps", "label", "tone"),
    [
        ((-1.0, -1.0), "RSI 26.67, range", Tone.BULLISH),
        ((1.0, 1.0), "RSI 82.22, range", Tone.BEARISH),
    ],
)
def test_an_extreme_index_is_drawn_for_the_side_that_it_favours(
    steps: tuple[float, ...], label: str, tone: Tone
) -> None:
    market = Market()
    market.swing(60)
    market.go(*steps)
    last = market.weather.bars[-1]
    _mean, mark = market.drawn(last)
    assert mark == Mark(label=label, price=last.close, at_ms=last.open_ms, tone=tone)


def test_what_it_follows_goes_on_from_a_snapshot() -> None:
    turn, other = RsiTurn(3), RsiTurn(3)
    for close in (1.0, 2.0, 4.0, 3.0, 5.0):
        turn.update(close)
    other.restore(turn.snapshot())
    assert other.before == turn.before is not None
    assert other.update(4.0) == turn.update(4.0)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"oversold": 70}, "oversold = 70 is not below overbought = 70, lower oversold"),
        ({"overbought": 25.5}, "oversold = 30 is not below overbought = 25.5, lower oversold"),
        ({"oversold": 0}, "greater than or equal to 1"),
        ({"rsi_candles": 1}, "greater than or equal to 2"),
        ({"rsi": 14}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    settings: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        RsiReversionSettings.model_validate(settings)


def test_it_says_what_is_missing_of_a_way_back() -> None:
    market = Market()
    market.swing(2)
    assert market.waits_for() is None
    market.swing(3)
    assert market.waits_for() == "the market is of no known kind yet: waits for a range"
    market.swing(60)
    told = market.waits_for()
    assert told is not None
    assert told.endswith("in a range: waits for it below 30 or above 70")
    market.go(-3, -3)
    assert str(market.waits_for()).endswith("in a range: waits for it to come back through 30")


def test_with_a_position_it_waits_for_what_ends_it() -> None:
    market = Market()
    market.hold(-1)
    market.swing(5)
    assert market.waits_for() == (
        "is short in a market of unknown kind: waits for its stop, its target, or the end of the "
        "range"
    )
    market.swing(60)
    market.hold(1)
    assert str(market.waits_for()).startswith("is long in a range: ")


def test_overbought_it_waits_for_the_other_way_back() -> None:
    market = Market()
    market.swing(65)
    market.go(3, 3)
    assert str(market.waits_for()).endswith("in a range: waits for it to come back through 70")
