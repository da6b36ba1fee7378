"""Whoever looks now and then does so in one moment: a processor at rest is woken once for all."""

__all__ = ["until_beat_ms"]


def until_beat_ms(elapsed_ms: int, every_ms: int) -> int:
    """Return how long it is to the next whole multiple of a pace, in elapsed time."""
    assert every_ms > 0, f"a beat every {every_ms} ms"
    return every_ms - elapsed_ms % every_ms
