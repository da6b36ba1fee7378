"""A stretch of one symbol's closes in a few bytes, to compare what two sides have told."""

import hashlib
import struct

from noctule.domain.market import Candle

__all__ = ["Tally"]


class Tally:
    """How many closes there were, whether they follow one another, and their digest."""

    def __init__(self, first_ms: int | None = None) -> None:
        self.first_ms = self.next_ms = first_ms  # None: wherever the first one is
        self.count = 0
        self.gaps = 0
        self.digest = hashlib.blake2b()

    def add(self, candle: Candle) -> None:
        """Take the next close."""
        if self.first_ms is None:
            self.first_ms = self.next_ms = candle.open_ms
        self.gaps += candle.open_ms != self.next_ms
        self.next_ms = candle.close_ms + 1
        self.count += 1
        self.digest.update(
            struct.pack(
                "<qq7dq",
                candle.open_ms,
                candle.close_ms,
                candle.open,
                candle.high,
                candle.low,
                candle.close,
                candle.volume,
                candle.quote_volume,
                candle.taker_buy_volume,
                candle.trades,
            )
        )
