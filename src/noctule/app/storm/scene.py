"""What a storm's watchers look at: the exchange, the account, the bot that lives just now."""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.model import AlgoOrder, OrderType
from noctule.app.storm.clocks import SettableWall
from noctule.app.storm.exchange import StormExchange, Watcher
from noctule.app.storm.life import Life
from noctule.app.storm.story import Story
from noctule.domain.events.base import Event

__all__ = ["Phase", "Rule", "Scene", "Violation", "is_covered"]

_STOPS = (OrderType.STOP_MARKET, OrderType.STOP, OrderType.TRAILING_STOP_MARKET)
_OURS = "noc-"


class Phase(StrEnum):
    """Where a trade is when something goes wrong."""

    DOWN = "down"  # no process runs
    STARTING = "starting"  # one does, and has not come so far that it trades
    FLAT = "flat"
    ENTERING = "entering"  # an entry rests, or one is under way
    NAKED = "naked"  # held, and no stop would close all of it
    HELD = "held"
    LEAVING = "leaving"  # the bot has asked to close it


class Violation(Struct, frozen=True, kw_only=True):
    """A promise that was broken: which, when, and how."""

    at_ms: int  # since the opening
    rule: str
    text: str


class Scene:
    """Everything there is; nobody but the runner changes it."""

    def __init__(
        self,
        story: Story,
        exchange: StormExchange,
        account: Account,
        *,
        clock: VirtualClock,
        wall: SettableWall,
        open_ms: int,
    ) -> None:
        self.story, self.exchange, self.account = story, exchange, account
        self.clock, self.wall, self.open_ms = clock, wall, open_ms
        self.life: Life | None = None  # None: no process runs

    @property
    def now_ms(self) -> int:
        """Return how long the storm has lasted."""
        return self.clock.now_ms() - self.open_ms

    def amount(self, symbol: str) -> Decimal:
        """Return what is held of it, signed."""
        return sum((leg.amount for leg in self.account.legs(symbol)), Decimal(0))

    def resting(self, symbol: str) -> list[str]:
        """Return the client ids of all that rests, conditional or not."""
        regular = [order.client_id for order in self.account.orders_on(symbol)]
        return [*regular, *(algo.client_algo_id for algo in self.account.algos_on(symbol))]

    def ours(self, symbol: str) -> list[str]:
        """Return those of them that bear the bot's mark."""
        return [name for name in self.resting(symbol) if name.startswith(_OURS)]


class Rule(Watcher):
    """One promise, watched over; overrides what it needs and calls `self.broken`."""

    name: str

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        self.scene = scene
        self._tell = tell

    def broken(self, text: str) -> None:
        """Say that the promise was broken, now."""
        self._tell(Violation(at_ms=self.scene.now_ms, rule=self.name, text=text))

    def heard(self, event: Event) -> None:
        """See an event of the bot's bus, before its handlers do."""

    def born(self, life: Life) -> None:
        """Know that a process was started."""

    def died(self, life: Life) -> None:
        """Know that one has ended: by a crash if `life.is_dead`, else in order."""

    def look(self) -> None:
        """Look around; called ten times a second of virtual time, and after all that happens."""

    def calm(self) -> None:
        """Look a last time, long after anything went wrong, while the bot still runs."""

    def over(self) -> None:
        """Look at what the last process has left behind on the disk, `scene.life.place.home`."""


def is_covered(account: Account, symbol: str, amount: Decimal) -> bool:
    """Tell whether stops that rest, or have fired, would close all of a position."""
    if any(algo.symbol == symbol for algo in account.triggered.values()):
        return True
    stops = [algo for algo in account.algos_on(symbol) if _would_stop(algo, amount)]
    return any(algo.close_position for algo in stops) or sum(
        (algo.qty for algo in stops), Decimal(0)
    ) >= abs(amount)


def _would_stop(algo: AlgoOrder, amount: Decimal) -> bool:
    return algo.type in _STOPS and algo.side.sign * amount < 0
