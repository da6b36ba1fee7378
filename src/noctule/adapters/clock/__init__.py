"""The clocks: the wall's, the wall's at a multiple, and one that moves only when told."""

from noctule.adapters.clock.loop import (
    Steps,
    VirtualBusyLoop,
    VirtualDeadlock,
    VirtualLoop,
    run_virtual,
)
from noctule.adapters.clock.scaled import ScaledClock
from noctule.adapters.clock.system import SystemClock
from noctule.adapters.clock.virtual import VirtualClock

__all__ = [
    "ScaledClock",
    "Steps",
    "SystemClock",
    "VirtualBusyLoop",
    "VirtualClock",
    "VirtualDeadlock",
    "VirtualLoop",
    "run_virtual",
]
