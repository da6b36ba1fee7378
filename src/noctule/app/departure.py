"""What the bot does on its way out, in the order of the deadlines' table."""

from collections.abc import Awaitable, Callable
from functools import partial

from noctule.app.records import Records
from noctule.domain.events.base import QueueName
from noctule.engine.bus import EventBus
from noctule.engine.handlers.signals import SignalHandler
from noctule.engine.shutdown import DEADLINES_MS, ShutdownStep
from noctule.engine.supervisor import Supervisor

__all__ = ["shutdown_steps"]


def shutdown_steps(
    cause: str,
    *,
    signals: SignalHandler,
    supervisor: Supervisor,
    bus: EventBus,
    records: Records,
    close_world: Callable[[], Awaitable[None]],
) -> tuple[ShutdownStep, ...]:
    """Return the steps: nothing new, no more events, empty queues, closed books, no connection."""
    drains = (
        ShutdownStep(name=f"drain {queue.label}", act=partial(_drain, bus, queue))
        for queue in QueueName
    )
    return (
        ShutdownStep(name="entries off", act=partial(_halt, signals)),
        ShutdownStep(name="collector stop", act=partial(supervisor.stop, "collector")),
        *drains,
        ShutdownStep(name="journal", act=partial(_close_ledgers, records, cause)),
        ShutdownStep(name="close adapters", act=partial(_close_adapters, supervisor, close_world)),
    )


async def _halt(signals: SignalHandler) -> None:
    signals.halt()


async def _drain(bus: EventBus, queue: QueueName) -> None:
    await bus.drain(queue, timeout_ms=DEADLINES_MS[f"drain {queue.label}"])


async def _close_ledgers(records: Records, cause: str) -> None:
    records.close_ledgers(cause, timeout_ms=DEADLINES_MS["journal"] // 2)


async def _close_adapters(
    supervisor: Supervisor, close_world: Callable[[], Awaitable[None]]
) -> None:
    """Stop whoever still uses a connection, to whom its end would be a loss."""
    for name in supervisor.states():
        await supervisor.stop(name)
    await close_world()
