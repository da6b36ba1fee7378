"""What is still to be asked of the venue, and what may leave next: what guards goes first."""

import heapq
from decimal import Decimal
from enum import IntEnum
from itertools import chain, count
from typing import Final

from msgspec import Struct

from noctule.domain.order import ClientOrderId, Leg, OrderKind, OrderRequest
from noctule.domain.values import Symbol
from noctule.orders.steps import Ask, Cancel, CountDown, Look, Send, Step

__all__ = ["Errand", "LaneQueue", "LaneSettings", "Urgency", "name_of", "urgency_of"]

GUARDS_MAX: Final = 10_000  # each bracket wants a handful at a time, so this many are a bug


class Urgency(IntEnum):
    """Who goes first when not all can go at once."""

    CLOSE = 0  # a position that must end
    STOP = 1  # a position that must be protected
    CANCEL = 2
    QUESTION = 3
    TARGET = 4
    ENTRY = 5


_CANCEL, _ENTRY = Urgency.CANCEL, Urgency.ENTRY  # an enum's members are slow to look up
_BY_LEG: Final = {
    Leg.ENTRY: Urgency.ENTRY,
    Leg.STOP: Urgency.STOP,
    Leg.TARGET: Urgency.TARGET,
    Leg.CLOSE: Urgency.CLOSE,
    Leg.FLATTEN: Urgency.CLOSE,
    Leg.PROTECT: Urgency.STOP,
}


def urgency_of(step: Step) -> Urgency:
    """Tell how urgent a step is."""
    match step:
        case Send(request=request):
            return _urgency_of_order(request)
        case Cancel() | CountDown():
            return Urgency.CANCEL
        case Ask() | Look():
            return Urgency.QUESTION


class LaneSettings(Struct, frozen=True, kw_only=True):
    """How much may be under way at once, and how long anybody waits."""

    name: str = "lanes"  # that logs and commands use; each executor's lanes have their own
    in_flight_max: int = 60
    reserved: int = 20  # of those, for what closes, protects and cancels
    entries_in_flight_max: int = 30
    entries_max: int = 100  # waiting and in flight
    entry_patience_ms: int = 30_000  # how long an entry may wait for budget
    retry_ms: int = 500  # when to try again, where the venue does not say
    answer_timeout_ms: int = 20_000  # the executor's own are shorter; what takes longer is unknown


class Errand(Struct, kw_only=True, eq=False):
    """One thing to ask of the venue; what changes is its place in line."""

    symbol: Symbol
    step: Step
    trace: str
    weight: Decimal = Decimal(0)  # exposure in the quote currency: the largest goes first
    urgency: Urgency
    number: int = 0  # in the order they were given
    ready_ms: int = 0  # elapsed; not before
    latest_ms: int = 0  # elapsed; an entry without budget waits no longer than this

    @property
    def rank(self) -> tuple[int, Decimal, int]:
        """Return its place in line."""
        return (self.urgency, -self.weight, self.number)


