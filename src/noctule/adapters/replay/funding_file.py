"""One file's funding rates: settled a moment after the hour, meant for the hour."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.replay.columns import SourceFile
from noctule.adapters.replay.flaws import flaws_of
from noctule.adapters.replay.judging import number_flaw, time_flaw, to_ms
from noctule.adapters.replay.layout import FUNDING
from noctule.adapters.replay.sources import sha256_of
from noctule.domain.errors import ConfigError

__all__ = ["FundingFile", "FundingJudge", "read_funding"]

_HOUR_MS: Final = 3_600_000
_OFF_MS_MAX: Final = 60_000  # from the hour that is meant; the exchange is late by tens of ms


class FundingFile(Struct, frozen=True, kw_only=True):
    """What a file held; a few rows a day, so plain tuples do."""

    source: SourceFile
    times_ms: tuple[int, ...]  # on the hour
    rates: tuple[Decimal, ...]


class FundingJudge:
    """Judges the rows of one file one after the other, and keeps what they say."""

    def __init__(self) -> None:
        self.times_ms: list[int] = []
        self.rates: list[Decimal] = []

    def __call__(self, fields: Sequence[str]) -> str | None:
        """Say what is wrong with the next row."""
        time, _, rate, *_ = fields
        flaw = time_flaw("calc_time", time) or number_flaw("last_funding_rate", rate)
        if flaw is not None:
            return flaw
        at_ms = to_ms(time)
        hour_ms = (at_ms + _HOUR_MS // 2) // _HOUR_MS * _HOUR_MS
        if abs(at_ms - hour_ms) > _OFF_MS_MAX:
            return f"calc_time {time} is off the hour, should be {hour_ms}"
        if self.times_ms and hour_ms <= self.times_ms[-1]:
            return f"calc_time {time} is not after the row above, should be in time order"
        self.times_ms.append(hour_ms)
        self.rates.append(Decimal(rate))
        return None


def read_funding(path: Path) -> FundingFile:
    """Read a file of one symbol's funding, or raise a ConfigError that names the first bad line."""
    judge = FundingJudge()
    flaw = next(flaws_of(path, FUNDING, judge), None)
    if flaw is not None:
        raise ConfigError([str(flaw)])
    return FundingFile(
        source=SourceFile(path=path, sha256=sha256_of(path), rows=len(judge.rates)),
        times_ms=tuple(judge.times_ms),
        rates=tuple(judge.rates),
    )
