"""Numbers that are none are refused where they come in, not where they are used."""

from decimal import Decimal

import msgspec
import pytest

from noctule.adapters.binance.wire.row import NamedSymbol, Row


class Example(Row, frozen=True):
    symbol: NamedSymbol
    price: Decimal
    stop: Decimal | None = None


def read(text: str) -> Example:
    return msgspec.json.decode(text, type=Example)


def test_decimals_come_from_their_text_to_the_last_digit() -> None:
    example = read('{"symbol": "BTCUSDT", "price": "0.10", "new": [1]}')
    assert str(example.price) == "0.10"
    assert example.stop is None


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e999", "1e-41", "sNaN", "x", ""])
def test_what_is_no_plausible_number_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(f'{{"symbol": "BTCUSDT", "price": "1", "stop": "{text}"}}')


def test_nought_is_plausible_however_it_is_written() -> None:
    assert read('{"symbol": "BTCUSDT", "price": "0E-90"}').price == 0


def test_a_symbol_without_a_name_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        read('{"symbol": "", "price": "1"}')
