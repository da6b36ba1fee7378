"""Which symbols and timeframe a backtest trades: the configured, or else what the data hold."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from noctule.adapters.replay.names import Kind, NamedFile, data_files, named
from noctule.domain.errors import ConfigError
from noctule.engine.settings import TradingSettings

__all__ = ["keys_for"]

_AS_SHIPPED: Final = TradingSettings()


def keys_for(paths: Sequence[Path], trading: TradingSettings) -> tuple[str, ...]:
    """Return what to configure so that it fits the data: nothing where it does.

    Only what the owner left as it is shipped is fitted: then all that he gives is traded, and in
    its timeframe if there is but one.
    """
    files = [file for file in _named(paths) if file.kind is Kind.CANDLES]
    keys = []
    symbols = tuple(dict.fromkeys(file.symbol for file in files))
    is_shipped = trading.symbols == _AS_SHIPPED.symbols
    if is_shipped and symbols and symbols != trading.symbols:
        keys.append(f"trading.symbols={','.join(symbols)}")
    frames = tuple(dict.fromkeys(file.timeframe for file in files if file.timeframe is not None))
    is_shipped = trading.timeframe is _AS_SHIPPED.timeframe
    if is_shipped and len(frames) == 1 and trading.timeframe not in frames:
        keys.append(f"trading.timeframe={frames[0].value}")
    return tuple(keys)


def _named(paths: Sequence[Path]) -> Iterator[NamedFile]:
    """Read what the names say; what a file is that says nothing, the configuration says."""
    for path in data_files(paths):
        try:
            yield named(path)
        except ConfigError:
            continue
