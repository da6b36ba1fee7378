"""The part of `check` that asks the exchange: it runs, prints, and says with which code to end."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import msgspec
import typer
import uvloop
from msgspec import Struct

from noctule.adapters.clock import SystemClock
from noctule.app.cli.terminal import shown
from noctule.app.exits import ExitCode
from noctule.app.online.failures import finding_of, is_out_of_reach
from noctule.app.online.findings import Finding, Verdict, verdict_of
from noctule.app.online.interview import Interview
from noctule.app.reach import reach
from noctule.config.describe import Row, describe
from noctule.config.settings import Configuration
from noctule.domain.errors import VenueError

__all__ = ["Report", "ask_exchange", "unlogged", "write_online"]


class Report(Struct, kw_only=True):
    """What was found, and how that ends."""

    findings: list[Finding] = []
    is_out_of_reach: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """Return the code for it."""
        if self.is_out_of_reach:
            return ExitCode.UNREACHABLE
        is_bad = verdict_of(self.findings) is Verdict.FAIL
        return ExitCode.WRONG_USE if is_bad else ExitCode.DONE


class _Document(Struct, frozen=True, kw_only=True):
    fingerprint: str
    settings: tuple[Row, ...]
    verdict: Verdict
    findings: list[Finding]


def ask_exchange(configuration: Configuration, *, is_probing: bool, is_quiet: bool) -> Report:
    """Ask, and print each finding as it comes unless told to be quiet."""
    report = Report()

    def tell(finding: Finding) -> None:
        report.findings.append(finding)
        if not is_quiet:
            typer.echo(shown(finding))

    if not is_quiet:
        typer.echo()
    try:
        with unlogged(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            failure = runner.run(_ask(configuration, is_probing=is_probing, tell=tell))
    except (KeyboardInterrupt, asyncio.CancelledError):  # everything is cleared up by now
        typer.echo("noctule: interrupted", err=True)
        raise typer.Exit(ExitCode.FORCED) from None
    report.is_out_of_reach = failure is not None and is_out_of_reach(failure)
    return report


def write_online(configuration: Configuration, report: Report) -> str:
    """Write settings and findings for programs to read."""
    document = _Document(
        fingerprint=configuration.fingerprint,
        settings=describe(configuration),
        verdict=verdict_of(report.findings),
        findings=report.findings,
    )
    return msgspec.json.encode(document).decode()


async def _ask(
    configuration: Configuration, *, is_probing: bool, tell: Callable[[Finding], None]
) -> VenueError | None:
    """Ask everything; return what ended it early, if anything did."""
    _end_softly()
    jitter = Random()  # noqa: S311  # spreads retries, guards nothing
    async with reach(configuration, clock=SystemClock(), jitter=jitter) as reached:
        interview = Interview(reached, configuration.settings, jitter=jitter, tell=tell)
        try:
            await interview.ask()
            if is_probing:
                await interview.probe()
        except VenueError as exc:
            tell(finding_of(exc, exchange=reached.exchange))
            return exc
    return None


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep what the parts log to themselves from stderr: the findings say it better."""
    log, nobody = logging.getLogger("noctule"), logging.NullHandler()
    log.addHandler(nobody)
    try:
        yield
    finally:
        log.removeHandler(nobody)


def _end_softly() -> None:
    """Let other signals end us as Ctrl-C does: what was placed must be cancelled first."""
    task = asyncio.current_task()
    assert task is not None, "asked outside of a task"

    def end() -> None:
        if not task.cancelling():  # a closing terminal sends several: the first is enough
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end)
