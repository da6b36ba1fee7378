"""RiskManager: the only way from a signal to an approval."""

from collections.abc import Callable

from msgspec import Struct

from noctule.domain.signals import Approved, Reason, Refused
from noctule.domain.values import plain_text
from noctule.risk.case import EntryCase
from noctule.risk.checks import CHECKS
from noctule.risk.gate import Gate
from noctule.risk.limits import RiskLimits
from noctule.risk.sizing import Sized, size_entry

__all__ = ["RiskManager", "Weighed"]


class Weighed(Struct, frozen=True, kw_only=True):
    """A verdict, and all that it rests on; written out only for those who want to read it."""

    verdict: Approved | Refused
    halts: tuple[Reason, ...]
    gates: list[Gate]
    sized: Sized | Refused

    def told(self) -> dict[str, str]:
        """Return every gate with its numbers, open or not, and what the size came from."""
        halted = {reason.check: reason.text for reason in self.halts}
        checked = {gate.check: gate.text for gate in self.gates}
        return checked | halted | _size_gates(self.sized)


class RiskManager:
    """Holds the limits, and weighs each wish to enter against all of them at once."""

    def __init__(self, limits: RiskLimits) -> None:
        self.on_adopted: Callable[[RiskLimits], object] = lambda _limits: None
        self._limits = limits

    @property
    def limits(self) -> RiskLimits:
        """Return the limits that hold now."""
        return self._limits

    def adopt(self, limits: RiskLimits) -> None:
        """Let other limits hold from the next wish on; what is held stays as it is."""
        self._limits = limits
        self.on_adopted(limits)

    def assess(self, case: EntryCase) -> Approved | Refused:
        """Say how much may be entered, with its stop and target, or every reason against it."""
        return self.weigh(case).verdict

    def weigh(self, case: EntryCase) -> Weighed:
        """Say the same, and what every gate said: each is asked once."""
        sized = size_entry(case, self._limits)
        gates = [check(case, self._limits) for check in CHECKS]
        return Weighed(
            verdict=_verdict(case, sized, gates), halts=case.desk.halts, gates=gates, sized=sized
        )


def _verdict(case: EntryCase, sized: Sized | Refused, gates: list[Gate]) -> Approved | Refused:
    reasons = [*case.desk.halts, *_closed(case, gates)]
    if isinstance(sized, Refused):
        return Refused(reasons=(*reasons, *sized.reasons))
    if reasons:
        return Refused(reasons=tuple(reasons))
    return Approved(
        symbol=case.wish.symbol,
        direction=case.wish.direction,
        quantity=sized.quantity,
        stop=sized.levels.stop,
        target=sized.levels.target,
    )


def _closed(case: EntryCase, gates: list[Gate]) -> list[Reason]:
    """Return the reasons of all checks that fail, but for those that a halt tells already."""
    told = {reason.check for reason in case.desk.halts}
    return [gate.reason for gate in gates if not gate.is_open and gate.check not in told]


def _size_gates(sized: Sized | Refused) -> dict[str, str]:
    if isinstance(sized, Refused):
        return {reason.check: reason.text for reason in sized.reasons}
    levels = sized.levels
    liquidation = "none" if sized.liquidation is None else f"near {sized.liquidation:.6g}"
    return {
        "size": f"{plain_text(sized.quantity)}, bound by {sized.bound_by}",
        "loss": f"{sized.loss_at_stop:.6g} of {sized.loss_allowed:.6g} if the stop at "
        f"{levels.stop} fills at {levels.worst_exit:.8g}, entered at {levels.worst_entry:.8g}",
        "margin": f"{sized.margin:.6g}",
        "liquidation": liquidation,
    }
