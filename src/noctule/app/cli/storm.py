"""`storm`: seeded disasters for the whole bot on virtual time, and what they were too much for."""

import os
import re
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final, NoReturn

import typer

from noctule.app.cli.backtest_progress import told_progress
from noctule.app.cli.storm_failures import Failures, read_story, tell_story
from noctule.app.cli.terminal import headed, output
from noctule.app.exits import ExitCode
from noctule.app.storm.campaign import Plan, played
from noctule.app.storm.profiles import PROFILES
from noctule.app.storm.slices import Slices, code_hash
from noctule.app.storm.story import Story
from noctule.app.storm.tally import Tally, reproduction
from noctule.domain.errors import ConfigError

__all__ = ["storm"]

_DAY_MINUTES: Final = 24 * 60
_MINUTES: Final = 120
_DAYS_MAX: Final = 366
_MINUTES_MAX: Final = _DAYS_MAX * _DAY_MINUTES
_EVER_MINUTES: Final = 1e9
_SHOWN_MAX: Final = 5  # seeds that broke a rule, and holes in the table
_ALL: Final = "all"

_Seeds = Annotated[str, typer.Option(metavar="A..B", help="From A to B, both of them; or one.")]
_Days = Annotated[
    float | None, typer.Option(min=0, metavar="D", help="Of the market, each; 2 hours if left out.")
]
_Minutes = Annotated[
    int | None,
    typer.Option(min=1, max=_MINUTES_MAX, metavar="M", help="The same, in minutes of the market."),
]
_Profiles = Annotated[
    list[str] | None,
    typer.Option("--profile", metavar="P", help="What kind of storm; repeatable. All if left out."),
]
_Jobs = Annotated[
    int | None, typer.Option(min=1, max=256, help="Processes at once; one for each core.")
]
_Resume = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Keep what is over, a line each, and go on from there."),
]
_Within = Annotated[
    float | None,
    typer.Option(min=0, metavar="MINUTES", help="Begin no storm after so many real minutes."),
]
_StoryFile = Annotated[
    Path | None, typer.Option("--story", metavar="FILE.json", help="Play this one instead.")
]
_Timeline = Annotated[
    bool, typer.Option("--timeline", help="Tell what happens, with both books side by side.")
]
_Shrink = Annotated[bool, typer.Option(help="Make what fails small.")]
_Complete = Annotated[
    bool, typer.Option("--complete", help="Fail if some trouble never struck in some phase.")
]
_Keep = Annotated[Path, typer.Option(metavar="FOLDER", help="Where what failed is written to.")]


def storm(  # noqa: PLR0913  # options of a command
    *,
    seeds: _Seeds = "1..20",
    days: _Days = None,
    minutes: _Minutes = None,
    profile: _Profiles = None,
    jobs: _Jobs = None,
    resume: _Resume = None,
    within: _Within = None,
    story: _StoryFile = None,
    timeline: _Timeline = False,
    shrink: _Shrink = True,
    complete: _Complete = False,
    keep: _Keep = Path("logs/storms"),
) -> None:
    """Put the whole bot through seeded disasters, and watch over what it promises.

    The market, the exchange's faults, crashes and the owner's hand all come from the seed: what
    fails once fails again. It is made small then, and told line by line.

    Example: noctule storm --seeds 1..100 --profile flaky_network
    """
    plan = Plan(seeds=_seeds(seeds), profiles=_profiles(profile), minutes=_length(days, minutes))
    failures = Failures(keep, jobs=jobs or os.cpu_count() or 1, is_shrunk=shrink)
    if story is not None or timeline:
        _end(is_calm=tell_story(_one(plan, story), is_told=timeline))
    slices = Slices(resume, code="" if resume is None else code_hash())
    slices.read()
    tally = _weathered(plan, failures, slices, seconds=(within or _EVER_MINUTES) * 60)
    failures.make_small()
    _print(tally)
    changed = slices.of_other_code(plan.names())
    if changed:
        typer.echo(f"{changed:,} of them were played by a version that has changed since")
    _end(is_calm=failures.is_empty and not (complete and tally.coverage.holes()))


def _weathered(plan: Plan, failures: Failures, slices: Slices, *, seconds: float) -> Tally:
    """Play all that was not played before, and one that was; count them all."""
    tally, names, began_s = Tally(), plan.names(), perf_counter()
    passed = slices.passed(names)[1:]  # the first is played again: it has to come out the same
    for each in passed:
        tally.add(each)
    stories = plan.stories(but={each.name for each in passed})
    begun = takewhile(lambda _: perf_counter() - began_s < seconds, stories)
    with told_progress() as tell, closing(played(begun, jobs=failures.jobs)) as results:
        for story, finished in results:
            tally.add(finished)
            failures.note(story, finished, change=slices.add(finished))
            tell(f"{tally.stories:,} of {len(names):,} storms", tally.stories / len(names))
    return tally


def _print(tally: Tally) -> None:
    console = output()
    console.print()
    console.print(headed(tally.coverage.headings(), tally.coverage.rows()))
    holes = tally.coverage.holes()
    if holes:
        more = " …" if len(holes) > _SHOWN_MAX else ""
        shown = ", ".join(holes[:_SHOWN_MAX])
        typer.echo(f"\n{len(holes)} that could have struck never did: {shown}{more}")
    typer.echo()
    for line in tally.lines():
        typer.echo(line)
    for rule, broken in tally.by_rule.items():
        typer.echo(f"{rule}: broken by {len(broken):,}")
        for each in broken[:_SHOWN_MAX]:
            typer.echo(f"  {reproduction(each)}")
    if not tally.failed:
        typer.echo("nothing was broken")


def _end(*, is_calm: bool) -> NoReturn:
    raise typer.Exit(ExitCode.DONE if is_calm else ExitCode.WRONG_USE)


def _one(plan: Plan, path: Path | None) -> Story:
    if path is not None:
        return read_story(path)
    if len(plan.names()) != 1:
        raise ConfigError(["--timeline: tells of one storm: choose one seed and one profile"])
    return next(plan.stories())


def _seeds(text: str) -> range:
    found = re.fullmatch(r"(\d{1,9})(?:\.\.(\d{1,9}))?", text)
    if found is None or int(found[1]) > int(found[2] or found[1]):
        raise ConfigError([f"--seeds: {text!r} is not like 1..20, or 7"])
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def _profiles(names: list[str] | None) -> tuple[str, ...]:
    if not names or _ALL in names:
        return tuple(PROFILES)
    unknown = [name for name in names if name not in PROFILES]
    if unknown:
        known = ", ".join((*PROFILES, _ALL))
        raise ConfigError([f"--profile: {unknown[0]!r} is not there, choose {known}"])
    return tuple(dict.fromkeys(names))


def _length(days: float | None, minutes: int | None) -> int:
    if days is None:
        return minutes or _MINUTES
    if minutes is not None:
        raise ConfigError(["--days, --minutes: one of them is enough"])
    if not 0.5 < days * _DAY_MINUTES <= _MINUTES_MAX:
        raise ConfigError([f"--days: {days:g} is not within a minute and {_DAYS_MAX} days"])
    return round(days * _DAY_MINUTES)
