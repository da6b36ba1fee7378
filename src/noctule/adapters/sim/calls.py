"""What a handler is given: the exchange behind the counter, and the one call in front of it."""

from collections.abc import Callable

from msgspec import Struct

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.limits import Limits
from noctule.adapters.sim.listen_keys import ListenKeys
from noctule.adapters.sim.model import Refusal, Rules
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.tape import Tape
from noctule.adapters.sim.terms import Terms

__all__ = ["Call", "Counter", "Handler"]


class Counter(Struct, frozen=True, kw_only=True):
    """Everything that calls are answered from."""

    exchange: Exchange
    tape: Tape
    listen_keys: ListenKeys
    limits: Limits
    terms: Terms

    def rules(self, symbol: str) -> Rules:
        """Return a symbol's rules; refuse a symbol that does not exist."""
        rules = self.exchange.rules.get(symbol)
        if rules is None:
            raise Refusal(-1121, "Invalid symbol.")
        return rules

    def wanted(self, parameters: Parameters) -> list[Rules]:
        """Return the rules of the symbol that was sent, or of all when none was."""
        symbol = parameters.symbol_or_none()
        return list(self.exchange.rules.values()) if symbol is None else [self.rules(symbol)]


class Call(Struct, frozen=True, kw_only=True):
    """One call: its parameters, who makes it, and when."""

    parameters: Parameters
    market_ms: int
    told_ms: int  # the market's time as the exchange tells it; a fault may skew it
    real_ms: int
    peer: str
    caller: Account | None = None

    @property
    def account(self) -> Account:
        """Return who calls; only calls that need nobody have nobody."""
        assert self.caller is not None, "this call was let in without an account"
        return self.caller


Handler = Callable[[Counter, Call], object]