class LaneQueue:
    """Everything that waits and everything that is under way; it decides, and never waits.

    Entries of one symbol go one after the other. All else leaves as soon as there is a slot, and
    some slots are kept for what closes, protects and cancels.
    """

    def __init__(self, settings: LaneSettings) -> None:
        assert 0 <= settings.reserved < settings.in_flight_max, f"{settings.reserved} are reserved"
        self._settings = settings
        self._numbers = count()
        self._guards: list[tuple[tuple[int, Decimal, int], Errand]] = []  # at most GUARDS_MAX
        self._entries: list[Errand] = []  # at most entries_max
        self._under_way: dict[int, Errand] = {}  # by number
        self._entering: dict[Symbol, Errand] = {}  # entries in flight

    @property
    def room(self) -> int:
        """Return how many more entries there is a place for."""
        taken = len(self._entries) + len(self._entering)
        return max(0, self._settings.entries_max - taken)

    @property
    def waiting(self) -> int:
        """Return how many have not left."""
        return len(self._guards) + len(self._entries)

    @property
    def in_flight(self) -> int:
        """Return how many are under way."""
        return len(self._under_way)

    def push(self, errand: Errand) -> None:
        """Add one."""
        errand.number = next(self._numbers)
        if errand.urgency is _ENTRY:
            self._entries.append(errand)
            return
        assert len(self._guards) < GUARDS_MAX, f"{len(self._guards)} guards wait"
        heapq.heappush(self._guards, (errand.rank, errand))

    def take(self, now_ms: int) -> Errand | None:
        """Return the most urgent one that may leave now; it is under way from here on."""
        errand = self._next_guard() or self._next_entry(now_ms)
        if errand is not None:
            self._under_way[errand.number] = errand
        return errand

    def done(self, errand: Errand) -> None:
        """Take it that one is under way no more."""
        del self._under_way[errand.number]
        if errand.urgency is _ENTRY:
            del self._entering[errand.symbol]

    def put_back(self, entry: Errand, *, ready_ms: int) -> None:
        """Let an entry that was not executed wait again, at its old place."""
        entry.ready_ms = ready_ms
        self._entries.append(entry)

    def has_order(self, client_order_id: ClientOrderId) -> bool:
        """Tell whether an order waits or is under way."""
        guards = (errand for _, errand in self._guards)
        held = chain(self._under_way.values(), guards, self._entries)
        return any(_sends(errand, client_order_id) for errand in held)

    def take_back(self, symbol: Symbol | None = None) -> list[Errand]:
        """Return the entries of a symbol, or all, that have not left, and forget them.

        Those under way may not come back to wait.
        """
        for entry in self._entering.values():
            if symbol in (None, entry.symbol):
                entry.latest_ms = 0
        taken = [each for each in self._entries if symbol in (None, each.symbol)]
        self._entries = [each for each in self._entries if each not in taken]
        return sorted(taken, key=lambda entry: entry.rank)

    def take_back_one(self, client_order_id: ClientOrderId) -> Errand | None:
        """Return one entry that has not left, and forget it; under way, it may not come back."""
        for entry in self._entering.values():
            if _sends(entry, client_order_id):
                entry.latest_ms = 0
        for entry in self._entries:
            if _sends(entry, client_order_id):
                self._entries.remove(entry)
                return entry
        return None

    def take_back_everything(self) -> list[Errand]:
        """Return all that has not left, and forget it."""
        guards = [errand for _, errand in sorted(self._guards, key=lambda pair: pair[0])]
        self._guards = []
        return guards + self.take_back()

    def _next_guard(self) -> Errand | None:
        if not self._guards or self._is_full_for(self._guards[0][1].urgency):
            return None
        return heapq.heappop(self._guards)[1]

    def _next_entry(self, now_ms: int) -> Errand | None:
        if len(self._entering) >= self._settings.entries_in_flight_max:
            return None
        if not self._entries or self._is_full_for(_ENTRY):
            return None
        ready = (
            each
            for each in self._entries
            if each.ready_ms <= now_ms and each.symbol not in self._entering
        )
        entry = min(ready, key=lambda each: each.rank, default=None)
        if entry is not None:
            self._entries.remove(entry)
            self._entering[entry.symbol] = entry
        return entry

    def _is_full_for(self, urgency: Urgency) -> bool:
        """Tell whether as much is under way as may be beside one more of this urgency."""
        kept = self._settings.reserved if urgency > _CANCEL else 0
        return len(self._under_way) >= self._settings.in_flight_max - kept


def _urgency_of_order(request: OrderRequest) -> Urgency:
    """Tell how urgent an order is; what takes risk away at market waits for nothing."""
    if request.reduces_only and request.kind is OrderKind.MARKET:
        return Urgency.CLOSE
    return _BY_LEG[request.leg]


def name_of(entry: Errand) -> ClientOrderId:
    """Return the client order id of an entry."""
    assert isinstance(entry.step, Send), f"{entry.step} is no entry"
    return entry.step.request.client_order_id


def _sends(errand: Errand, client_order_id: ClientOrderId) -> bool:
    step = errand.step
    return isinstance(step, Send) and step.request.client_order_id == client_order_id
