"""What a storm broke, told at once, made small at the end, and kept as files to play again."""

from pathlib import Path
from typing import Final

import msgspec
import typer

from noctule.app.storm.campaign import made_small, told
from noctule.app.storm.finished import Finished
from noctule.app.storm.scene import Violation
from noctule.app.storm.shrink import Shrunk
from noctule.app.storm.story import Story
from noctule.app.storm.synopsis import time_text
from noctule.app.storm.tally import reproduction
from noctule.app.storm.timeline import timeline
from noctule.domain.errors import ConfigError

__all__ = ["Failures", "read_story", "tell_story"]

_RULES_MAX: Final = 5  # of which one story each is made small
_INDENT: Final = 2


class Failures:
    """Tells what fails; of each rule it keeps the first story that broke it."""

    def __init__(self, folder: Path, *, jobs: int, is_shrunk: bool) -> None:
        self._folder, self.jobs, self._is_shrunk = folder, jobs, is_shrunk
        self._firsts: dict[str, tuple[Story, Violation]] = {}
        self.is_empty = True

    def note(self, story: Story, finished: Finished, *, change: str | None) -> None:
        """Tell of a story that broke something, or did not come out as it did before."""
        for violation in finished.violations:
            self._firsts.setdefault(violation.rule, (story, violation))
        lines = [_line(each) for each in finished.violations[:1]]
        if change is not None:
            lines.append(f"NOT THE SAME: {change}")
        if lines:
            self.is_empty = False
            typer.echo("\n".join([*lines, f"  {reproduction(finished)}"]))

    def make_small(self) -> None:
        """Shrink the first story of each rule, keep it, and tell it."""
        if not self._is_shrunk:
            return
        for rule, (story, violation) in [*self._firsts.items()][:_RULES_MAX]:
            typer.echo(f"\nmaking {rule} of seed {story.seed} small …", err=True)
            shrunk = made_small(story, violation, jobs=self.jobs)
            self._keep(shrunk)

    def _keep(self, shrunk: Shrunk) -> None:
        story, violation = shrunk.story, shrunk.violation
        rule = violation.rule.replace(" ", "-")
        path = self._folder / f"{story.profile}-{story.seed}-{rule}.json"
        lines = [*timeline(story, violation, told(story).notes)]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(msgspec.json.format(msgspec.json.encode(story), indent=_INDENT))
            path.with_suffix(".txt").write_text("\n".join(lines) + "\n")
        except OSError as exc:
            raise ConfigError([f"--keep: {path}: {exc.strerror}"]) from exc
        left = len(story.troubles) + len(story.shocks)
        least = "the least" if shrunk.is_minimal else "the least there was time for"
        typer.echo(
            f"\n{violation.rule}: {left} troubles in {story.minutes} minutes are {least} "
            f"({shrunk.tries} tries)\n  python main.py storm --story {path} --timeline\n"
        )
        for line in lines:
            typer.echo(line)


def read_story(path: Path) -> Story:
    """Read a story that was kept."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Story)
    except OSError as exc:
        raise ConfigError([f"--story: {path}: {exc.strerror}"]) from exc
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise ConfigError([f"--story: {path} is no story: {exc}"]) from exc


def tell_story(story: Story, *, is_told: bool) -> bool:
    """Play one story, and tell what it broke, or all; return whether it broke nothing."""
    narrated = told(story)
    first = next(iter(narrated.violations), None)
    if is_told:
        for line in timeline(story, first, narrated.notes):
            typer.echo(line)
        typer.echo()
    for violation in narrated.violations:
        typer.echo(_line(violation))
    if first is None:
        typer.echo("nothing was broken")
    return first is None


def _line(violation: Violation) -> str:
    return f"BROKEN {violation.rule} after {time_text(violation.at_ms)}: {violation.text}"
