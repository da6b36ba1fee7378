"""Whose code is running now, and since when: written by the loop's thread, read by a watchdog's."""

from noctule.engine.desk import Desk

__all__ = ["Turn"]


class Turn:
    """A strategy's turn to compute; while it has it, nothing else of the bot runs.

    The instant at which a turn began stands for that very turn, and 0 for nobody's. To begin one
    and to end it costs a write each, for both happen on every candle.
    """

    __slots__ = ("began_ns", "desk", "struck_ns")

    def __init__(self) -> None:
        self.desk: Desk | None = None  # whose turn it is, or was last
        self.began_ns = 0
        self.struck_ns = -1  # the turn that a watchdog tried to put an end to

    @property
    def is_struck(self) -> bool:
        """Tell whether the running turn should be over."""
        return self.began_ns == self.struck_ns
