"""What every call goes through before it is answered, whichever way it came."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.gate import Gate, Security
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.routes import Route
from noctule.adapters.sim.times import Times

__all__ = ["Clerk", "Proof", "Used"]

Proof: TypeAlias = Callable[[], Account | None]  # returns who calls, or raises its Refusal


class Used(Struct, frozen=True, kw_only=True):
    """What an address and an account have used; None is not told."""

    weight: int | None
    orders_10s: int | None = None
    orders_1m: int | None = None


class Clerk:
    """Weigh a call, ask who calls, check what was sent, count its orders, and answer it."""

    def __init__(self, counter: Counter, gate: Gate, times: Times) -> None:
        self._counter = counter
        self._gate = gate
        self._times = times

    def serve(self, route: Route, parameters: Parameters, *, peer: str, proof: Proof) -> object:
        """Return the answer, or raise the Refusal that is the answer."""
        counter, times = self._counter, self._times
        cost = route.cost(parameters)
        real_ms, market_ms = times.real_ms(), times.market_ms()
        counter.limits.weigh(peer, cost.weight, now_ms=real_ms, wall_ms=times.wall_ms())
        caller = proof()
        if route.security is Security.SIGNED:
            self._gate.check_time(parameters)
        if counter.terms.refuses_unknown_parameters:
            parameters.refuse_unknown(route.allowed)
        if caller is not None and cost.orders_1m:
            counter.limits.count_orders(caller.key, cost, real_ms)
        call = Call(
            parameters=parameters,
            market_ms=market_ms,
            told_ms=market_ms + times.skew_ms,
            real_ms=real_ms,
            peer=peer,
            caller=caller,
        )
        return route.answer(counter, call)

    def weigh(self, peer: str, weight: int) -> None:
        """Count weight against an address."""
        self._counter.limits.weigh(
            peer, weight, now_ms=self._times.real_ms(), wall_ms=self._times.wall_ms()
        )

    def strike(self, peer: str) -> None:
        """Hold a breach of the rules against an address."""
        self._counter.limits.strike(
            peer, now_ms=self._times.real_ms(), wall_ms=self._times.wall_ms()
        )

    def used(self, route: Route | None, *, peer: str, key: str) -> Used:
        """Return what a caller has used so far, as far as the route tells it."""
        now_ms = self._times.real_ms()
        weight = self._counter.limits.address(peer, now_ms).weight.used
        if route is None or not route.counts_orders or key not in self._counter.exchange.accounts:
            return Used(weight=None if route is not None and route.hides_weight else weight)
        purse = self._counter.limits.purse(key, now_ms)
        return Used(weight=weight, orders_10s=purse.ten_seconds.used, orders_1m=purse.minute.used)
