"""The same figure again and again along the run: whether it was one lucky month."""

from msgspec import Struct

__all__ = ["Rolling", "Series"]


class Series(Struct, frozen=True, kw_only=True):
    """A figure at some instants, at most 500; the columns are equally long."""

    at_ms: tuple[int, ...]
    values: tuple[float | None, ...]


class Rolling(Struct, frozen=True, kw_only=True):
    """Each value looks back from its instant; empty where the run is too short to look back."""

    sharpe: Series  # of the 30 days before, at the end of UTC days
    expectancy: Series  # of the 50 trades before, in quote currency, at closes
    expectancy_r: Series  # of the 50 trades before that had a stop, in R
