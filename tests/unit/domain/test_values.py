"""Words and exact money: what is read, rounded and written is what was meant."""

from decimal import Decimal, localcontext

import pytest
from typing_extensions import override

from noctule.domain.values import (
    Rounding,
    Side,
    Timeframe,
    observed,
    parse_decimal,
    plain_text,
    price,
    quantity,
    quote,
    round_to_step,
)
from tests.builders import START_MS

DAY_MS = 86_400_000


def test_each_side_is_undone_by_the_other() -> None:
    assert {side: side.opposite for side in Side} == {Side.BUY: Side.SELL, Side.SELL: Side.BUY}


def test_a_buy_adds_and_a_sell_takes_away() -> None:
    assert {side: side.sign for side in Side} == {Side.BUY: 1, Side.SELL: -1}


def test_a_timeframe_knows_its_length_if_it_has_one() -> None:
    lasting = [timeframe for timeframe in Timeframe if timeframe is not Timeframe.MO1]
    assert {timeframe.value: timeframe.ms for timeframe in lasting} == {
        "1m": 60_000,
        "3m": 180_000,
        "5m": 300_000,
        "15m": 900_000,
        "30m": 1_800_000,
        "1h": 3_600_000,
        "2h": 7_200_000,
        "4h": 14_400_000,
        "6h": 21_600_000,
        "8h": 28_800_000,
        "12h": 43_200_000,
        "1d": 86_400_000,
        "3d": 259_200_000,
        "1w": 604_800_000,
    }


def test_a_month_has_no_length() -> None:
    with pytest.raises(AssertionError, match="months differ in length: ask next_open"):
        Timeframe("1M").ms  # noqa: B018 - the question is the mistake
    assert Timeframe.MO1.ms_max == 31 * DAY_MS


def test_what_has_a_length_never_lasts_longer() -> None:
    lasting = [timeframe for timeframe in Timeframe if timeframe is not Timeframe.MO1]
    assert [each.ms_max for each in lasting] == [each.ms for each in lasting]


def test_timeframes_stand_from_the_shortest_to_the_longest() -> None:
    ascending = list(Timeframe)
    for rank, timeframe in enumerate(ascending):
        assert [each for each in Timeframe if timeframe.is_longer_than(each)] == ascending[:rank]


def test_a_week_starts_on_monday() -> None:
    sunday_night_ms = START_MS + 7 * DAY_MS - 1
    assert Timeframe.W1.open_of(sunday_night_ms) == START_MS
    assert Timeframe.W1.open_of(sunday_night_ms + 1) == START_MS + 7 * DAY_MS


def test_the_week_of_the_epoch_started_before_it() -> None:
    assert Timeframe.W1.open_of(0) == -3 * DAY_MS


def test_three_days_are_counted_from_the_epoch() -> None:
    assert Timeframe.D3.open_of(5 * DAY_MS) == 3 * DAY_MS


def test_a_candle_ends_one_millisecond_before_the_next_opens() -> None:
    assert Timeframe.M5.open_of(START_MS + 299_999) == START_MS
    assert Timeframe.M5.close_of(START_MS) == START_MS + 299_999
    assert Timeframe.M5.open_of(START_MS + 300_000) == START_MS + 300_000


BUILT_FROM = {
    "1m": "",
    "3m": "1m",
    "5m": "1m",
    "15m": "1m 3m 5m",
    "30m": "1m 3m 5m 15m",
    "1h": "1m 3m 5m 15m 30m",
    "2h": "1m 3m 5m 15m 30m 1h",
    "4h": "1m 3m 5m 15m 30m 1h 2h",
    "6h": "1m 3m 5m 15m 30m 1h 2h",
    "8h": "1m 3m 5m 15m 30m 1h 2h 4h",
    "12h": "1m 3m 5m 15m 30m 1h 2h 4h 6h",
    "1d": "1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h",
    "3d": "1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d",
    "1w": "1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d",
    "1M": "1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d",
}


