"""The exchange's house rules: how much one may ask, and how long things live."""

from msgspec import Struct

__all__ = ["Terms"]

_SECOND_MS = 1_000
_MINUTE_MS = 60 * _SECOND_MS
_HOUR_MS = 60 * _MINUTE_MS


class Terms(Struct, frozen=True, kw_only=True):
    """Limits and lifetimes; every time is real, however fast the market runs.

    The defaults are the live exchange's; a test shortens what it cannot wait for.
    """

    weight_per_minute: int = 2_400
    orders_per_minute: int = 1_200
    orders_per_10s: int = 300
    funding_calls_per_5m: int = 500  # a pool of its own, without a weight header
    strikes_max: int = 10  # calls made in spite of 429 before the address is banned
    ban_ms: int = 2 * _MINUTE_MS  # the first; each later one doubles
    ban_ms_max: int = 3 * 24 * _HOUR_MS

    recv_window_ms: int = 5 * _SECOND_MS
    recv_window_ms_max: int = 60 * _SECOND_MS
    ahead_ms: int = 1 * _SECOND_MS  # how far a timestamp may lie in the future

    listen_key_ms: int = 60 * _MINUTE_MS
    ping_ms: int = 3 * _MINUTE_MS
    pong_ms: int = 10 * _MINUTE_MS
    life_ms: int = 24 * _HOUR_MS
    streams_max: int = 1_024
    messages_per_second: int = 10
    sessions_max: int = 1_000
    outbox_max: int = 10_000  # frames a slow reader may owe us before it is dropped
    read_ms: int = 10 * _SECOND_MS  # how long a request may take to arrive

    # UNCONFIRMED on the real exchange, hence switches:
    refuses_unknown_parameters: bool = True  # -1104; catches typing errors
    takes_ed25519_on_rest: bool = True
    names_listen_key_in_envelope: bool = True  # else the event's name stands there
