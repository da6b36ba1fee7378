"""The candles that a strategy is tried on: out of files, or made up and the same every time."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from noctule.app.explain.generated import generated_candles
from noctule.app.explain.recorded import Recording, judge_interval, recorded_candles
from noctule.app.workbench.messages import TrialRequest
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle
from noctule.domain.values import Timeframe

__all__ = ["Sample", "sample_of"]

_CANDLES_MIN: Final = 10


class Sample(Struct, frozen=True, kw_only=True):
    """Candles of one symbol that follow one another, and where they come from."""

    recording: Recording  # read out by now: what it says of itself
    candles: tuple[Candle, ...]
    origin: str


def sample_of(request: TrialRequest, beat: Callable[[], None]) -> Sample:
    """Read or make the candles; what is wrong with the wish is a ConfigError."""
    judge_interval(request.interval)
    if request.data:
        paths = [Path(each) for each in request.data]
        recording = recorded_candles(paths, symbol=request.symbol, interval=request.interval)
        origin = f"out of {', '.join(request.data)}"
    else:
        recording = _made_up(request)
        origin = f"made up with seed {request.seed}"
    candles = _whole(recording.candles, count=request.candles_max, beat=beat)
    if len(candles) < _CANDLES_MIN:
        wanted = f"{_CANDLES_MIN} that follow one another are the least"
        raise ConfigError([f"--data: {len(candles)} candles are not enough, {wanted}"])
    return Sample(recording=recording, candles=tuple(candles), origin=origin)


def _made_up(request: TrialRequest) -> Recording:
    """Return a made-up market's minutes, as if each had lasted as long as is wished."""
    minutes = generated_candles(seed=request.seed, symbol=request.symbol, interval=None)
    timeframe = Timeframe(request.interval or Timeframe.M1)
    candles = minutes.candles if timeframe is Timeframe.M1 else _stretched(minutes, timeframe)
    return structs.replace(minutes, timeframe=timeframe, candles=candles)


def _stretched(minutes: Recording, timeframe: Timeframe) -> Iterator[Candle]:
    open_ms: int | None = None
    for each in minutes.candles:
        open_ms = timeframe.open_of(each.open_ms) if open_ms is None else open_ms
        close_ms = timeframe.close_of(open_ms)
        yield structs.replace(each, timeframe=timeframe, open_ms=open_ms, close_ms=close_ms)
        open_ms = close_ms + 1


def _whole(candles: Iterable[Candle], *, count: int, beat: Callable[[], None]) -> list[Candle]:
    """Return the first so many candles without a hole, or the longest row of them there is."""
    best: list[Candle] = []
    row: list[Candle] = []
    for candle in candles:
        beat()
        if row and candle.open_ms != row[-1].close_ms + 1:
            row = []
        row.append(candle)
        if len(row) > len(best):
            best = row
        if len(best) == count:
            break
    return best
