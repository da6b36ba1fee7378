"""Faults planted in what a bracket wants: entry, stop, target, close, and what it asks for."""

from typing import Final

from tests.storm.mutation import Mutation

__all__ = ["OF_ORDERS"]

OF_ORDERS: Final = (
    # The five handlings of the matrix that tests/hands takes away, too.
    Mutation(
        name="nobody asks what became of an order",
        file="orders/doubts.py",
        old="        if ticket.is_asking or ticket.question_ms is None:\n",
        new="        if ticket.is_asking or ticket.question_ms != ticket:\n",
        bug="what the stream and an answer lost stays lost: an unknown order is waited for",
        first=("flaky_network",),
    ),
    Mutation(
        name="the naked limit closes nothing",
        file="orders/protecting.py",
        old="    if scene.now_ms >= limit_ms:\n        text",
        new="    if scene.now_ms < 0:\n        text",
        bug="a position whose stop is refused again and again is held without one",
        first=("limit_targets", "overload"),
    ),
    Mutation(
        name="a stop that is gone is not missed",
        file="orders/protecting.py",
        old="    if state.foreign_stops:\n        return True\n",
        new="    if state.foreign_stops or state.is_protected:\n        return True\n",
        bug="once protected counts as protected: the owner takes the stop out, nobody puts another",
        first=("crash_loop", "operator"),
    ),
    Mutation(
        name="nothing is cancelled before a close",
        file="orders/leaving.py",
        old="    in_the_way = [*_in_the_way(state)]\n",
        new="    in_the_way: list[Ticket] = []\n",
        bug="an entry goes on filling while the position is closed, a target blocks the close",
        first=("limit_targets",),
    ),
    Mutation(
        name="a moved stop is taken out before the new one rests",
        file="orders/protecting.py",
        old="    if not keep:\n        yield from place_stop(state, scene, held)\n        return\n",
        new="    if not keep:\n        for each in resting:\n"
        "            yield from cancel(state, each, scene)\n        return\n",
        bug="between the two there is none, and if the second fails there never is",
        first=("operator",),
    ),
    # The stop.
    Mutation(
        name="the stop stands on the side of the entry",
        file="orders/state.py",
        old="        return self.plan.side.opposite\n",
        new="        return self.plan.side\n",
        bug="it adds to the position when the price goes against it",
        first=("calm",),
    ),
    Mutation(
        name="a stop whose price is passed is retried instead of closing",
        file="orders/outcomes.py",
        old="        state.leave(ExitReason.STOP, now_ms, leg=Leg.CLOSE, is_urgent=True)\n"
        "        return\n    state.stops.climb()\n",
        new="        return\n    state.stops.climb()\n",
        bug="-2021 says that the loss is larger than was meant already, and it runs on",
        first=("liquidation",),
    ),
    # The close.
    Mutation(
        name="a close that was refused is sent again without a pause",
        file="orders/leaving.py",
        old="    state.closes.pause(scene_ms, at_least_ms=wait_ms)\n",
        new="    state.closes.failures += 1\n",
        bug="the same no, as often as the line carries it, and the budget of orders is gone",
        first=("overload",),
    ),
    Mutation(
        name="what is left of a trade is not swept",
        file="orders/leaving.py",
        old="    for each in state.working():\n        yield from cancel(state, each, scene)\n"
        "    if not state.working():\n",
        new="    if not state.working():\n",
        bug="stop or target outlives the position and waits to open another",
        first=("calm",),
    ),
    Mutation(
        name="a trade is over while its orders rest",
        file="orders/leaving.py",
        old="    if not state.working():\n        state.is_over = ",
        new="    if state.flat_since_ms is not None:\n        state.is_over = ",
        bug="a cancel that fails is nobody's business any more",
        first=("flaky_network", "limit_targets"),
    ),
    Mutation(
        name="a close that traded in part is the last",
        file="orders/leaving.py",
        old="    requests = [*_closing_requests(state, scene, held)]\n",
        new="    if any(each.leg is state.exit_leg for each in state.tickets):\n"
        "        return\n    requests = [*_closing_requests(state, scene, held)]\n",
        bug="one try each: what it left, or what refused it, stays held for ever",
        first=("overload",),
    ),
    # The entry.
    Mutation(
        name="an entry is never taken out when its time is over",
        file="orders/entering.py",
        old="    for each in state.working(Leg.ENTRY):\n",
        new="    for each in state.closes_live():\n",
        bug="what did not fill rests on, and fills when nobody wants it any more",
        first=("limit_entries",),
    ),
    # What was held and filled.
    Mutation(
        name="of each symbol one trade is counted",
        file="orders/blotter.py",
        old="        key = (symbol, trade_id)\n",
        new="        key = (symbol, 0)\n",
        bug="a key too coarse: the second fill is dropped as a repeat of the first",
        first=("calm",),
    ),
    Mutation(
        name="a partial fill is taken for the last",
        file="orders/bracket.py",
        old="            ticket.trade(quantity, is_last=remaining == 0)\n",
        new="            ticket.trade(quantity, is_last=remaining >= 0)\n",
        bug="the rest of the order is nobody's: it fills or rests unled",
        first=("limit_entries", "limit_targets"),
    ),
    Mutation(
        name="what a look told is believed whatever came meanwhile",
        file="engine/order_desk.py",
        old="        is_news = self.looks.is_fresh(symbol) and not self.looks.lags(look, ours)\n",
        new="        is_news = self.looks.is_fresh(symbol) or True\n",
        bug="REST's position of before a fill wins over the fill, and the stop is swept",
        first=("flaky_network",),
    ),
)
