"""From a signal to a protected position: what our own code takes of that, and how long it is naked.

    python -m benchmarks.execution

A whole bot trades on the simulated exchange in a process of its own, over loopback: entries and
exits, one after the other. Told are the time from a signal's event to the bytes of its entry and
from the first event that tells of a fill to the bytes of its stop, each beside the same order by a
bare executor; and how long the position was naked by the clock of the exchange, which counts whole
milliseconds. Bar: the median from fill to stop stays under a millisecond.
"""

import sys
from statistics import median, quantiles
from typing import Final

import uvloop

from benchmarks.execution_life import beats_of_a_life

__all__ = ["main"]

BAR_US: Final = 1_000


def main() -> int:
    """Measure, print, and return 1 when the bar is missed."""
    beats = uvloop.run(beats_of_a_life())
    _print("a bare executor: market order, call to bytes", beats.bare_entry_us, "us")
    _print("signal to the bytes of its entry", beats.signal_us, "us")
    _print("a bare executor: stop, call to bytes", beats.bare_stop_us, "us")
    _print("fill to the bytes of its stop", beats.fill_us, "us")
    _print("naked by the exchange's clock", beats.naked_ms, "ms")
    is_kept = median(beats.fill_us) < BAR_US
    print(f"the bar of a fill and its stop, {BAR_US} us: {'kept' if is_kept else 'MISSED'}")
    return 0 if is_kept else 1


def _print(title: str, taken: list[float], unit: str) -> None:
    p99 = quantiles(taken, n=100)[98]
    print(f"{title:48} p50 {median(taken):7,.0f} {unit}  p99 {p99:7,.0f} {unit}  n {len(taken)}")


if __name__ == "__main__":
    sys.exit(main())
