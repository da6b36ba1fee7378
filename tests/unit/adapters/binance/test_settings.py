"""[api]: addresses must be addresses, and hold no password."""

import pytest
from pydantic import ValidationError

from noctule.adapters.binance.settings import ApiSettings


def told(**keys: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        ApiSettings.model_validate(keys)
    return [error["msg"].removeprefix("Value error, ") for error in caught.value.errors()]


def test_addresses_of_the_right_kind_are_kept_as_written() -> None:
    settings = ApiSettings(
        rest_url="http://127.0.0.1:8000",
        stream_url="wss://fstream.binance.com",
        ws_api_url="ws://localhost",
        proxy_url="http://127.0.0.1:3128",
    )
    assert settings.rest_url == "http://127.0.0.1:8000"
    assert settings.stream_url == "wss://fstream.binance.com"
    assert settings.ws_api_url == "ws://localhost"
    assert settings.proxy_url == "http://127.0.0.1:3128"


def test_an_address_of_another_kind_is_refused() -> None:
    assert told(rest_url="wss://host", stream_url="https://host", ws_api_url="ws://") == [
        "'wss://host' is not a URL for this, write http://… or https://…",
        "'https://host' is not a URL for this, write ws://… or wss://…",
        "'ws://' is not a URL for this, write ws://… or wss://…",
    ]
    assert told(rest_url="host") == ["'host' is not a URL for this, write http://… or https://…"]


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    assert told(rest_url="https://me:hush@host") == [
        "the URL carries a user name, write https://host without one"
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://ho st",
        "https://host\t",
        "https://a\\b",
        "https:///path",
        "https://h:99999",
        "https://[x",
    ],
)
def test_what_two_readers_would_read_in_two_ways_is_refused(url: str) -> None:
    assert told(rest_url=url) == [f"{url!r} is not a URL for this, write http://… or https://…"]


def test_time_outs_have_ranges() -> None:
    assert len(told(recv_window_ms=60_001, timeout_ms=0, order_timeout_ms=99)) == 3
