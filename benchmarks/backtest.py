"""How fast years go by: noctule's backtest, a bare loop that does the same trades, and rivals.

    python -m benchmarks.backtest            half an hour on a quiet machine
    python -m benchmarks.backtest --quick    100,000 candles, each once
    … --json FILE                            all of it for programs; --alone leaves the rivals out

Everybody reads the same generated minutes from the same files and trades the same crossover with
stop, target and fees, each in a process of its own; the rounds are interleaved and medians told.
Seldom is SMA 80/240, a trade in 202 candles; often is SMA 10/30, a trade in 26. Bars: at most 5
times the loop's time when trades are seldom and 10 times when they are often, faster than every
rival, a candle as cheap in five years as in one, and five years of minutes in 400 MB.
"""

import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from benchmarks.backtest_candles import write_candles
from benchmarks.backtest_runs import (
    LOOP,
    OURS,
    Errand,
    Measured,
    Unmeasured,
    contenders,
    measure,
)
from benchmarks.rivals.environments import RIVALS

__all__ = ["main"]

YEAR: Final = 525_600
SIZES: Final = (100_000, YEAR, 5 * YEAR)
SCENES: Final = {"seldom": (80, 240), "often": (10, 30)}
ROUNDS: Final = 3
LIMIT_S: Final = 600.0
LONG_S: Final = 60.0  # who takes longer is not asked again in the same place
SLOWER_MAX: Final = {"seldom": 5.0, "often": 10.0}
CORES_MIN: Final = 0.8  # who had less of one waited for others
GROWTH_MAX: Final = 1.25  # what a candle may cost in five years, beside one
MEMORY_MB_MAX: Final = 400.0


class Place(NamedTuple):
    """What is compared with each other: a scene on so many candles."""

    scene: str
    size: int


class Figures(NamedTuple):
    """A contender's medians in one place."""

    name: str
    place: Place
    measured: Measured

    @property
    def speed(self) -> float:
        """Return candles a second."""
        return self.measured.candles / self.measured.engine_s


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    arguments = sys.argv[1:]
    is_quick = "--quick" in arguments
    able, unable = contenders()
    if "--alone" in arguments:
        able = {name: able[name] for name in (OURS, LOOP)}
    for name, why in unable.items():
        print(f"{name}: not measured, {why}")
    places = [Place(scene, size) for size in SIZES for scene in SCENES]
    if is_quick:
        places = [place for place in places if place.size == SIZES[0]]
    found: list[Figures] = []
    with tempfile.TemporaryDirectory() as folder:
        for place in places:
            files = write_candles(Path(folder) / str(place.size), place.size)
            errand = Errand(*SCENES[place.scene], files)
            rounds = 1 if is_quick else _rounds(place)
            found += _measured(place, errand, _asked(able, place), rounds=rounds)
    _print_costs(found)
    if any(each.measured.cores < CORES_MIN for each in found):
        print("\nthe machine was busy with something else: the figures above say little")
    verdicts = _verdicts(found)
    if "--json" in arguments:
        path = Path(arguments[arguments.index("--json") + 1])
        path.write_text(json.dumps(_document(found, verdicts, unable), indent=1))
    for text, kept in verdicts:
        print(f"{'kept  ' if kept else 'MISSED'}  {text}")
    return 0 if all(kept for _, kept in verdicts) else 1


def _asked(able: dict[str, Path], place: Place) -> dict[str, Path]:
    """Spare the rivals one of the two longest places: it would take them an hour."""
    if place == Place("often", SIZES[-1]):
        return {name: able[name] for name in (OURS, LOOP)}
    return able


def _rounds(place: Place) -> int:
    return 1 if place.size > YEAR else ROUNDS


def _measured(place: Place, errand: Errand, able: dict[str, Path], *, rounds: int) -> list[Figures]:
    """Let everybody run in turn, round after round; who fails or takes long is asked no more."""
    print(f"\n{place.size:,} candles, trades {place.scene} (SMA {errand.fast}/{errand.slow})")
    runs: dict[str, list[Measured]] = {}
    asked = [*able]
    for _ in range(rounds):
        for name in [*asked]:
            try:
                run = measure(name, able[name], errand, limit_s=LIMIT_S)
            except Unmeasured as exc:
                print(f"  {_title(name)}: not measured, {exc}", flush=True)
                asked.remove(name)
                continue
            runs.setdefault(name, []).append(run)
            if run.whole_s > LONG_S:
                asked.remove(name)
    found = [Figures(name, place, _median(each)) for name, each in runs.items()]
    for each in found:
        print(_line(each), flush=True)
    return found


