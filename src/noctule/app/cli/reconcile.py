"""`reconcile`: what the daemon would do about what it finds at the exchange, without doing it."""

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from typing import Annotated

import msgspec
import typer
import uvloop
from msgspec import Struct

from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.clock import SystemClock
from noctule.adapters.store.glance import glance
from noctule.app.cli.online import unlogged
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.cli.terminal import headed, output
from noctule.app.exits import ExitCode
from noctule.app.memory import store_path
from noctule.app.online.failures import finding_of, is_out_of_reach
from noctule.app.online.findings import line_of
from noctule.app.reach import Reach, reach
from noctule.app.recovery_terms import recovery_terms
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError, StoreError, VenueError
from noctule.domain.instrument import Instrument
from noctule.domain.memory import DeskMemory
from noctule.domain.order import ClientOrderId
from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol
from noctule.engine.tracing import history_of
from noctule.ports.clock import Clock
from noctule.ports.venue import Venue
from noctule.reconcile.case import Evidence
from noctule.reconcile.plan import PlanItem, RecoveryCounts, RecoveryPlan
from noctule.reconcile.planning import plan_recovery

__all__ = ["reconcile"]


class _Document(Struct, frozen=True, kw_only=True):
    exchange: str
    has_memory: bool
    items: tuple[PlanItem, ...]
    foreign: Mapping[Symbol, str]
    counts: RecoveryCounts
    strangers: tuple[ClientOrderId, ...]


class _Answer(Struct, frozen=True, kw_only=True):
    exchange: str
    memory: DeskMemory | None
    plan: RecoveryPlan


class _Failure(Struct, frozen=True, kw_only=True):
    line: str
    exit_code: ExitCode


def reconcile(
    *,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only print what would be done; nothing is changed.")
    ] = False,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Print what a start would find and do now: adopt, protect, re-arm, cancel or ignore.

    It only reads, and works beside a running daemon, which does this by itself at its start,
    and looks again every minute. Exit code 1: refused; 75: the exchange cannot be reached.

    Example: noctule reconcile --plan --profile testnet
    """
    if not plan:
        what = "the daemon does this at its start and every minute, add --plan to see what it would"
        raise ConfigError([f"reconcile: {what} do now"])
    configuration = config_manager(files=config, profile=profile, overrides=overrides).load()
    if configuration.credentials_problem is not None:
        raise ConfigError([configuration.credentials_problem])
    if configuration.settings.api.environment == "paper":
        origin = configuration.origins["api.environment"]
        what = "the paper account lives within the bot, ask it by `noctule status`"
        raise ConfigError([f"{origin} [api] environment: {what}"])
    with unlogged(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer = runner.run(_ask(configuration))
    if isinstance(answer, _Failure):
        typer.echo(answer.line, err=True)
        raise typer.Exit(answer.exit_code)
    if as_json:
        typer.echo(_written(answer))
    else:
        _print(answer)


async def _ask(configuration: Configuration) -> _Answer | _Failure:
    clock, jitter = SystemClock(), Random()  # noqa: S311  # spreads retries, guards nothing
    memory = _memory(configuration, clock)
    async with reach(configuration, clock=clock, jitter=jitter) as reached:
        try:
            evidence = await _evidence(reached, memory or DeskMemory())
        except VenueError as exc:
            return _Failure(
                line=line_of(finding_of(exc, exchange=reached.exchange)),
                exit_code=ExitCode.UNREACHABLE if is_out_of_reach(exc) else ExitCode.WRONG_USE,
            )
        assert reached.account is not None, f"{reached.exchange} has no account of ours"
        terms = recovery_terms(configuration.settings, account=reached.account)
        return _Answer(
            exchange=reached.exchange, memory=memory, plan=plan_recovery(evidence, terms)
        )


def _memory(configuration: Configuration, clock: Clock) -> DeskMemory | None:
    """Return what a daemon of this configuration wrote down, if it did."""
    try:
        return glance(store_path(configuration, started_ms=clock.now_ms()))
    except StoreError as exc:
        typer.echo(f"noctule: {exc}: planned without it", err=True)
        return None


async def _evidence(reached: Reach, memory: DeskMemory) -> Evidence:
    await reached.rest.start()
    instruments = Instruments(reached.rest)
    await instruments.refresh()

    async def listed() -> Mapping[Symbol, Instrument]:
        return instruments.listed

    venue: Venue = BinanceVenue(reached.rest, instruments=listed)
    snapshot = await venue.snapshot()
    history: dict[Symbol, Sequence[OrderReport]] = {}
    for each in snapshot.positions:
        now_ms = reached.rest.time.now_ms()
        history[each.symbol] = await history_of(venue, each.symbol, memory, now_ms=now_ms)
    return Evidence(
        snapshot=snapshot, instruments=instruments.listed, memory=memory, history=history
    )


def _written(answer: _Answer) -> str:
    plan = answer.plan
    document = _Document(
        exchange=answer.exchange,
        has_memory=answer.memory is not None,
        items=plan.items,
        foreign={each.symbol: each.foreign for each in plan.symbols if each.foreign is not None},
        counts=plan.counts,
        strangers=plan.strangers,
    )
    return msgspec.json.encode(document).decode()


def _print(answer: _Answer) -> None:
    source = "with" if answer.memory is not None else "without"
    typer.echo(f"{answer.exchange}, {source} a memory of an earlier run")
    if not answer.plan.items:
        typer.echo("nothing is held and nothing rests: there is nothing to do")
        return
    rows = ((each.symbol, each.action.value, each.what, each.reason) for each in answer.plan.items)
    output().print(headed(("symbol", "action", "what", "reason"), rows))
