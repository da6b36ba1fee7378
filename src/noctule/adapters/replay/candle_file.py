"""One file's candles, read, checked and in time order."""

from pathlib import Path

import numpy as np
from msgspec import Struct
from pyarrow import ArrowException

from noctule.adapters.replay.blocks import Block, joined
from noctule.adapters.replay.columns import SourceFile
from noctule.adapters.replay.flaws import flaws_of
from noctule.adapters.replay.judging import CandleJudge
from noctule.adapters.replay.layout import CANDLES
from noctule.adapters.replay.parsing import block_of
from noctule.adapters.replay.sources import sha256_of, stamp_of
from noctule.adapters.replay.tables import OnBytes, Unread, tables
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe

__all__ = ["CandleFile", "read_candles"]


class CandleFile(Struct, frozen=True, kw_only=True, eq=False):
    """What a file held."""

    source: SourceFile
    block: Block


def read_candles(path: Path, timeframe: Timeframe, *, on_bytes: OnBytes) -> CandleFile:
    """Read a file of one symbol's candles, or raise a ConfigError that names the first bad line."""
    try:
        before = stamp_of(path)
        sha256 = sha256_of(path)
        block = _read(path, timeframe, on_bytes)
        after = stamp_of(path)
    except (Unread, OSError) as exc:
        flaw = next(flaws_of(path, CANDLES, CandleJudge(timeframe)), None)
        raise ConfigError(
            [f"{path}: cannot be read: {exc}" if flaw is None else str(flaw)]
        ) from exc
    if before != after:
        raise ConfigError([f"{path}: was written to while it was read, should be whole first"])
    return CandleFile(source=SourceFile(path=path, sha256=sha256, rows=len(block)), block=block)


def _read(path: Path, timeframe: Timeframe, on_bytes: OnBytes) -> Block:
    try:
        blocks = [block_of(table, timeframe) for table in tables(path, on_bytes)]
    except ArrowException as exc:
        raise Unread(str(exc)) from exc
    if not blocks:
        raise Unread("there is no candle in it")
    block = joined(blocks)
    if (np.diff(block.open_ms) <= 0).any():
        raise Unread("the candles are not in time order")
    return block
