"""What a bracket knows of itself: its orders, its goal, and what it is waiting for."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Final, Self

from msgspec import Struct

from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId, Leg, Order, OrderKind, OrderRequest, OrderState
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price, Rounding, Side
from noctule.orders.blotter import Blotter
from noctule.orders.held import Held
from noctule.orders.ladder import Ladder
from noctule.orders.machine import OrderFact
from noctule.orders.names import OrderNames
from noctule.orders.news import BracketNews
from noctule.orders.patience import Patience
from noctule.orders.plan import BracketPlan, OrderWords
from noctule.orders.steps import Send
from noctule.orders.ticket import Ticket

__all__ = ["BracketState", "Goal", "Scene"]

TICKETS_MAX: Final = 200
_ENTRY = Leg.ENTRY
_STOPS = (Leg.STOP, Leg.PROTECT)
_CLOSES = (Leg.CLOSE, Leg.FLATTEN)


class Goal(StrEnum):
    """What the bracket is about."""

    HOLD = "hold"  # enter, and keep what was entered behind a stop
    LEAVE = "leave"  # be flat, with no order left


class Scene(Struct, frozen=True, kw_only=True):
    """The world at the moment of a decision."""

    now_ms: int  # elapsed
    market_ms: int
    held: Held  # both books as the handler keeps them
    mark: Callable[[], Price | None] = lambda: None  # few decisions need it
    instrument: Instrument | None = None  # the contract's rules; None: as they were


class BracketState(Struct, kw_only=True):
    """Mutable; written by the bracket, and by what it decides on protection and leaving.

    Times are elapsed milliseconds; None where there is no such time.
    """

    plan: BracketPlan
    instrument: Instrument
    names: OrderNames
    blotter: Blotter
    words: OrderWords
    patience: Patience
    stop: Price  # where it belongs
    target: Price | None
    stops: Ladder
    targets: Ladder
    closes: Ladder
    looks: Ladder  # a look that does not make the books agree has failed

    tickets: list[Ticket] = []  # live ones, and at most TICKETS_MAX with those that ended
    news: list[BracketNews] = []  # taken after every decision
    alarms: list[int] = []  # when to decide again; made anew by each decision

    goal: Goal = Goal.HOLD
    exit_reason: ExitReason | None = None
    exit_leg: Leg = Leg.CLOSE
    is_urgent: bool = False
    leaving_since_ms: int = 0
    is_over: bool = False

    is_recovered: bool = False  # begun by somebody before us
    was_held: bool = False
    flat_since_ms: int | None = None
    protected_since_ms: int | None = None
    naked_since_ms: int | None = None  # kept while a stop rests that may be gone in a moment
    told_stop: Price | None = None  # where it rests, as was told last
    move_reason: str = ""
    yields_until_ms: int = 0  # somebody took our stop out: he may be putting another
    foreign_stops: int = 0  # somebody else's, that would end the position
    is_dust_told: bool = False  # that less is held than an order may close
    band_refusals: int = 0  # of closes, -4131

    disagreeing_since_ms: int | None = None
    wants_look: bool = False
    is_looking: bool = False
    look_sent_ms: int = 0
    seen_ms: int | None = None  # when the last look was asked for that was answered and believed
    countdown_ms: int | None = None  # when it is to be renewed, or called off once more
    countdown_ends_ms: int = 0  # when it runs out if nobody is heard
    is_calling_off: bool = False
    entry_expires_ms: int | None = None

    @classmethod
    def begin(  # what it is about, and what it stands on
        cls,
        plan: BracketPlan,
        *,
        instrument: Instrument,
        names: OrderNames,
        blotter: Blotter,
        words: OrderWords,
        patience: Patience,
    ) -> Self:
        """Begin with a plan and nothing done."""
        return cls(
            plan=plan,
            instrument=instrument,
            names=names,
            blotter=blotter,
            words=words,
            patience=patience,
            stop=plan.stop,
            target=plan.target,
            stops=Ladder(patience, longest_ms=patience.urgent_ms_max),
            targets=Ladder(patience),
            closes=Ladder(patience, longest_ms=patience.urgent_ms_max),
            looks=Ladder(patience),
        )

    # Orders by their leg

    def working(self, *legs: Leg) -> list[Ticket]:
        """Return the orders of these legs that may trade; of all without a leg."""
        if not legs:
            return [each for each in self.tickets if not each.order.state.is_final]
        return [each for each in self.tickets if each.leg in legs and not each.order.state.is_final]

    def find(self, name: ClientOrderId) -> Iterator[Ticket]:
        """Yield the order of this name, if the bracket has it."""
        return (each for each in self.tickets if each.name == name)

    def stops_live(self) -> list[Ticket]:
        """Return the stops that may fire, now or later."""
        return self.working(*_STOPS)

    def closes_live(self) -> list[Ticket]:
        """Return the closing orders that may trade."""
        return self.working(*_CLOSES)

    @property
    def is_entering(self) -> bool:
        """Tell whether an entry may trade still."""
        return bool(self.working(_ENTRY))

    @property
    def has_resting_limit_entry(self) -> bool:
        """Tell whether an entry rests, or is about to."""
        return any(each.kind is OrderKind.LIMIT for each in self.working(_ENTRY))

    @property
    def is_protected(self) -> bool:
        """Tell whether stops rest behind all that is held."""
        return self.protected_since_ms is not None

    @property
    def guards_from_ms(self) -> int | None:
        """Return when the stops that rest can be relied on: one may end as soon as it rests."""
        since_ms = self.protected_since_ms
        return None if since_ms is None else since_ms + self.patience.retry_ms

    def has_guarded(self, now_ms: int) -> bool:
        """Tell whether stops rest long enough to be relied on."""
        from_ms = self.guards_from_ms
        return from_ms is not None and now_ms >= from_ms

    @property
    def exit_side(self) -> Side:
        """Return the side that closes what the bracket entered."""
        return self.plan.side.opposite

    def both_books(self, scene: Scene) -> Held:
        """Return the two books, with what answers told that no trade or position did yet."""
        held = scene.held
        late = [
            each for each in self.tickets if each.untold and not held.contains(each.reported_ms)
        ]
        if not late:
            return held
        untold = sum((each.untold for each in late), Decimal(0))
        return held.plus(untold, max(each.reported_ms for each in late))

    def take_rules(self, instrument: Instrument | None) -> None:
        """Go by the rules as they are now; what is to be sent yet is put on their grid."""
        if instrument is None or instrument is self.instrument or instrument == self.instrument:
            return
        self.instrument = instrument
        is_long = self.plan.side is Side.BUY
        nearer, sooner = (Rounding.UP, Rounding.DOWN) if is_long else (Rounding.DOWN, Rounding.UP)
        self.stop = instrument.quantize_price(self.stop, nearer)
        if self.target is not None:
            self.target = instrument.quantize_price(self.target, sooner)

    def follow(self, held: Decimal, scene: Scene, *, books_agree: bool) -> None:
        """Follow since when something is held, and since when the two books differ."""
        self.was_held = self.was_held or bool(held)
        if held:
            self.flat_since_ms = None
        elif self.flat_since_ms is None:
            self.flat_since_ms = scene.now_ms
            self.naked_since_ms = None
            self.protected_since_ms = None
        if books_agree:
            self.disagreeing_since_ms = None
            self.looks.failures = 0
            return
        if self.disagreeing_since_ms is None:
            self.disagreeing_since_ms = scene.now_ms
        look_at_ms = self.disagreeing_since_ms + self.patience.disagreement_ms
        if scene.now_ms >= look_at_ms:
            self.wants_look = True
        else:
            self.alarm(look_at_ms)

    # New orders

    def next_name(self, leg: Leg, scene: Scene) -> ClientOrderId:
        """Return a name that nobody used: the last bracket may have had names of this minute."""
        name = self.names.next(leg, now_ms=scene.market_ms)
        while self.blotter.find(name) is not None:
            name = self.names.next(leg, now_ms=scene.market_ms)
        return name

    def send(self, request: OrderRequest, now_ms: int, *, countdown_ms: int | None = None) -> Send:
        """Reserve an order, and ask for it to be sent."""
        ticket = Ticket(Order(request=request, state=OrderState.RESERVED), since_ms=now_ms)
        self.blotter.reserve(ticket)
        self._keep(ticket)
        ticket.ask_at(now_ms + self.patience.life_ms // 2)  # should no word of it ever come
        return Send(request=request, countdown_ms=countdown_ms)

    def adopt(self, order: Order, now_ms: int) -> Ticket:
        """Take in an order that exists already: somebody before us sent it."""
        ticket = Ticket(order, since_ms=now_ms)
        self.blotter.reserve(ticket)
        self._keep(ticket)
        self.names.skip(ticket.name)
        return ticket

    def _keep(self, ticket: Ticket) -> None:
        """Add an order; of a stop that trails for weeks the oldest ended ones are forgotten."""
        self.tickets.append(ticket)
        if len(self.tickets) > TICKETS_MAX:
            ended = [each for each in self.tickets if not each.may_trade and not each.untold]
            forgotten = set(ended[: -TICKETS_MAX // 2])
            self.tickets = [each for each in self.tickets if each not in forgotten]

    # What follows

    def leave(self, reason: ExitReason, now_ms: int, *, leg: Leg, is_urgent: bool) -> None:
        """Be flat from now on; an operator's wish overtakes a strategy's and its closes."""
        if self.goal is Goal.HOLD:
            self.goal = Goal.LEAVE
            self.leaving_since_ms = now_ms
            self.exit_reason = reason
            self.exit_leg = leg
        elif leg is Leg.FLATTEN and self.exit_leg is not leg:
            self.exit_leg = leg
            for each in self.closes_live():
                each.is_overtaken = True
        self.is_urgent = self.is_urgent or is_urgent

    def lose_stop(self, stop: Ticket, fact: OrderFact, now_ms: int) -> None:
        """Look first whether an owner who took it out has put one of his own.

        One that expired without having guarded for a while is followed by a pause: the next one
        may do the same.
        """
        if fact is OrderFact.CANCELED:
            self.wants_look = True
            self.yields_until_ms = now_ms + self.patience.look_ms
        elif not stop.order.filled and not self.has_guarded(now_ms):
            self.stops.pause(now_ms)

    def alarm(self, at_ms: int) -> None:
        """Decide again at this time at the latest."""
        self.alarms.append(at_ms)
