"""What gives a run its course beside the market's own: its end, lock-step, a late check."""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial

from noctule.app.ending import Ending
from noctule.app.lock_step import LockStep
from noctule.app.lock_step_lanes import LockStepLanes
from noctule.app.machine import Machine
from noctule.app.stillness import Stillness
from noctule.app.trading import Trading
from noctule.app.world import World
from noctule.domain.values import Timeframe
from noctule.engine.shutdown import StopRequest

__all__ = ["course_of"]


def course_of(
    world: World, machine: Machine, trading: Trading, *, base: Timeframe, stop: StopRequest
) -> Mapping[str, Callable[[], Coroutine[object, object, None]]]:
    """Return the work that ends the run, lets the market step, and checks what was put off."""
    ending = Ending(
        base=base,
        halts=trading.halts,
        is_flat=lambda: not trading.desk.brackets,
        ask_stop=stop.ask,
        over=world.over,
        spoiled=world.spoiled,
        candles_max=world.candles_max,
    )
    machine.bus.add_tap(ending.tap)
    work = dict(ending.upkeep())
    if world.lock_step is not None:
        stillness = Stillness(machine, world.lock_step.road, is_idle=lambda: trading.lanes.is_idle)
        work["lock-step"] = partial(world.lock_step.keep, stillness.settle)
        if isinstance(trading.lanes, LockStepLanes):
            trading.lanes.until_quiet = partial(_until_quiet, world.lock_step, stillness)
    if world.late_check is not None:
        work["online check"] = partial(world.late_check, trading.halts)
    return work


async def _until_quiet(lock_step: LockStep, stillness: Stillness) -> None:
    """Return once what came of an errand is heard, and everything that follows from it is done."""
    await lock_step.catch_up()
    await stillness.pause()
