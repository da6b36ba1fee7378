"""The exchange's no, in the bot's words: the same error that the adapter makes of its bytes."""

from collections.abc import Callable
from typing import Final, TypeVar

from noctule.adapters.binance.rest.failures import MEANINGS
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.model import Refusal, Rules
from noctule.adapters.sim.refusals import refuse
from noctule.domain.errors import VenueError, VenueRefused
from noctule.domain.values import Symbol

__all__ = ["answered", "contract", "failure_of"]

T = TypeVar("T")

_INVALID_SYMBOL: Final = -1121


def answered(ask: Callable[[], T]) -> T:
    """Return what the exchange answers, or raise why it refuses."""
    try:
        return ask()
    except Refusal as refusal:
        raise failure_of(refusal) from refusal


def contract(exchange: Exchange, symbol: Symbol) -> Rules:
    """Return a contract's rules, or raise that there is none of this name."""
    rules = exchange.rules.get(symbol)
    if rules is None:
        raise failure_of(refuse(_INVALID_SYMBOL))
    return rules


def failure_of(refusal: Refusal) -> VenueError:
    """Translate a refusal; a code that the adapter has not heard of is a definite no."""
    meaning = MEANINGS.get(refusal.code, VenueRefused)
    assert issubclass(meaning, VenueRefused), f"the matching core says {refusal}"
    return meaning(refusal.msg, code=refusal.code)
