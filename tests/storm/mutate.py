"""Do the storms bite? Each planted fault is looked for with fresh seeds, and the misses are told.

`python -m tests.storm.mutate [--only NAME] [--from NAME] [--seeds 100] [--jobs 1] [--minutes 30]
[--results FILE]`: of a list that was begun, FILE remembers what was found and goes on from there.
Exits with 1 where fewer than 95 of 100 faults are caught.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from tests.storm.hunt import Found, hunt
from tests.storm.mutation import Mutation
from tests.storm.mutations import MUTATIONS

__all__ = ["chosen", "main", "summary"]

_LEAST: Final = 0.95


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunt for all that were chosen; return what the process ends with."""
    asked = _parser().parse_args(arguments)
    results = None if asked.results is None else Path(asked.results)
    found = _remembered(results)
    known = {each.name for each in found}
    left = [each for each in chosen(asked.only, asked.begin) if each.name not in known]
    search = partial(hunt, seeds=asked.seeds, minutes=asked.minutes)
    with ThreadPoolExecutor(asked.jobs) as pool:
        for each in as_completed([pool.submit(search, mutation) for mutation in left]):
            found.append(each.result())
            _tell(line(found[-1]))
            _remember(results, found[-1])
    for text in summary(found):
        _tell(text)
    return 0 if _rate(found) >= _LEAST else 1


def chosen(only: Sequence[str], begin: str) -> list[Mutation]:
    """Return the faults whose names contain one of these texts, from a certain one on."""
    names = [each.name for each in MUTATIONS]
    start = next((place for place, name in enumerate(names) if begin in name), 0)
    return [
        each for each in MUTATIONS[start:] if not only or any(text in each.name for text in only)
    ]


def line(found: Found) -> str:
    """Say what became of one hunt."""
    spent = f"{found.storms} storms, {found.cpu_s:.0f} s"
    if found.rule is None:
        return f"MISSED  {found.name}: {spent}"
    where = f"{found.profile} seed {found.seed}"
    return f"caught  {found.name}: {found.rule} ({where}; {spent}): {found.text}"


def summary(found: Iterable[Found]) -> list[str]:
    """Return a table of all, and the rate."""
    every = list(found)
    caught = [each for each in every if each.rule is not None]
    rows = [
        f"{each.rule or '–':<16} {each.storms:>4} {each.cpu_s:>7.0f} s  {each.name}"
        for each in sorted(every, key=lambda each: (each.rule is None, each.storms, each.name))
    ]
    total_s = sum(each.cpu_s for each in every)
    rate = f"{len(caught)} of {len(every)} planted faults caught: {_rate(every):.1%}"
    return ["", *rows, "", f"{rate}, {total_s / 60:.1f} CPU minutes"]


def _rate(found: Sequence[Found]) -> float:
    return sum(each.rule is not None for each in found) / max(1, len(found))


def _remembered(results: Path | None) -> list[Found]:
    if results is None or not results.exists():
        return []
    lines = results.read_text().splitlines()
    return [msgspec.json.decode(line, type=Found) for line in lines]


def _remember(results: Path | None, found: Found) -> None:
    if results is not None:
        with results.open("a") as file:
            file.write(msgspec.json.encode(found).decode() + "\n")


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--from", dest="begin", default="", metavar="NAME")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--results", metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
