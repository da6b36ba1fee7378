"""What the desk must not forget when the process dies, and can do without if it is lost."""

from msgspec import Struct

from noctule.domain.order import OrderKey
from noctule.domain.signals import Direction
from noctule.domain.values import Price, Quote, Symbol

__all__ = ["BracketMemory", "DeskMemory", "HaltMemory"]


class HaltMemory(Struct, frozen=True, kw_only=True):
    """Why entries are off, by whom, and until when."""

    check: str  # the name its reason has in a refusal
    cause: str
    actor: str
    ends_ms: int | None  # None until somebody resumes


class BracketMemory(Struct, frozen=True, kw_only=True):
    """One open bracket: whose it is and where its stop and target belong."""

    symbol: Symbol
    strategy: str
    trace: str
    key: OrderKey  # of its first entry order
    direction: Direction
    stop: Price
    target: Price | None
    signal_price: float | None


class DeskMemory(Struct, frozen=True, kw_only=True):
    """The whole of it; small, and written whole."""

    saved_ms: int = 0
    day: int = 0  # days since the epoch, UTC: the one that the next two are of
    day_equity: Quote | None = None  # at its beginning; transfers move it
    equity_peak: Quote | None = None  # ever; transfers move it
    seen_equity: Quote | None = None  # last: what the next day begins with; transfers move it
    wallet_ms: int = 0  # when the wallet was told last: transfers until then are in all of these
    losses_in_a_row: int = 0
    halts: tuple[HaltMemory, ...] = ()
    brackets: tuple[BracketMemory, ...] = ()
