"""What a storm's dice are thrown for: how often something comes, and how long it lasts."""

import math
from random import Random

__all__ = ["between_ms", "times_within"]


def between_ms(random: Random, least_ms: int, most_ms: int) -> int:
    """Return a time between these, as often from each order of magnitude."""
    return round(math.exp(random.uniform(math.log(least_ms), math.log(most_ms))))


def times_within(random: Random, span_ms: int, *, rate: float, per_ms: int) -> list[int]:
    """Return when something comes that comes so many times in so long, unforeseeably."""
    times: list[int] = []
    at_ms = random.expovariate(1) * per_ms / rate if rate else span_ms
    while at_ms < span_ms:
        times.append(round(at_ms))
        at_ms += random.expovariate(1) * per_ms / rate
    return times
