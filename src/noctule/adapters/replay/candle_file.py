"""One file's candles, read, checked and in time order."""

from pathlib import Path

from msgspec import Struct
from pyarrow import ArrowException

from noctule.adapters.replay.blocks import Block, Pile
from noctule.adapters.replay.cache import CandleCache, Kept
from noctule.adapters.replay.columns import SourceFile
from noctule.adapters.replay.flaws import flaws_of
from noctule.adapters.replay.judging import CandleJudge
from noctule.adapters.replay.layout import CANDLES
from noctule.adapters.replay.parsing import block_of
from noctule.adapters.replay.sources import Stamp, sha256_of, stamp_of
from noctule.adapters.replay.tables import OnBytes, Unread, tables
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe

__all__ = ["CandleFile", "read_candles"]


class CandleFile(Struct, frozen=True, kw_only=True, eq=False):
    """What a file held."""

    source: SourceFile
    block: Block


def read_candles(
    path: Path, timeframe: Timeframe, *, cache: CandleCache | None, on_bytes: OnBytes
) -> CandleFile:
    """Read a file of one symbol's candles, or raise a ConfigError that names the first bad line."""
    try:
        stamp = stamp_of(path)
        kept = None if cache is None else cache.found(path, timeframe, stamp)
        if kept is None:
            kept = _read(path, timeframe, stamp, on_bytes)
            if cache is not None:
                cache.keep(path, timeframe, kept)
    except (Unread, OSError) as exc:
        flaw = next(flaws_of(path, CANDLES, CandleJudge(timeframe)), None)
        raise ConfigError(
            [f"{path}: cannot be read: {exc}" if flaw is None else str(flaw)]
        ) from exc
    source = SourceFile(path=path, sha256=kept.sha256, rows=len(kept.block))
    return CandleFile(source=source, block=kept.block)


def _read(path: Path, timeframe: Timeframe, stamp: Stamp, on_bytes: OnBytes) -> Kept:
    sha256 = sha256_of(path)
    pile = Pile()
    try:
        for table in tables(path, on_bytes):
            pile.add(block_of(table, timeframe))
    except ArrowException as exc:
        raise Unread(str(exc)) from exc
    block = pile.whole()
    if not len(block):
        raise Unread("there is no candle in it")
    if (block.open_ms[1:] <= block.open_ms[:-1]).any():
        raise Unread("the candles are not in time order")
    if stamp_of(path) != stamp:
        raise ConfigError([f"{path}: was written to while it was read, should be whole first"])
    block.let_go()
    return Kept(stamp=stamp, sha256=sha256, block=block)
