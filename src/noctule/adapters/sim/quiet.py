"""Lock-step: the market goes on only when everybody who asked for it has had time to react."""

from typing import Final

__all__ = ["QuietGate"]

_MEMBERS_MAX: Final = 1_000


class QuietGate:
    """Count who has still to say, after the latest step, that nothing more will come of it."""

    def __init__(self) -> None:
        self._step = 0
        self._members: dict[str, int] = {}  # the last step each has acknowledged

    @property
    def is_quiet(self) -> bool:
        """Tell whether the market may go on; it may if nobody asked for lock-step."""
        return not self.waiting_for

    @property
    def waiting_for(self) -> list[str]:
        """Return who has not acknowledged the latest step."""
        return [member for member, step in self._members.items() if step < self._step]

    def join(self, member: str) -> None:
        """Hold the market for this account from now on; it owes an answer to the present step."""
        assert len(self._members) < _MEMBERS_MAX, f"more than {_MEMBERS_MAX} in lock-step"
        self._members.setdefault(member, self._step - 1)

    def leave(self, member: str) -> None:
        """Hold the market for this account no longer."""
        self._members.pop(member, None)

    def stepped(self, step: int) -> None:
        """Take note that a step has been told to everybody."""
        assert step >= self._step, f"step {step} after {self._step}"
        self._step = step

    def acknowledge(self, member: str, step: int) -> bool:
        """Take one account's word for a step; an old step's changes nothing, and says so."""
        if member not in self._members or step != self._step:
            return False
        self._members[member] = step
        return True
