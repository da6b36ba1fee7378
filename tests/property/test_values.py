"""Time has no holes and money no rounding of its own."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.domain.values import Rounding, Timeframe, parse_decimal, plain_text, round_to_step

timeframes = st.sampled_from(Timeframe)
instants = st.integers(-(10**13), 10**14)
finite_decimals = st.decimals(allow_nan=False, allow_infinity=False)
amounts = st.builds(
    lambda digits, places: Decimal(f"{digits}E-{places}"),
    st.integers(-(10**28) + 1, 10**28 - 1),  # every digit Decimal's arithmetic may leave us with
    st.integers(0, 28),
)
steps = st.builds(
    lambda digits, exponent: Decimal(f"{digits}E{exponent}"),
    st.sampled_from([1, 3, 5, 25]),
    st.integers(-10, 3),
)


@given(timeframe=timeframes, at_ms=instants)
def test_every_instant_lies_in_one_candle(timeframe: Timeframe, at_ms: int) -> None:
    open_ms, close_ms = timeframe.open_of(at_ms), timeframe.close_of(at_ms)
    assert open_ms <= at_ms <= close_ms
    assert timeframe.next_open(at_ms) == close_ms + 1
    assert timeframe.open_of(open_ms) == timeframe.open_of(close_ms) == open_ms


@given(timeframe=timeframes, at_ms=instants)
def test_a_candle_is_as_long_as_its_timeframe_and_a_month_as_its_days(
    timeframe: Timeframe, at_ms: int
) -> None:
    length_ms = timeframe.next_open(at_ms) - timeframe.open_of(at_ms)
    if timeframe is Timeframe.MO1:
        assert length_ms // Timeframe.D1.ms in {28, 29, 30, 31}
        assert length_ms % Timeframe.D1.ms == 0
    else:
        assert length_ms == timeframe.ms


@given(timeframe=timeframes, at_ms=instants)
def test_candles_follow_one_another_without_a_gap(timeframe: Timeframe, at_ms: int) -> None:
    assert timeframe.open_of(timeframe.close_of(at_ms) + 1) == timeframe.close_of(at_ms) + 1
    assert timeframe.close_of(timeframe.open_of(at_ms) - 1) == timeframe.open_of(at_ms) - 1


@given(higher=timeframes, base=timeframes, at_ms=instants)
def test_what_is_built_from_base_candles_never_cuts_one(
    higher: Timeframe, base: Timeframe, at_ms: int
) -> None:
    if higher.is_built_from(base):
        open_ms, close_ms = higher.open_of(at_ms), higher.close_of(at_ms)
        assert base.open_of(open_ms) == open_ms
        assert base.close_of(close_ms) == close_ms


@given(number=amounts, step=steps)
def test_rounding_down_never_goes_up_and_rounding_up_never_down(
    number: Decimal, step: Decimal
) -> None:
    down = round_to_step(number, step, Rounding.DOWN)
    up = round_to_step(number, step, Rounding.UP)
    assert Fraction(number) - Fraction(step) < Fraction(down) <= Fraction(number)
    assert Fraction(number) <= Fraction(up) < Fraction(number) + Fraction(step)


@given(number=amounts, step=steps)
def test_the_nearest_step_is_at_most_half_a_step_away(number: Decimal, step: Decimal) -> None:
    nearest = round_to_step(number, step, Rounding.NEAREST)
    assert abs(Fraction(number) - Fraction(nearest)) * 2 <= Fraction(step)


@given(number=amounts, step=steps, rounding=st.sampled_from(Rounding))
def test_what_is_rounded_is_a_whole_number_of_steps_in_the_steps_own_digits(
    number: Decimal, step: Decimal, rounding: Rounding
) -> None:
    rounded = round_to_step(number, step, rounding)
    assert (Fraction(rounded) / Fraction(step)).denominator == 1
    assert rounded.as_tuple().exponent == step.as_tuple().exponent
    assert round_to_step(rounded, step, rounding) == rounded


@given(number=finite_decimals | amounts)
def test_plain_text_reads_back_to_the_same_amount(number: Decimal) -> None:
    text = plain_text(number)
    assert parse_decimal(text) == number
    assert set(text) <= set("-.0123456789")


@given(number=finite_decimals | amounts)
def test_plain_text_has_no_zero_that_says_nothing(number: Decimal) -> None:
    whole, _, fraction = plain_text(number).removeprefix("-").partition(".")
    assert not fraction.endswith("0")
    assert whole == "0" or not whole.startswith("0")


@given(text=st.text(st.characters(exclude_categories=())))
def test_any_text_is_a_finite_number_or_a_value_error(text: str) -> None:
    try:
        number = parse_decimal(text)
    except ValueError:
        return
    assert number.is_finite()


@given(number=finite_decimals)
def test_money_keeps_every_digit_it_was_written_with(number: Decimal) -> None:
    assert parse_decimal(str(number)).as_tuple() == number.as_tuple()


@given(number=st.floats())
def test_a_float_is_not_money(number: float) -> None:
    with pytest.raises(AssertionError, match="money is read from text, was float"):
        parse_decimal(number)  # type: ignore[arg-type]  # the mistake this test is about
