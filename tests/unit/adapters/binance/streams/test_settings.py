"""The defaults of a kept connection, held to the exchange's rules and to our promise."""

from noctule.adapters.binance.streams.settings import StreamSettings

DEFAULTS = StreamSettings()
SECOND_MS, HOUR_MS = 1_000, 3_600_000


def test_a_dead_connection_is_noticed_within_ten_seconds() -> None:
    assert DEFAULTS.silence_ms < 10 * SECOND_MS
    assert DEFAULTS.pong_timeout_ms <= DEFAULTS.ping_ms
    assert DEFAULTS.ping_ms + DEFAULTS.pong_timeout_ms < 10 * SECOND_MS


def test_messages_stay_below_ten_a_second_even_when_the_network_holds_half_a_second_back() -> None:
    subscribes = -(-1_500 // DEFAULTS.message_gap_ms)
    pings_and_a_pong = 2
    assert subscribes + pings_and_a_pong <= 10


def test_connections_are_smaller_and_shorter_than_the_exchange_allows() -> None:
    assert DEFAULTS.names_per_connection <= 1_024
    assert DEFAULTS.life_ms < 24 * HOUR_MS
