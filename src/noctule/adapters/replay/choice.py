"""Which of the files there are is meant: whose candles, of which timeframe, with which marks."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from noctule.adapters.replay.names import Kind, NamedFile, named
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Chosen", "Wanted", "chosen_of"]

_Files = Mapping[Symbol, Sequence[NamedFile]]


class Wanted(Struct, frozen=True, kw_only=True):
    """What the caller asked for; None is left to the files, if they agree."""

    symbols: tuple[Symbol, ...] | None = None
    timeframe: Timeframe | None = None
    finer: Timeframe | None = None


class Chosen(Struct, frozen=True, kw_only=True):
    """The files to read, for each symbol."""

    timeframe: Timeframe
    candles: _Files
    finer: _Files
    marks: _Files
    funding: _Files


def chosen_of(paths: Sequence[Path], wanted: Wanted) -> Chosen:
    """Return the files that are meant, or say what has to be told apart."""
    alone = wanted.symbols[0] if wanted.symbols and len(wanted.symbols) == 1 else None
    files = [named(path, symbol=alone, timeframe=wanted.timeframe) for path in paths]
    candles = [file for file in files if file.kind is Kind.CANDLES]
    symbols = wanted.symbols or _only_symbol(candles)
    timeframe = wanted.timeframe or _only_timeframe(candles, symbols, wanted.finer)
    if wanted.finer is not None and not timeframe.is_built_from(wanted.finer):
        raise ConfigError([f"candles of {timeframe} are not made of whole ones of {wanted.finer}"])
    finer = {} if wanted.finer is None else _all_of(candles, symbols, wanted.finer)
    return Chosen(
        timeframe=timeframe,
        candles=_all_of(candles, symbols, timeframe),
        finer=finer,
        marks={
            symbol: _one_length(found, timeframe)
            for symbol in symbols
            if (found := _of(files, symbol, Kind.MARKS))
        },
        funding={
            symbol: found for symbol in symbols if (found := _of(files, symbol, Kind.FUNDING))
        },
    )


def _only_symbol(candles: Sequence[NamedFile]) -> tuple[Symbol, ...]:
    symbols = tuple(dict.fromkeys(file.symbol for file in candles))
    if not symbols:
        raise ConfigError(["no file of candles is there, only marks or funding"])
    if len(symbols) > 1:
        raise ConfigError([f"candles of {', '.join(symbols)} are there: say which symbols to use"])
    return symbols


def _only_timeframe(
    candles: Sequence[NamedFile], symbols: Sequence[Symbol], finer: Timeframe | None
) -> Timeframe:
    first: dict[Timeframe, NamedFile] = {}
    for file in candles:
        if file.symbol in symbols and file.timeframe is not None and file.timeframe != finer:
            first.setdefault(file.timeframe, file)
    if not first:
        raise ConfigError([f"no file of candles of {', '.join(symbols)} is there"])
    if len(first) > 1:
        raise ConfigError([f"{_told(first)}: say which timeframe to use, a finer one can refine"])
    return next(iter(first))


def _all_of(
    candles: Sequence[NamedFile], symbols: Sequence[Symbol], timeframe: Timeframe
) -> _Files:
    files = {
        symbol: [each for each in _of(candles, symbol) if each.timeframe is timeframe]
        for symbol in symbols
    }
    problems = [
        f"{symbol}: no file of {timeframe} candles is there{_others(candles, symbol)}"
        for symbol, found in files.items()
        if not found
    ]
    if problems:
        raise ConfigError(problems)
    return files


def _one_length(marks: Sequence[NamedFile], timeframe: Timeframe) -> Sequence[NamedFile]:
    """Return the marks of one timeframe: the only one, or else that of the candles."""
    first: dict[Timeframe | None, NamedFile] = {}
    for file in marks:
        first.setdefault(file.timeframe, file)
    if len(first) == 1:
        return marks
    fitting = [file for file in marks if file.timeframe is timeframe]
    if not fitting:
        raise ConfigError([f"{_told(first)}: leave all but one of these mark prices out"])
    return fitting


def _of(
    files: Iterable[NamedFile], symbol: Symbol, kind: Kind = Kind.CANDLES
) -> Sequence[NamedFile]:
    return [file for file in files if file.symbol == symbol and file.kind is kind]


def _told(first: Mapping[Timeframe, NamedFile] | Mapping[Timeframe | None, NamedFile]) -> str:
    return ", ".join(f"{file.path} holds {timeframe}" for timeframe, file in first.items())


def _others(candles: Sequence[NamedFile], symbol: Symbol) -> str:
    there = dict.fromkeys(file.timeframe or "" for file in _of(candles, symbol))
    return f", only of {', '.join(there)}" if there else ""
