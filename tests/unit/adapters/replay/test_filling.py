"""Blank columns are what exact arithmetic fills in, to the last digit."""

from decimal import ROUND_DOWN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.replay.filling import Blanks, Filled, filled

NAN = float("nan")


def written(whole: int, places: int) -> str:
    return f"{Decimal(whole).scaleb(-places):f}"


digits = st.builds(written, st.integers(1, 10**9), st.integers(0, 8))
volumes = st.builds(written, st.integers(0, 10**12), st.integers(0, 8))


def blanks(
    prices: tuple[str, str, str, str], volume: str, *told: float, decimals: int | None = None
) -> Blanks:
    places = max(0, -int(Decimal(volume).as_tuple().exponent)) if decimals is None else decimals
    quote, count, taker, taker_quote = told or (NAN,) * 4
    opened, high, low, close = (np.array([float(price)]) for price in prices)
    return Blanks(
        prices=(opened, high, low, close),
        volume=np.array([float(volume)]),
        volume_decimals=np.array([places]),
        quote_volume=np.array([quote]),
        count=np.array([count]),
        taker_buy_volume=np.array([taker]),
        taker_buy_quote=np.array([taker_quote]),
    )


def row_of(full: Filled) -> tuple[float, float, float, float]:
    columns = (full.quote_volume, full.trades, full.taker_buy_volume, full.taker_buy_quote)
    quote, trades, taker, taker_quote = (float(column[0]) for column in columns)
    return quote, trades, taker, taker_quote


@given(prices=st.tuples(digits, digits, digits, digits), volume=volumes)
def test_all_blank_is_filled_as_exact_decimals_would_be(
    prices: tuple[str, str, str, str], volume: str
) -> None:
    exact, mean = Decimal(volume), sum(map(Decimal, prices), Decimal(0)) / 4
    half = (exact / 2).quantize(exact, rounding=ROUND_DOWN)

    assert row_of(filled(blanks(prices, volume))) == (
        float(exact * mean),
        4 if exact else 0,
        float(half),
        float(half * mean),
    )


PRICES = ("100", "110", "95", "105")


@pytest.mark.parametrize(
    ("volume", "half"),
    [("3", 1.0), ("3.0", 1.5), ("3.001", 1.5), ("200.50", 100.25), ("200.5", 100.2), ("0", 0.0)],
)
def test_half_of_a_volume_has_the_decimals_it_was_written_with(volume: str, half: float) -> None:
    assert row_of(filled(blanks(PRICES, volume)))[2] == half


@pytest.mark.parametrize(
    ("told", "row"),
    [
        ((400.0, NAN, NAN, NAN), (400.0, 4.0, 1.5, 153.75)),
        ((100.0, NAN, NAN, NAN), (100.0, 4.0, 1.5, 100.0)),
        ((NAN, 9.0, NAN, NAN), (307.5, 9.0, 1.5, 153.75)),
        ((NAN, NAN, 1.0, NAN), (307.5, 4.0, 1.0, 102.5)),
        ((NAN, NAN, NAN, 7.0), (307.5, 4.0, 1.5, 7.0)),
        ((1.0, 2.0, 3.0, 4.0), (1.0, 2.0, 3.0, 4.0)),
    ],
)
def test_what_is_told_stays(
    told: tuple[float, float, float, float], row: tuple[float, float, float, float]
) -> None:
    assert row_of(filled(blanks(PRICES, "3.000", *told))) == row


@pytest.mark.parametrize(
    ("prices", "volume", "decimals"),
    [
        (("29284.12345678901", "3e4", "29000.1", "29100"), "3.5", None),  # too long for ticks
        (("1e15", "1e15", "1e15", "1e15"), "3.5", None),
        (PRICES, "3.5", -1),  # written with an exponent
        (PRICES, "3.5", 400),
    ],
)
def test_what_is_longer_than_usual_is_filled_by_hand(
    prices: tuple[str, str, str, str], volume: str, decimals: int | None
) -> None:
    quote, trades, taker, taker_quote = row_of(filled(blanks(prices, volume, decimals=decimals)))

    mean = sum((Decimal(repr(float(price))) for price in prices), Decimal(0)) / 4
    assert (quote, trades) == (float(Decimal("3.5") * mean), 4)
    assert taker == 1.7
    assert taker_quote == float(Decimal(repr(taker)) * mean)


@pytest.mark.parametrize("price", ["nan", "inf", "-inf"])
def test_impossible_numbers_are_left_to_whoever_checks_them(price: str) -> None:
    row = row_of(filled(blanks(("100", price, "95", "105"), "3.5")))
    assert np.isnan(row).all()
