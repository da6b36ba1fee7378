"""Many storms, each passed over where nothing can happen and each told price by price.

`python -m tests.soak.passing_over SEEDS [--from SEED] [--candles N]` prints the seeds whose two
runs differ and how, and returns 1 if there are any.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fakes.passing_over import both_ways, course_difference, drawn_storm

__all__ = ["main"]


def main() -> int:
    """Run them all, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--candles", type=int, default=300)
    asked = parser.parse_args()
    differing, trades = 0, 0
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory() as home:
            fast, plain = both_ways(drawn_storm(seed, candles=asked.candles), Path(home))
        trades += len(fast.course.trades)
        difference = course_difference(fast.course, plain.course)
        if difference is not None:
            differing += 1
            sys.stdout.write(f"seed {seed}: {difference}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{asked.seeds} storms, {trades} trades, {differing} differ\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