def _median(runs: list[Measured]) -> Measured:
    first = runs[0]
    return first._replace(
        engine_s=median(each.engine_s for each in runs),
        whole_s=median(each.whole_s for each in runs),
        peak_mb=median(each.peak_mb for each in runs),
        cores=median(each.cores for each in runs),
    )


def _line(figures: Figures) -> str:
    measured = figures.measured
    return (
        f"  {_title(figures.name):28}{figures.speed:12,.0f} candles/s  engine"
        f" {measured.engine_s:8.2f} s  whole {measured.whole_s:8.2f} s  peak"
        f" {measured.peak_mb:7,.0f} MB  {measured.trades:7,} trades"
        f"  {measured.cores:.0%} of a core"
    )


def _title(name: str) -> str:
    rival = next((each for each in RIVALS if each.name == name), None)
    return f"{name.partition('_')[0]} {rival.version}" if rival else name


def _print_costs(found: list[Figures]) -> None:
    """Tell what a candle and what a trade costs, from the two scenes of a size."""
    print("\ncost of a candle and of a trade, from both scenes")
    for size in SIZES:
        for name in dict.fromkeys(each.name for each in found):
            cost = _costs(found, name, size)
            if cost is not None:
                candle_us, trade_us = cost
                print(
                    f"  {size:9,} {_title(name):28}{candle_us:10.2f} µs a candle"
                    f"{trade_us:12,.1f} µs a trade"
                )


def _costs(found: list[Figures], name: str, size: int) -> tuple[float, float] | None:
    seldom, often = (_of(found, name, Place(scene, size)) for scene in SCENES)
    if seldom is None or often is None:
        return None
    more_trades = often.trades - seldom.trades
    trade_s = (often.engine_s - seldom.engine_s) / more_trades
    candle_s = (seldom.engine_s - trade_s * seldom.trades) / seldom.candles
    return candle_s * 1e6, trade_s * 1e6


def _of(found: list[Figures], name: str, place: Place) -> Measured | None:
    return next(
        (each.measured for each in found if each.name == name and each.place == place), None
    )


def _verdicts(found: list[Figures]) -> list[tuple[str, bool]]:
    """Hold what was found against every bar."""
    verdicts = []
    for place in dict.fromkeys(each.place for each in found):
        ours, loop = _of(found, OURS, place), _of(found, LOOP, place)
        if ours is None or loop is None:
            verdicts.append((f"{place.size:,} {place.scene}: nothing to compare", False))
            continue
        where = f"{place.size:,} candles, {place.scene}"
        same = ours.trades == loop.trades
        verdicts.append((f"{where}: {ours.trades:,} trades, the loop's {loop.trades:,}", same))
        slower, bar = ours.engine_s / loop.engine_s, SLOWER_MAX[place.scene]
        verdicts.append((f"{where}: {slower:.1f} times the loop, at most {bar:.0f}", slower <= bar))
        verdicts += _beside_rivals(found, place, ours, where)
        if place.size == SIZES[-1]:
            verdicts += _in_the_long_run(found, place, ours, where)
    return verdicts


def _beside_rivals(
    found: list[Figures], place: Place, ours: Measured, where: str
) -> list[tuple[str, bool]]:
    rivals = [each for each in found if each.place == place and each.name not in (OURS, LOOP)]
    return [
        (
            f"{where}: {each.measured.engine_s / ours.engine_s:.1f} times as fast as"
            f" {_title(each.name)}",
            ours.engine_s < each.measured.engine_s,
        )
        for each in rivals
    ]


def _in_the_long_run(
    found: list[Figures], place: Place, ours: Measured, where: str
) -> list[tuple[str, bool]]:
    year = _of(found, OURS, Place(place.scene, YEAR))
    assert year is not None, "a year was measured before five"
    growth = (ours.engine_s / ours.candles) / (year.engine_s / year.candles)
    return [
        (f"{where}: a candle costs {growth:.2f} of a year's", growth <= GROWTH_MAX),
        (f"{where}: {ours.peak_mb:,.0f} MB", ours.peak_mb <= MEMORY_MB_MAX),
    ]


def _document(
    found: list[Figures], verdicts: list[tuple[str, bool]], unable: dict[str, str]
) -> dict[str, object]:
    names = dict.fromkeys(each.name for each in found)
    return {
        "figures": [
            {"name": _title(each.name), **each.place._asdict(), **each.measured._asdict()}
            for each in found
        ],
        "costs": [
            {"name": _title(name), "size": size, "candle_us": cost[0], "trade_us": cost[1]}
            for size in SIZES
            for name in names
            if (cost := _costs(found, name, size)) is not None
        ],
        "modes": {_title(each.name): each.mode for each in RIVALS},
        "bars": [{"bar": text, "kept": kept} for text, kept in verdicts],
        "not_measured": unable,
    }


if __name__ == "__main__":
    sys.exit(main())