@pytest.mark.parametrize("timeframe", Timeframe)
def test_a_higher_timeframe_is_a_whole_number_of_base_candles(timeframe: Timeframe) -> None:
    bases = [base.value for base in Timeframe if timeframe.is_built_from(base)]
    assert " ".join(bases) == BUILT_FROM[timeframe]


def test_money_is_read_exactly_as_written() -> None:
    assert repr(price("60000.10")) == "Decimal('60000.10')"
    assert repr(quantity("0.001")) == "Decimal('0.001')"
    assert repr(quote("-0.1234567890123456789012345678901")) == (
        "Decimal('-0.1234567890123456789012345678901')"
    )


@pytest.mark.parametrize("text", ["", "ten", "1,5", "0x10", "1e99999999999999999999", "\x00"])
def test_a_word_is_not_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a decimal number"):
        parse_decimal(text)


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-inf"])
def test_money_is_finite(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is not a finite number"):
        parse_decimal(text)


def test_money_is_never_read_from_a_float() -> None:
    with pytest.raises(AssertionError, match="money is read from text, was float"):
        parse_decimal(0.1)  # type: ignore[arg-type]  # the mistake this test is about


@pytest.mark.parametrize(
    ("number", "step", "down", "nearest", "up"),
    [
        ("0.1239", "0.001", "0.123", "0.124", "0.124"),
        ("0.124", "0.001", "0.124", "0.124", "0.124"),
        ("0.1235", "0.001", "0.123", "0.124", "0.124"),
        ("0.1245", "0.001", "0.124", "0.124", "0.125"),
        ("7", "5", "5", "5", "10"),
        ("0.8", "0.5", "0.5", "1.0", "1.0"),
        ("0.8", "0.25", "0.75", "0.75", "1.00"),
        ("-0.8", "0.5", "-1.0", "-1.0", "-0.5"),
        ("0", "0.10", "0.00", "0.00", "0.00"),
        ("100", "0.001", "100.000", "100.000", "100.000"),
        ("1E+3", "0.001", "1000.000", "1000.000", "1000.000"),
        ("123.4", "1E+1", "1.2E+2", "1.2E+2", "1.3E+2"),
        ("1E-30", "0.001", "0.000", "0.000", "0.001"),
        ("0." + "9" * 28, "0.5", "0.5", "1.0", "1.0"),
        ("0." + "9" * 40, "1", "0", "1", "1"),
        ("0.5" + "0" * 40 + "1", "1", "0", "1", "1"),
    ],
)
def test_a_number_goes_to_the_step_its_rule_picks(
    number: str, step: str, down: str, nearest: str, up: str
) -> None:
    rounded = [round_to_step(Decimal(number), Decimal(step), rule) for rule in Rounding]
    assert [str(one) for one in rounded] == [down, up, nearest]


def test_rounding_does_not_depend_on_the_threads_decimal_context() -> None:
    with localcontext(prec=3):
        rounded = round_to_step(Decimal("12345.678"), Decimal("0.01"), Rounding.DOWN)
    assert rounded == Decimal("12345.67")


@pytest.mark.parametrize("step", ["0", "-0.1"])
def test_a_step_goes_somewhere(step: str) -> None:
    with pytest.raises(AssertionError, match=f"step is {step}"):
        round_to_step(Decimal(1), Decimal(step), Rounding.DOWN)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("60000.10", "60000.1"),
        ("60000.00", "60000"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("100", "100"),
        ("-0.50", "-0.5"),
        ("-0.000", "0"),
        ("0E+5", "0"),
    ],
)
def test_a_decimal_is_written_as_the_venue_wants_it(number: str, text: str) -> None:
    assert plain_text(Decimal(number)) == text


@pytest.mark.parametrize("price", [60_000.1, 0.1, 1e-7])
def test_an_observation_is_exactly_what_was_written(price: float) -> None:
    assert observed(price) == Decimal(str(price))


def test_a_float_that_writes_itself_differently_is_read_as_a_float() -> None:
    class Loud(float):
        @override
        def __repr__(self) -> str:
            return "a loud float"

    assert observed(Loud(60_000.1)) == Decimal("60000.1")
