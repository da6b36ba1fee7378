"""The adapter's prices, all in one run: a candle's way in, many symbols, and a request's way out.

    python -m benchmarks.adapter

Bars: a signed order's round trip at most 1.25 times a bare aiohttp POST, and at most half of the
stock connector's in a thread; the rest is for orientation. Parts run alone too: adapter_candles,
adapter_frames, adapter_rest.
"""

import sys

import uvloop

from benchmarks import adapter_candles, adapter_frames, adapter_rest


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    adapter_candles.main()
    adapter_frames.frames()
    are_held = uvloop.run(adapter_rest.round_trips())
    print(f"the bars of a round trip: {'kept' if are_held else 'MISSED'}")
    return 0 if are_held else 1


if __name__ == "__main__":
    sys.exit(main())
