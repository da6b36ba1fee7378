"""Faults planted in the engine: desk, lanes, handlers, and in the gates that keep entries off."""

from typing import Final

from tests.storm.mutation import Mutation

__all__ = ["OF_ENGINE", "OF_RISK"]

OF_ENGINE: Final = (
    Mutation(
        name="an unknown outcome is taken for never sent",
        file="engine/lane_outcomes.py",
        old="    if isinstance(failure, _NOT_EXECUTED):\n",
        new="    if not isinstance(failure, VenueRefused):\n",
        bug="the order is forgotten, and may have been executed all the same",
        first=("flaky_network",),
    ),
    Mutation(
        name="an entry never gives its place in the lane back",
        file="engine/lane_queue.py",
        old="            del self._entering[errand.symbol]\n",
        new="            pass\n",
        bug="entries of one symbol go one after the other: the second waits for ever",
        first=("calm",),
    ),
    Mutation(
        name="the desk sleeps through what it wanted to be woken for",
        file="engine/order_desk.py",
        old="            self._timers.after(name, wait_ms, QueueName.ORDER)\n\n    def _weight",
        new="            self._timers.cancel(name)\n\n    def _weight",
        bug="limits and pauses run out unheard, until the exchange happens to say something",
        first=("flaky_network",),
    ),
    Mutation(
        name="nobody hears that the exchange cancelled an order",
        file="engine/bracket_events.py",
        old="    OrderCanceled: _canceled,\n",
        new="    OrderCanceled: lambda *_: None,\n",
        bug="the owner takes a stop out, and the bot goes on believing in it",
        first=("crash_loop", "operator"),
    ),
    Mutation(
        name="nobody looks what a stranger's order is for",
        file="engine/handlers/orders.py",
        old="        else:\n            self._desk.look_at(symbol)\n\n    async def follow",
        new="\n    async def follow",
        bug="the owner's stop stands in for ours, and when he takes it out none is put",
        first=("operator",),
    ),
    Mutation(
        name="a position that nobody leads is left alone",
        file="engine/handlers/orders.py",
        old="            self.on_unled(symbol)\n",
        new="            pass\n",
        bug="an entry that filled after all was over is held without a stop",
        first=("flaky_network", "crash_loop"),
    ),
    Mutation(
        name="a signal against the position does not close it",
        file="engine/handlers/signals.py",
        old="            await self._bus.publish(self._exit(event))\n",
        new="",
        bug="the strategy has left, and the position stays",
        first=("calm",),
    ),
    Mutation(
        name="a reversal is never flat",
        file="engine/handlers/signals.py",
        old="        event = self._reversals.pop(symbol, None)\n        if event is None or",
        new="        event = self._reversals.pop(symbol, None)\n        if event is not None or",
        bug="the first half closes, the second never comes",
        first=("calm",),
    ),
    Mutation(
        name="names of orders have a random part",
        file="engine/order_desk.py",
        old="                strategy=plan.strategy,\n                symbol=plan.symbol,\n",
        new='                strategy=f"{plan.strategy}{self._clock.elapsed_ms()}",\n'
        "                symbol=plan.symbol,\n",
        bug="after a crash nobody can name what the dead process may have sent",
        first=("calm",),
    ),
)

OF_RISK: Final = (
    Mutation(
        name="one position more than the limit",
        file="risk/checks.py",
        old="        is_open=ours < limits.max_positions,\n",
        new="        is_open=ours <= limits.max_positions,\n",
        bug="a comparison, swapped",
        first=("breakers", "operator"),
    ),
    Mutation(
        name="exposure is measured for each position alone",
        file="risk/sizing.py",
        old="    left = portfolio.equity * limits.max_total_exposure - portfolio.exposure\n",
        new="    left = portfolio.equity * limits.max_total_exposure\n",
        bug="three positions hold three times what was allowed in all",
        first=("calm",),
    ),
    Mutation(
        name="entries in flight count for nothing",
        file="engine/cases.py",
        old="    portfolio = book.portfolio(at_ms=at_ms, in_flight=desk.in_flight, ours",
        new="    portfolio = book.portfolio(at_ms=at_ms, in_flight={}, ours",
        bug="signals of one candle do not see one another, and together break every limit",
        first=("calm", "flaky_network"),
    ),
    Mutation(
        name="a quantity is rounded up",
        file="risk/sizing.py",
        old="    quantity = Quantity(round_to_step(scarcest.quantity, step, Rounding.DOWN))\n",
        new="    quantity = Quantity(round_to_step(scarcest.quantity, step, Rounding.UP))\n",
        bug="a step more than a limit allows",
        first=("calm",),
    ),
    Mutation(
        name="the loss at the stop is bounded by the wrong limit",
        file="risk/sizing.py",
        old="    wanted = case.portfolio.equity * limits.risk_per_trade\n",
        new="    wanted = case.portfolio.equity * limits.max_total_exposure\n",
        bug="a name beside it: what all positions may be worth, not what one may lose",
        first=("calm",),
    ),
    Mutation(
        name="what somebody decided keeps no entry off",
        file="engine/halts.py",
        old="return (*self._observed.values(), *halt_reasons(self._decided, now_ms=now_ms))",
        new="return (*self._observed.values(),)",
        bug="paused, or halted by a breaker, it goes on entering",
        first=("operator",),
    ),
    Mutation(
        name="what is observed keeps no entry off",
        file="engine/halts.py",
        old="return (*self._observed.values(), *halt_reasons(self._decided, now_ms=now_ms))",
        new="return halt_reasons(self._decided, now_ms=now_ms)",
        bug="blind to the account, or with a kill switch file in place, it goes on entering",
        first=("operator", "flaky_network"),
    ),
    Mutation(
        name="a lost feed keeps no entry off",
        file="engine/cases.py",
        old="            silent_ms=None if is_lost else source.freshness.silent_ms(symbol),\n",
        new="            silent_ms=0 if is_lost else source.freshness.silent_ms(symbol),\n",
        bug="stale data: it enters by candles that REST told, and sees no price",
        first=("flaky_network",),
    ),
    Mutation(
        name="clocks that differ keep no entry off",
        file="risk/checks.py",
        old="        is_open=abs(offset_ms) <= allowed_ms,\n",
        new="        is_open=offset_ms <= allowed_ms,\n",
        bug="the sign of a difference: a clock that is behind is as wrong as one that is ahead",
        first=("disk",),
    ),
    Mutation(
        name="an entry is made beside what is not ours",
        file="risk/checks.py",
        old='    return Gate(check="foreign", is_open=theirs is None, words=lambda: words)\n',
        new='    return Gate(check="foreign", is_open=theirs != "", words=lambda: words)\n',
        bug="one net position of two owners: nobody knows whose stop closes what",
        first=("operator",),
    ),
)
