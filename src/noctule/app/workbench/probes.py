"""Whether a strategy signals the same whenever it must: whatever comes later, and once more."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from random import Random
from typing import Final

from msgspec import structs

from noctule.adapters.report.axes import minute_text
from noctule.app.online.findings import Finding, failed, passed, warned
from noctule.app.workbench.asking import Questioner, Said, play
from noctule.domain.market import Candle
from noctule.domain.signals import Signal
from noctule.domain.values import Symbol

__all__ = ["PASSES", "another_future", "calls_until", "cannot_tell", "look_ahead", "repeat"]

PASSES: Final = 7  # how often all candles are played here, about

_MOMENTS: Final = 4
_OTHER: Final = Symbol("OTHERUSDT")
_AHEAD: Final = "use candle and view only, and keep nothing that outlives the strategy"
_STATE: Final = "let nothing decide but candle, view and what self remembers"

Call = tuple[str, int, Signal]  # the timeframe, when its candle closed, and what was signalled
New = Callable[[], Questioner]


def look_ahead(new: New, candles: Sequence[Candle], said: Said, higher: Sequence[str]) -> Finding:
    """End the candles early, and let other ones follow: what was said before must stay the same."""
    moments = _moments(len(candles))
    for moment in moments:
        early = play(new(), candles[:moment], higher=higher)
        different = _difference(early, said, to_ms=candles[moment - 1].close_ms)
        if different is not None:
            return _caught(f"where the candles end {_at(candles[moment - 1])}", different)
    moment = moments[-1]
    other = play(new(), another_future(candles, moment), higher=higher)
    different = _difference(other, said, to_ms=candles[moment - 1].close_ms)
    if different is not None:
        return _caught(f"where others follow {_at(candles[moment - 1])}", different)
    ends = f"candles that ended early at {len(moments)} moments, and others that followed"
    return passed("future", f"it signals the same whatever comes later: {ends}")


def cannot_tell() -> Finding:
    """Say that one which signals something else each time hides whether it sees the future."""
    what = "whether it sees the future cannot be told while it signals something else each time"
    return warned("future", what, remedy="mend that first")


def repeat(new: New, candles: Sequence[Candle], said: Said, higher: Sequence[str]) -> Finding:
    """Play it again, and beside another symbol; each must hear what it hears alone."""
    until_ms = candles[-1].close_ms
    different = _difference(play(new(), candles, higher=higher), said, to_ms=until_ms)
    if different is not None:
        return failed("repeat", f"played again it signals {different}", remedy=_STATE)
    others = [structs.replace(each, symbol=_OTHER) for each in another_future(candles, 1)]
    alone = play(new(), others, higher=higher)
    ours, theirs = _interleaved(new, candles, others, higher)
    for mine, right, name in ((ours, said, candles[0].symbol), (theirs, alone, "the other")):
        different = _difference(mine, right, to_ms=until_ms)
        if different is not None:
            what = f"beside another symbol {name} signals {different}"
            return failed("repeat", what, remedy=_STATE)
    return passed("repeat", "it signals the same again, and beside another symbol")


def another_future(candles: Sequence[Candle], moment: int) -> list[Candle]:
    """Turn what follows upside down: where the price rose by a tenth it falls by as much."""
    pivot = candles[moment - 1].close
    mirror = pivot * pivot
    return [*candles[:moment], *(_mirrored(each, mirror) for each in candles[moment:])]


def calls_until(said: Said, to_ms: int) -> list[Call]:
    """Return what was signalled up to an instant, in the form in which two plays are compared."""
    return [
        (candle.timeframe, candle.close_ms, signal)
        for candle, signal in said
        if candle.close_ms <= to_ms
    ]


def _mirrored(candle: Candle, mirror: float) -> Candle:
    return structs.replace(
        candle,
        open=mirror / candle.open,
        high=mirror / candle.low,
        low=mirror / candle.high,
        close=mirror / candle.close,
    )


def _interleaved(
    new: New, candles: Sequence[Candle], others: Sequence[Candle], higher: Sequence[str]
) -> tuple[Said, Said]:
    """Ask two strategies in turn, as a bot with two symbols does."""
    first, second = new(), new()
    turns: tuple[Said, Said] = ([], [])
    players = (first.rehearsal(candles[0], higher), second.rehearsal(others[0], higher))
    for pair in zip(candles, others, strict=True):
        for player, candle, said in zip(players, pair, turns, strict=True):
            said.extend(player.close(candle))
    return turns


def _moments(count: int) -> list[int]:
    """Choose how many candles are played: a few lengths, the same every time."""
    if count <= _MOMENTS:
        return [*range(1, count + 1)]
    return sorted(Random(count).sample(range(1, count), _MOMENTS))  # noqa: S311 - a seeded choice


def _difference(said: Said, right: Said, *, to_ms: int) -> str | None:
    """Name the first signal up to an instant that is not as it should be."""
    for mine, other in zip_longest(calls_until(said, to_ms), calls_until(right, to_ms)):
        if mine != other:
            return f"{_told(mine)} instead of {_told(other)}"
    return None


def _told(call: Call | None) -> str:
    if call is None:
        return "nothing"
    timeframe, close_ms, signal = call
    return f"{signal.direction} ({signal.reason[:80]}) of {timeframe} {minute_text(close_ms + 1)}"


def _at(candle: Candle) -> str:
    return f"at {minute_text(candle.close_ms + 1)}"


def _caught(where: str, different: str) -> Finding:
    return failed("future", f"{where} it signals {different}: it sees the future", remedy=_AHEAD)
