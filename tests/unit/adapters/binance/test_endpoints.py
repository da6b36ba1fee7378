"""Every environment has its addresses; what the settings name comes first."""

import pytest

from noctule.adapters.binance.endpoints import Endpoints, endpoints_of
from noctule.adapters.binance.settings import ApiSettings, Environment


@pytest.mark.parametrize(
    ("environment", "rest_url"),
    [
        ("live", "https://fapi.binance.com"),
        ("paper", "https://fapi.binance.com"),
        ("testnet", "https://demo-fapi.binance.com"),
        ("sim", "http://127.0.0.1:8780"),
    ],
)
def test_an_environment_has_its_own_exchange(environment: Environment, rest_url: str) -> None:
    assert endpoints_of(ApiSettings(environment=environment)).rest_url == rest_url


def test_what_the_settings_name_comes_first() -> None:
    settings = ApiSettings(
        environment="live",
        rest_url="http://127.0.0.1:1/",
        stream_url="ws://127.0.0.1:2",
        ws_api_url="ws://127.0.0.1:3/ws-fapi/v1",
    )
    assert endpoints_of(settings) == Endpoints(
        rest_url="http://127.0.0.1:1",
        stream_url="ws://127.0.0.1:2",
        ws_api_url="ws://127.0.0.1:3/ws-fapi/v1",
    )


def test_a_simulated_exchange_is_all_at_its_rest_address() -> None:
    assert endpoints_of(ApiSettings(environment="sim", rest_url="http://127.0.0.1:1/")) == (
        Endpoints(
            rest_url="http://127.0.0.1:1",
            stream_url="ws://127.0.0.1:1",
            ws_api_url="ws://127.0.0.1:1/ws-fapi/v1",
        )
    )
    elsewhere = ApiSettings(
        environment="sim", rest_url="https://there", stream_url="ws://127.0.0.1:2"
    )
    assert endpoints_of(elsewhere).stream_url == "ws://127.0.0.1:2"
    assert endpoints_of(elsewhere).ws_api_url == "wss://there/ws-fapi/v1"


def test_all_that_is_not_ours_is_encrypted() -> None:
    for environment in ("live", "testnet"):
        endpoints = endpoints_of(ApiSettings(environment=environment))
        assert endpoints.rest_url.startswith("https://")
        assert endpoints.stream_url.startswith("wss://")
        assert endpoints.ws_api_url.startswith("wss://")
