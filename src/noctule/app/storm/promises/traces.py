"""The audit trail holds, over every crash and every full disk."""

from pathlib import Path
from typing import Final

from typing_extensions import override

from noctule.adapters.store.audit import Broken, verify
from noctule.app.storm.life import Life
from noctule.app.storm.scene import Rule
from noctule.app.storm.story import DiskFailure

__all__ = ["AuditTrailHolds"]

_FILE: Final = "logs/audit.jsonl"
_LOST: Final = "could not be written"


class AuditTrailHolds(Rule):
    """Every line follows from the one before; one is missing only where the disk took none."""

    name = "audit trail holds"

    _path = Path()

    @override
    def born(self, life: Life) -> None:
        self._path = life.place.home / _FILE

    @override
    def died(self, life: Life) -> None:
        if not life.is_dead:
            self._verify()

    @override
    def over(self) -> None:
        self._verify()

    def _verify(self) -> None:
        if not self._path.exists():
            return
        verdict = verify(self._path)
        if isinstance(verdict, Broken):
            self.broken(f"line {verdict.line}: {verdict.reason}")
            return
        had_no_disk = any(isinstance(each, DiskFailure) for each in self.scene.story.troubles)
        lost = [gap.reason for gap in verdict.gaps if _LOST in gap.reason]
        if lost and not had_no_disk:
            self.broken(f"{lost} though the disk was never full")
