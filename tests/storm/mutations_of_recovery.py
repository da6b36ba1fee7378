"""Faults planted in recovery: what a start or a doubt takes over, and what it leaves alone."""

from typing import Final

from tests.storm.mutation import Mutation

__all__ = ["OF_RECOVERY"]

OF_RECOVERY: Final = (
    Mutation(
        name="trading begins without a recovery",
        file="engine/caretaker.py",
        old="        self._judge(await self._recovery.begin(memory))\n",
        new="",
        bug="what a dead process held is naked until somebody compares",
        first=("crash_loop",),
    ),
    Mutation(
        name="halts are lost at a restart",
        file="engine/halts.py",
        old="        self._decided = merged(self._decided, lasting(remembered, now_ms=now_ms))\n",
        new="        self._decided = lasting(self._decided, now_ms=now_ms)\n",
        bug="paused by its owner, it trades again after a crash",
        first=("operator", "crash_loop"),
    ),
    Mutation(
        name="a long that was found is led as a short",
        file="reconcile/case.py",
        old="        return Direction.LONG if quantity > 0 else Direction.SHORT\n",
        new="        return Direction.LONG if quantity < 0 else Direction.SHORT\n",
        bug="a comparison, swapped: what is held is not what the bracket guards",
        first=("crash_loop",),
    ),
    Mutation(
        name="orders that were found are not led",
        file="engine/takeover.py",
        old="        self._desk.adopt(adoption.plan, (*adoption.orders, *adoption.ended))\n",
        new="        self._desk.adopt(adoption.plan, ())\n",
        bug="a second stop beside the first, and the first outlives the position",
        first=("crash_loop",),
    ),
    Mutation(
        name="orders on a flat symbol are left at the start",
        file="reconcile/planning.py",
        old="        return plan_flat(case, terms)\n",
        new="        return SymbolPlan(symbol=case.symbol)\n",
        bug="orphans of a dead process: an entry that nobody wants any more fills",
        first=("crash_loop", "limit_targets"),
    ),
    Mutation(
        name="orders that are not ours are swept",
        file="reconcile/unheld.py",
        old="sweeps=sweeps_of(each for each in case.ours if",
        new="sweeps=sweeps_of(each for each in case.orders if",
        bug="the owner's own orders are cancelled by his bot",
        first=("operator",),
    ),
    Mutation(
        name="what is held is ours, whoever entered it",
        file="reconcile/ownership.py",
        old="    if origin.entered is Entered.BY_OTHERS and not origin.explained:\n"
        "        return None\n",
        new="    if origin.entered is Entered.BY_OTHERS and not case.position.is_flat:\n"
        '        return "it is held"\n',
        bug="the owner's position gets the bot's stop",
        first=("operator",),
    ),
)
