"""What is typed is checked, and put into the exchange's words."""

import pytest

from noctule.app.fetching.asked import order_of
from noctule.app.fetching.running import Order
from noctule.app.fetching.series import Kind
from noctule.domain.errors import ConfigError


def asked(*symbols: str, interval: str = "5m", kinds: set[Kind] | None = None) -> Order:
    return order_of(
        symbols,
        interval,
        from_text="2023-05-01",
        to_text=None,
        kinds=kinds or {Kind.CANDLES},
    )


def test_each_symbol_is_asked_for_once_in_the_exchange_s_letters() -> None:
    order = asked("btcusdt", "ETHUSDT", "BTCUSDT", kinds={Kind.MARKS, Kind.FUNDING, Kind.CANDLES})

    assert [each.title for each in order.series] == [
        "BTCUSDT 5m",
        "BTCUSDT funding",
        "BTCUSDT 5m mark price",
        "ETHUSDT 5m",
        "ETHUSDT funding",
        "ETHUSDT 5m mark price",
    ]


@pytest.mark.parametrize("text", ["../BTCUSDT", "BTC/USDT", "BTC-USDT", "", "BTC USDT", "."])
def test_a_symbol_that_would_lead_to_another_folder_is_none(text: str) -> None:
    with pytest.raises(ConfigError, match="no symbol, write one like BTCUSDT"):
        asked(text)


def test_an_unknown_interval_says_which_there_are() -> None:
    with pytest.raises(ConfigError) as caught:
        asked("BTCUSDT", interval="5min")

    assert caught.value.problems == ("--interval 5min: unknown, did you mean '5m'?",)
