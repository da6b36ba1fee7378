"""What can be said of a file: what is in it, what it lacks, and why it is refused if it is."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.replay.cache import CandleCache
from noctule.adapters.replay.candle_file import read_candles
from noctule.adapters.replay.columns import Gap
from noctule.adapters.replay.flaws import flaws_of
from noctule.adapters.replay.funding_file import FundingJudge, read_funding
from noctule.adapters.replay.gaps import gaps_of
from noctule.adapters.replay.judging import CandleJudge
from noctule.adapters.replay.layout import CANDLES, FUNDING
from noctule.adapters.replay.names import Kind, named
from noctule.adapters.replay.tables import OnBytes
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Verdict", "verdict_of"]


class Verdict(Struct, frozen=True, kw_only=True):
    """One file, judged; of a refused one no more is known than that."""

    path: Path
    bytes: int
    kind: Kind | None = None
    symbol: Symbol | None = None
    timeframe: Timeframe | None = None
    from_ms: int | None = None
    to_ms: int | None = None  # when the candle after the last one would open
    rows: int = 0
    gaps: tuple[Gap, ...] = ()
    idle: int | None = None  # candles without a trade; marks and funding have none
    flaws: int = 0  # bad rows
    problem: str | None = None  # why it is refused: the first of its flaws


def verdict_of(
    path: Path,
    *,
    symbol: str | None = None,
    timeframe: Timeframe | None = None,
    cache: CandleCache | None = None,
    on_bytes: OnBytes = lambda _at: None,
) -> Verdict:
    """Judge a file by itself; what its name does not say of it is taken from the caller."""
    verdict = Verdict(path=path, bytes=path.stat().st_size)
    try:
        file = named(path, symbol=symbol, timeframe=timeframe)
        verdict = replace(verdict, kind=file.kind, symbol=file.symbol, timeframe=file.timeframe)
        if file.timeframe is None:
            return _of_funding(verdict)
        return _of_candles(verdict, file.timeframe, cache, on_bytes)
    except ConfigError as exc:
        return replace(verdict, flaws=_count_flaws(verdict), problem=exc.problems[0])


def _of_candles(
    verdict: Verdict, timeframe: Timeframe, cache: CandleCache | None, on_bytes: OnBytes
) -> Verdict:
    block = read_candles(verdict.path, timeframe, cache=cache, on_bytes=on_bytes).block
    return replace(
        verdict,
        from_ms=int(block.open_ms[0]),
        to_ms=timeframe.next_open(int(block.open_ms[-1])),
        rows=len(block),
        gaps=gaps_of(block.open_ms, timeframe),
        idle=block.idle if verdict.kind is Kind.CANDLES else None,
    )


def _of_funding(verdict: Verdict) -> Verdict:
    file = read_funding(verdict.path)
    return replace(
        verdict, from_ms=file.times_ms[0], to_ms=file.times_ms[-1] + 1, rows=len(file.rates)
    )


def _count_flaws(verdict: Verdict) -> int:
    """Count the bad rows; a file of which nothing can be judged has one flaw, itself."""
    if verdict.timeframe is not None:
        flaws = flaws_of(verdict.path, CANDLES, CandleJudge(verdict.timeframe))
    elif verdict.kind is Kind.FUNDING:
        flaws = flaws_of(verdict.path, FUNDING, FundingJudge())
    else:
        return 1
    return max(1, sum(1 for _ in flaws))
