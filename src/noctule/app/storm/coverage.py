"""Which kind of trouble has struck in which phase of a trade, as a table that shows its holes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from noctule.adapters.sim.faults import FaultKind
from noctule.app.storm.scene import Phase
from noctule.app.storm.story import HandDeed, OperatorDeed

__all__ = ["KINDS", "Coverage"]

_PROCESS: Final = ("crash", "restart", "reload", "slow", "listen key")
_MACHINE: Final = ("disk", "clock")
_HANDS: Final = tuple(f"hand {deed.value}" for deed in HandDeed)
_OPERATOR: Final = tuple(f"operator {deed.value}" for deed in OperatorDeed)
_WIRE: Final = tuple(kind.value for kind in FaultKind)
_WITHOUT_PROCESS: Final = frozenset((*_MACHINE, *_HANDS))  # strike while no process runs, too

KINDS: Final = (*_WIRE, *_PROCESS, *_MACHINE, *_OPERATOR, *_HANDS)
_HOLE, _IMPOSSIBLE = "–", ""


class Coverage:
    """The sum of what many storms have met with."""

    def __init__(self) -> None:
        self._struck = Counter[tuple[str, str]]()

    def add(self, struck: Mapping[str, int]) -> None:
        """Count what one of them tells as "kind|phase"."""
        for name, count in struck.items():
            kind, _, phase = name.partition("|")
            self._struck[kind, phase] += count

    def holes(self) -> list[str]:
        """Return what could have struck and never has."""
        return [
            f"{kind} while {phase.value}"
            for kind in KINDS
            for phase in Phase
            if not self._struck[kind, phase.value] and _is_possible(kind, phase)
        ]

    def headings(self) -> list[str]:
        """Return the first line of the table."""
        return ["struck", *(phase.value for phase in Phase)]

    def rows(self) -> Iterable[list[str]]:
        """Return the others; a kind that nobody knew comes last."""
        strange = sorted({kind for kind, _ in self._struck} - set(KINDS))
        for kind in (*KINDS, *strange):
            yield [kind, *(self._cell(kind, phase) for phase in Phase)]

    def _cell(self, kind: str, phase: Phase) -> str:
        count = self._struck[kind, phase.value]
        if count:
            return f"{count:,}"
        return _HOLE if _is_possible(kind, phase) else _IMPOSSIBLE


def _is_possible(kind: str, phase: Phase) -> bool:
    return phase is not Phase.DOWN or kind in _WITHOUT_PROCESS
