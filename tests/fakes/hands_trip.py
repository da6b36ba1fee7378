"""A whole round trip in which one thing goes wrong, and another in which nothing does."""

from collections.abc import Callable
from typing import Final

from noctule.domain.signals import Direction
from tests.fakes.hands_cells import Step
from tests.fakes.hands_exchange import Trap
from tests.fakes.hands_life import enter, leave, move_stop, reach_target, rest
from tests.fakes.hands_rig import Rig

__all__ = ["live_on", "round_trip", "walk"]

_BEFORE_ENTRY: Final = (Step.ENTRY, Step.STOP, Step.TARGET)
_MOVING: Final = (Step.MOVE, Step.RETIRE, Step.SIBLING)  # a stop that moved has a size
_CANDLES_MAX: Final = 3  # a stream that died may be found out, and entries refused, only now
_BEFORE_EXIT: Final = (Step.EXIT, Step.SWEEP, Step.SIBLING)


async def round_trip(rig: Rig, step: Step, set_trap: Callable[[], Trap]) -> None:
    """Go from a signal to flat with a trap at one step, and then once more without any.

    A trap that nothing walked into would prove nothing, so that is a failure, too.
    """
    traps: list[Trap] = []
    await walk(rig, step, lambda: traps.append(set_trap()))
    assert traps, f"it never came to the step {step}: {rig.state}"
    assert traps[0].bitten, f"no request of the step {step} was ever made: this proves nothing"
    await live_on(rig)


async def walk(rig: Rig, step: Step, before: Callable[[], object]) -> None:
    """Go from a signal to flat, with something done right before the part that has the step.

    Entering, protecting, moving and leaving are judged one by one.
    """
    if step in _BEFORE_ENTRY:
        before()
    await enter(rig)
    if step in _MOVING and rig.exchange.amount():
        if step is not Step.SIBLING:
            before()
        await move_stop(rig)
    if rig.exchange.amount():
        if step in _BEFORE_EXIT:
            before()
        await (reach_target(rig) if step is Step.SIBLING else leave(rig))
    assert not rig.exchange.amount(), f"it did not close: {rig.state}"


async def live_on(rig: Rig) -> None:
    """Trade once more, as if nothing had been: what went wrong must have left nothing behind."""
    rig.exchange.unset_traps()
    rig.exchange.disarm()
    rig.owner.withdraw()  # what is not ours blocks entries, and should
    await rig.until(lambda: not rig.watch.is_out)
    for _ in range(_CANDLES_MAX):
        await rig.until(lambda: not rig.halts)
        await enter(rig, Direction.SHORT)
        if rig.exchange.amount():
            break
    assert rig.exchange.amount() < 0, f"it does not trade any more: {rig.state}"
    await leave(rig)
    assert not rig.exchange.amount(), f"it did not close: {rig.state}"
    await rest(rig)
