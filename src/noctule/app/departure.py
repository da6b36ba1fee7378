"""What the bot does on its way out, in the order of the deadlines' table."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from msgspec import Struct

from noctule.app.records import Records
from noctule.domain.commands import CancelAll, Flatten
from noctule.domain.events.base import QueueName
from noctule.domain.signals import Reason
from noctule.engine.bus import EventBus
from noctule.engine.halts import Halts
from noctule.engine.lanes import Lanes
from noctule.engine.order_desk import OrderDesk
from noctule.engine.settings import ShutdownPolicy
from noctule.engine.shutdown import DEADLINES_MS, ShutdownStep, StepOutcome, run_steps
from noctule.engine.supervisor import Supervisor
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["DepartingDesk", "depart", "departing_desk", "shutdown_steps"]

_log = get_log(__name__)

_LOOK_MS: Final = 50  # how often the desk is looked at while it is not quiet
_LEAVING: Final = Reason(check="entries", text="the bot is shutting down")
_WHO: Final = "shutdown"
_WHY: Final = "shutdown policy"

_LAST_WORDS: Final[Mapping[ShutdownPolicy, tuple[CancelAll | Flatten, ...]]] = {
    "keep": (CancelAll(actor=_WHO, origin=_WHY),),
    "flatten": (CancelAll(actor=_WHO, origin=_WHY), Flatten(actor=_WHO, origin=_WHY)),
}


class DepartingDesk(Struct, frozen=True, kw_only=True):
    """What leaving needs of those who trade."""

    policy: ShutdownPolicy
    clock: Clock
    halt: Callable[[], object]  # refuse entries from now on
    drop_entries: Callable[[], object]  # take back those that have not left
    flush: Callable[[int], Awaitable[object]]  # wait for the lanes, so many milliseconds at most
    is_idle: Callable[[], bool]  # nothing waits in the lanes or is under way
    submit: Callable[[CancelAll | Flatten], Awaitable[None]]
    is_quiet: Callable[[], bool]  # no order in doubt, no entry rests, nothing is naked
    is_flat: Callable[[], bool]


def departing_desk(  # all that leaves
    policy: ShutdownPolicy,
    *,
    clock: Clock,
    halts: Halts,
    lanes: Lanes,
    desk: OrderDesk,
    submit: Callable[[CancelAll | Flatten], Awaitable[None]],
) -> DepartingDesk:
    """Return what leaving needs of those who trade."""
    return DepartingDesk(
        policy=policy,
        clock=clock,
        halt=lambda: halts.observe(_LEAVING),
        drop_entries=lanes.drop_entries,
        flush=lanes.flush,
        is_idle=lambda: lanes.is_idle,
        submit=submit,
        is_quiet=lambda: desk.is_quiet,
        is_flat=lambda: not desk.brackets,
    )


async def depart(  # noqa: PLR0913  # all that leaves
    cause: str,
    *,
    desk: DepartingDesk,
    supervisor: Supervisor,
    bus: EventBus,
    records: Records,
    close_world: Callable[[], Awaitable[None]],
    total_ms: int,
) -> None:
    """Take every step, each within its own deadline and all within the total, and say how."""
    _log.info("shutting down", cause=cause)
    steps = shutdown_steps(
        cause, desk=desk, supervisor=supervisor, bus=bus, records=records, close_world=close_world
    )
    results = await run_steps(steps, clock=desk.clock, total_ms=total_ms)
    unclean = [result.name for result in results if result.outcome is not StepOutcome.DONE]
    took_ms = sum(result.took_ms for result in results)
    _log.info("Shutdown complete", took_ms=took_ms, unclean=", ".join(unclean) or "none")


def shutdown_steps(
    cause: str,
    *,
    desk: DepartingDesk,
    supervisor: Supervisor,
    bus: EventBus,
    records: Records,
    close_world: Callable[[], Awaitable[None]],
) -> tuple[ShutdownStep, ...]:
    """Return the steps: nothing new, empty queues, the policy obeyed, closed books, no connection.

    The account is heard, and orders are sent, until the last step: what the policy causes has to
    be seen through.
    """
    drains = (
        ShutdownStep(name=f"drain {queue.label}", act=partial(_drain, bus, queue))
        for queue in QueueName
    )
    return (
        ShutdownStep(name="entries off", act=partial(_halt, desk)),
        ShutdownStep(name="collector stop", act=partial(supervisor.stop, "collector")),
        *drains,
        ShutdownStep(name="outbox flush", act=partial(_flush, desk, bus, "outbox flush")),
        ShutdownStep(name="policy", act=partial(_obey_policy, desk, bus)),
        ShutdownStep(name="journal", act=partial(_close_ledgers, records, cause)),
        ShutdownStep(name="close adapters", act=partial(_close_adapters, supervisor, close_world)),
    )


async def _halt(desk: DepartingDesk) -> None:
    desk.halt()
    desk.drop_entries()


async def _drain(bus: EventBus, queue: QueueName) -> None:
    await bus.drain(queue, timeout_ms=DEADLINES_MS[f"drain {queue.label}"])


async def _flush(desk: DepartingDesk, bus: EventBus, step: str) -> None:
    """Wait until lanes and order queue are empty: an outcome may cause an order, and so on."""
    while True:
        await bus.drain(QueueName.ORDER, timeout_ms=DEADLINES_MS[step])
        if desk.is_idle():
            return
        await desk.flush(DEADLINES_MS[step])


async def _obey_policy(desk: DepartingDesk, bus: EventBus) -> None:
    """Cancel what could still be filled, then wait for stops at every position, or for none."""
    for command in _LAST_WORDS[desk.policy]:
        await desk.submit(command)
    while True:
        await _flush(desk, bus, "policy")
        if desk.is_quiet() and (desk.policy == "keep" or desk.is_flat()):
            return
        await desk.clock.sleep_ms(_LOOK_MS)


async def _close_ledgers(records: Records, cause: str) -> None:
    records.close_ledgers(cause, timeout_ms=DEADLINES_MS["journal"] // 2)


async def _close_adapters(
    supervisor: Supervisor, close_world: Callable[[], Awaitable[None]]
) -> None:
    """Stop whoever still uses a connection, to whom its end would be a loss."""
    for name in supervisor.states():
        await supervisor.stop(name)
    await close_world()
