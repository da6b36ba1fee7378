"""The steps of a client's script: each compares what came with what must come, and says so.

The scripts run in virtual environments of their own, so this uses the standard library only.
"""

import sys
from enum import StrEnum
from typing import NoReturn

__all__ = ["Kind", "Steps"]


class Kind(StrEnum):
    """What a step proves; the test counts them."""

    STEP = "step"
    VALUE = "value"  # what an order, a conditional order or a user event says
    CODE = "code"  # a refusal's error code


class Steps:
    """Print `ok N kind what` for each step; stop the script at the first that does not hold."""

    def __init__(self) -> None:
        self._done = 0

    def step(self, what: str, got: object, want: object) -> None:
        """Compare something that is not trade: time, markets, settings."""
        self._compare(Kind.STEP, what, got, want)

    def value(self, what: str, got: object, want: object) -> None:
        """Compare what an order, a conditional order or a user event says."""
        self._compare(Kind.VALUE, what, got, want)

    def code(self, what: str, got: int | None, want: int) -> None:
        """Compare the code of a refusal; None means that there was none."""
        self._compare(Kind.CODE, what, got, want)

    def finish(self) -> None:
        """Say that the script has come to its end."""
        self._say(f"done {self._done}")

    def _compare(self, kind: Kind, what: str, got: object, want: object) -> None:
        if got != want:
            self._stop(kind, what, got, want)
        self._done += 1
        self._say(f"ok {self._done} {kind} {what}")

    def _stop(self, kind: Kind, what: str, got: object, want: object) -> NoReturn:
        self._say(f"not ok {self._done + 1} {kind} {what}\n  expected {want!r}\n  got      {got!r}")
        raise SystemExit(1)

    def _say(self, line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
