"""The steps of the start, taken in order, each of them logged when it is over."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from noctule.telemetry.logs import get_log

__all__ = ["InitStep", "take_steps"]

InitStep: TypeAlias = Callable[[], Awaitable[None] | None]

_log = get_log(__name__)
_BEFORE_LOGS: Final = "configuration"  # the step that is over before there is a log


async def take_steps(steps: Mapping[str, InitStep]) -> None:
    """Take every step, by its name and in the mapping's order."""
    untold = []
    for number, (part, step) in enumerate(steps.items(), start=1):
        work = step()
        if work is not None:
            await work
        untold.append((number, part))
        if part == _BEFORE_LOGS:
            continue
        for done, name in untold:
            _log.info("initialized", step=f"{done}/{len(steps)}", part=name)
        untold.clear()
