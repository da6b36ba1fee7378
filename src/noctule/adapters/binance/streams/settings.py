"""How a connection is kept: every bound in real milliseconds, so that tests can shrink it."""

from msgspec import Struct

__all__ = ["StreamSettings"]

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS


class StreamSettings(Struct, frozen=True, kw_only=True):
    """The defaults notice a dead connection within ten seconds.

    Messages to the exchange are spaced, not sent in bursts: it allows 10 a second of all kinds
    (facts 4), and a network that holds some back must not make more of them arrive at once.
    """

    connect_timeout_ms: int = 5_000
    close_timeout_ms: int = 1_000
    acknowledge_timeout_ms: int = 5_000  # of a SUBSCRIBE
    message_gap_ms: int = 200
    names_per_message: int = 100
    names_per_connection: int = 200  # the exchange allows 1024

    ping_ms: int = 4_000
    pong_timeout_ms: int = 3_500  # shorter than the time to the next ping
    silence_ms: int = 8_000  # where a stream is among the names that always talks, see stream_names

    backoff_ms: int = 500  # the first wait is drawn below this, each later one below its double …
    backoff_ms_max: int = 15_000  # … and never longer than this
    stable_ms: int = _MINUTE_MS  # a connection that lived so long is not held against the next

    life_ms: int = 23 * _HOUR_MS  # the exchange hangs up at 24 hours
    life_jitter_ms: int = 30 * _MINUTE_MS  # taken off, so that not all move at once
    overlap_ms: int = 2_000  # old and new both talk for so long: what is on its way still arrives
