"""RSI, MACD, ROC and CCI: by hand on a few numbers, and what they say where nothing happens."""

import pytest

from noctule.indicators import Cci, Indicator, Macd, MacdValue, Roc, Rsi


def test_an_rsi_is_what_the_gains_are_of_all_moves() -> None:
    rsi = Rsi(2)
    told = [rsi.update(number) for number in (10.0, 12.0, 11.0, 11.0, 15.0, 14.0)]

    # Gains average 1, ½, 2¼, 1⅛ and losses ½, ¼, ⅛, 9/16.
    assert told[:2] == [None, None]
    assert told[2:] == pytest.approx([200 / 3, 200 / 3, 1_800 / 19, 200 / 3])
    assert rsi.warmup == 3


@pytest.mark.parametrize(
    ("numbers", "value"), [([1.0, 2.0, 3.0], 100.0), ([3.0, 2.0, 1.0], 0.0), ([2.0] * 3, 0.0)]
)
def test_an_rsi_is_100_without_losses_and_0_without_gains(
    numbers: list[float], value: float
) -> None:
    rsi = Rsi(2)
    for number in numbers:
        rsi.update(number)

    assert rsi.value == value


def test_an_rsi_stays_to_the_last_digit_for_as_long_as_nothing_moves() -> None:
    rsi = Rsi(14)
    for place in range(20):
        rsi.update(100.0 + place % 3)
    before = rsi.value

    assert {rsi.update(101.0) for _ in range(20_000)} == {before}
    moved = rsi.update(102.0)
    assert moved == pytest.approx(100.0)  # what was before has faded away


def test_a_price_that_never_moved_has_an_rsi_from_its_first_move_on() -> None:
    rsi = Rsi(2)
    for _ in range(10):
        rsi.update(100.0)

    assert [rsi.update(number) for number in (99.0, 100.0)] == [0.0, pytest.approx(200 / 3)]


def test_a_macd_is_the_distance_of_two_averages_and_its_signal() -> None:
    macd = Macd(1, 3, 2)
    told = [macd.update(number) for number in (1.0, 2.0, 6.0, 5.0, 8.0)]

    # The slow average is 3, 4, 6, the distance 3, 1, 2.
    assert told[:3] == [None] * 3
    assert told[3] == MacdValue(1.0, 2.0, -1.0)
    assert macd.value is not None
    assert (macd.value.line, macd.value.signal) == pytest.approx((2.0, 2.0))
    assert macd.warmup == 4


def test_the_fast_average_leaves_out_the_first_numbers_so_that_both_begin_at_once() -> None:
    macd = Macd(2, 3, 1)
    for number in (100.0, 1.0, 3.0):
        macd.update(number)

    assert macd.value is not None
    assert macd.value.line == 2.0 - 104 / 3


def test_a_roc_is_the_change_from_so_many_numbers_before() -> None:
    roc = Roc(2)

    assert [roc.update(number) for number in (4.0, 0.0, 5.0, 7.0)] == [None, None, 25.0, 0.0]
    assert roc.warmup == 3


def test_a_cci_is_the_distance_from_the_mean_in_mean_deviations() -> None:
    cci = Cci(3)
    told = [cci.update(price, price - 1.0, price + 1.0) for price in (10.0, 11.0, 15.0)]

    assert told == [None, None, pytest.approx(3 / (0.015 * 2))]
    assert cci.warmup == 3


@pytest.mark.parametrize("price", [100.1, 0.1, 1 / 3])
@pytest.mark.parametrize("length", [3, 7, 20, 49])
def test_a_cci_of_prices_that_are_all_the_same_is_exactly_0(length: int, price: float) -> None:
    cci = Cci(length)
    for _ in range(length):
        cci.update(price, price, price)

    assert cci.value == 0.0


@pytest.mark.parametrize(
    ("kind", "lengths", "complaint"),
    [
        (Rsi, (1,), "length is 1, the least is 2"),
        (Rsi, (14.0,), "length is 14.0, it must be a whole number"),
        (Macd, (26, 12, 9), "slow is 12, the least is 27"),
        (Macd, (12, 12, 9), "slow is 12, the least is 13"),
        (Macd, (0, 12, 9), "fast is 0, the least is 1"),
        (Macd, (12, 26, 0), "signal is 0, the least is 1"),
        (Roc, (0,), "length is 0, the least is 1"),
        (Cci, (1,), "length is 1, the least is 2"),
    ],
)
def test_lengths_that_make_no_sense_are_refused(
    kind: type[Indicator[object]], lengths: tuple[float, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        kind(*lengths)


@pytest.mark.parametrize(
    ("usual", "spelled"), [(Rsi(), Rsi(14)), (Macd(), Macd(12, 26, 9)), (Cci(), Cci(20))]
)
def test_the_usual_lengths_need_not_be_named(
    usual: Indicator[object], spelled: Indicator[object]
) -> None:
    assert repr(usual) == repr(spelled)
