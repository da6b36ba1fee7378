"""From an account that nobody guards to a bot that trades: what is held comes before all else."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from msgspec import Struct

from noctule.app.machine import Machine
from noctule.app.trading import Trading
from noctule.app.world import World
from noctule.domain.errors import ConfigError, VenueError
from noctule.domain.values import Symbol
from noctule.engine.desk import Desk
from noctule.engine.patiently import Persistence, patiently
from noctule.engine.shutdown import RECOVERY_GRACE_MS
from noctule.engine.warm_up import warm_up
from noctule.telemetry.logs import get_log

__all__ = ["StartStep", "greet", "refuse_untradable", "set_up", "steps_to_trading"]

_log = get_log(__name__)
_AT_ONCE: Final = 0
# An exchange that is being restarted comes back sooner. What takes longer takes another start.
_GREETING: Final = Persistence(span_ms=60_000, pause_ms=500, pause_ms_max=5_000)


class StartStep(Struct, frozen=True, kw_only=True):
    """One thing to do before entries; whoever is asked to leave meanwhile does, after the grace."""

    act: Callable[[], Awaitable[None]]
    grace_ms: int = _AT_ONCE


async def greet(world: World) -> None:
    """Ask what must be known first, again and again for a while: an answer guards what is held."""
    await patiently(world.greet, clock=world.clock, persistence=_GREETING, on_retry=_note_silence)


def _note_silence(failure: VenueError, wait_ms: int) -> None:
    _log.warning("exchange does not answer", cause=str(failure), again_in_ms=wait_ms)


def steps_to_trading(
    world: World, machine: Machine, trading: Trading, desks: Mapping[Symbol, Desk]
) -> tuple[StartStep, ...]:
    """Return the steps in their order.

    Until what is held is guarded, nothing is waited for but what guarding needs: the answers of
    REST, and lanes for orders. The private stream may be down just now; the caretaker asks REST.
    """
    supervisor = machine.supervisor
    warming = partial(
        warm_up,
        world.collector,
        desks.values(),
        clock=world.clock,
        on_deed=trading.takeover.on_deed,
    )
    hearing = partial(supervisor.bring_up, "account")
    return (
        StartStep(act=partial(supervisor.start_all, trading.lanes.name)),
        StartStep(act=trading.recover, grace_ms=RECOVERY_GRACE_MS),
        *((StartStep(act=hearing),) if world.account is not None else ()),
        StartStep(act=partial(set_up, world, trading)),
        StartStep(act=warming),
        StartStep(act=supervisor.start_all),
    )


async def set_up(world: World, trading: Trading) -> None:
    """Judge the symbols, set and read their terms; whoever guards something goes on regardless."""
    refuse_untradable(world.untradable(), is_busy=bool(trading.desk.brackets))
    try:
        await trading.terms.begin()
    except VenueError as exc:
        if not trading.desk.brackets and not trading.terms.is_set_up:
            raise
        _log.warning("terms not read", cause=str(exc))


def refuse_untradable(reasons: Mapping[Symbol, str], *, is_busy: bool) -> None:
    """Raise ConfigError for symbols that cannot be traded.

    A bot that has something to guard goes on guarding it, and trades the others.
    """
    if reasons and not is_busy:
        raise ConfigError(
            [
                f"[trading] symbols: {symbol} {reason}, take another or correct it"
                for symbol, reason in reasons.items()
            ]
        )
    for symbol, reason in reasons.items():
        _log.warning("not traded", symbol=symbol, reason=reason)
