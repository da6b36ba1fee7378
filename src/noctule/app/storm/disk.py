"""A disk that takes nothing any more: the kernel itself refuses every write of this process."""

import resource
from typing import Final

__all__ = ["Disk"]

_NOTHING: Final = 0


class Disk:
    """Full and not full; what is read, and what a copy of a folder needs, is left alone."""

    def __init__(self) -> None:
        self._usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.is_full = False

    def fill(self) -> None:
        """Let no file grow, and none be written."""
        self._limit(_NOTHING)
        self.is_full = True

    def clear(self) -> None:
        """Let everything be written again."""
        self._limit(self._usual[0])
        self.is_full = False

    def _limit(self, most: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, self._usual[1]))
