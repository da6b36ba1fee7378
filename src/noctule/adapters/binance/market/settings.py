"""What is collected beside candles, and how long each thing may take in real time."""

from typing import Literal

from msgspec import Struct

__all__ = ["CollectorSettings", "MarkPace"]

MarkPace = Literal["off", "1s", "3s"]


class CollectorSettings(Struct, frozen=True, kw_only=True):
    """Every time is in real milliseconds, however fast the market runs."""

    mark_price: MarkPace = "1s"  # with the funding rate
    book_ticker: bool = False
    trades: bool = False
    depth_levels: int = 0  # of each side in a DepthUpdated; 0: no order book

    check_ms: int = 250  # how often deadlines are looked at: each look wakes the processor
    close_grace_ms: int = (
        1_500  # after a candle's end its close may take so long, then REST is asked
    )
    retry_ms: int = 1_000  # between two questions about one candle; doubles while it is in vain …
    retry_ms_max: int = 30_000  # … up to this
    fetches_at_once: int = 4

    silence_ms: int = 4_000  # so long may a kline stream be silent before REST is asked why
    probe_ms: int = 2_000  # so long is the market watched for trades meanwhile
    push_ms: int = 1_000  # a trade is on the stream within this
    unheard_max: int = 2  # traded candles in a row of which the stream had no word

    events_max: int = 10_000  # that wait for the bus; beyond it candles are fetched again later
