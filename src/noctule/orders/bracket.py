"""Entry, stop and target of one symbol as one group, from the decision until it is flat again.

Everything that is heard goes in by the `on_…` methods, in whatever order it comes; `decide`
compares what must exist with what exists or is under way, and answers what to do now. It asks
nothing of the past but its own orders, so it does the same for a position that it opened, for one
that a dead process left, and for one whose story arrives late or out of order.
"""

from decimal import Decimal

from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId, Leg, Order, OrderKind
from noctule.domain.report import OrderReport
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price
from noctule.orders import doubts
from noctule.orders.blotter import Blotter
from noctule.orders.entering import enter, keep_entry
from noctule.orders.leaving import be_flat, leave
from noctule.orders.machine import OrderFact
from noctule.orders.names import OrderNames
from noctule.orders.news import BracketNews
from noctule.orders.outcomes import note_doubt, note_end, note_held_back, note_refusal
from noctule.orders.patience import Patience
from noctule.orders.plan import BracketPlan, EntryTerms, OrderWords
from noctule.orders.protecting import protect
from noctule.orders.state import BracketState, Goal, Scene
from noctule.orders.steps import Send, Step
from noctule.orders.ticket import remaining_of

__all__ = ["Bracket"]

_HOLD, _LEAVE = Goal.HOLD, Goal.LEAVE  # an enum's members are slow to look up


class Bracket:
    """One position's life; the handler of the order queue owns it and carries out its steps."""

    def __init__(
        self,
        plan: BracketPlan,
        *,
        instrument: Instrument,
        names: OrderNames,
        blotter: Blotter,
        words: OrderWords | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._state = BracketState.begin(
            plan,
            instrument=instrument,
            names=names,
            blotter=blotter,
            words=words or OrderWords(),
            patience=patience or Patience(),
        )

    # What others may know of it

    @property
    def plan(self) -> BracketPlan:
        """Return what it was begun for."""
        return self._state.plan

    @property
    def stop(self) -> Price:
        """Return where the stop belongs now."""
        return self._state.stop

    @property
    def target(self) -> Price | None:
        """Return where the target belongs; None if there is none, or no more."""
        return self._state.target

    @property
    def goal(self) -> Goal:
        """Return whether it holds or leaves."""
        return self._state.goal

    @property
    def exit_reason(self) -> ExitReason | None:
        """Return why it leaves; None while it holds, or if nothing was ever entered."""
        return self._state.exit_reason

    @property
    def orders(self) -> tuple[Order, ...]:
        """Return its orders that may trade, now or later."""
        return tuple(each.order for each in self._state.working())

    @property
    def is_protected(self) -> bool:
        """Tell whether a stop rests behind all that is held."""
        return self._state.is_protected

    @property
    def is_over(self) -> bool:
        """Tell whether it is flat, with no order left and nothing to be heard."""
        return self._state.is_over

    @property
    def is_settled(self) -> bool:
        """Tell whether no answer is owed and nothing is naked: what is there may stay as it is."""
        state = self._state
        owed = any(each.is_on_its_way or each.is_cancel_sent for each in state.working())
        return not owed and (state.is_protected or not state.was_held)

    @property
    def entering(self) -> Decimal:
        """Return the signed quantity that entries may fill yet."""
        return remaining_of(self._state.working(Leg.ENTRY)) * self.plan.side.sign

    def may_enter(self, now_ms: int) -> bool:
        """Tell whether entries that have not left are still wanted."""
        expires_ms = self._state.entry_expires_ms
        is_over = expires_ms is not None and now_ms >= expires_ms
        return self._state.goal is Goal.HOLD and not is_over

    @property
    def wake_ms(self) -> int | None:
        """Return when `decide` has to be called again at the latest; None for no such time."""
        return min(self._state.alarms, default=None)

    def take_news(self) -> list[BracketNews]:
        """Return what happened since it was asked last."""
        news, self._state.news = self._state.news, []
        return news

    # Beginning

    def enter(self, terms: EntryTerms, scene: Scene) -> list[Send]:
        """Reserve the entry's orders; from here on a second signal finds them."""
        return enter(self._state, terms, scene)

    def adopt(self, order: Order, scene: Scene) -> None:
        """Take in an order that somebody before us sent, or that was given up for lost."""
        state = self._state
        ticket = state.adopt(order, scene.now_ms)
        if ticket.leg is Leg.ENTRY and ticket.may_trade and ticket.kind is OrderKind.LIMIT:
            state.entry_expires_ms = scene.now_ms  # its time was known to the dead process only
        doubts.expect(ticket, scene.now_ms, state.patience)

    def note_recovered(self) -> None:
        """Know that somebody before us began it."""
        self._state.is_recovered = True

    # Wishes

    def request_exit(self, reason: ExitReason, now_ms: int, *, leg: Leg, is_urgent: bool) -> None:
        """Be flat: urgently, without waiting for anything that hangs."""
        self._state.leave(reason, now_ms, leg=leg, is_urgent=is_urgent)

    def move_stop(self, stop: Price, reason: str) -> None:
        """Let the stop stand elsewhere."""
        if self._state.goal is Goal.HOLD:
            self._state.stop = stop
            self._state.move_reason = reason

    def cancel_entries(self, now_ms: int) -> None:
        """Take out what has not entered yet; what has stays."""
        self._state.entry_expires_ms = now_ms

    # Facts of orders

    def on_sent(self, name: ClientOrderId) -> None:
        """Hear that the bytes leave."""
        for ticket in self._state.find(name):
            ticket.apply(OrderFact.SENT)

    def on_accepted(self, name: ClientOrderId, now_ms: int) -> None:
        """Hear that the venue has it."""
        for ticket in self._state.find(name):
            if ticket.apply(OrderFact.ACCEPTED):
                doubts.expect(ticket, now_ms, self._state.patience)

    def on_refused(self, name: ClientOrderId, code: int, message: str, now_ms: int) -> None:
        """Hear a definite no, at once or when it was triggered."""
        for ticket in self._state.find(name):
            had_rested = ticket.is_resting
            if ticket.apply(OrderFact.REFUSED):
                ticket.code = code
                note_refusal(self._state, ticket, message, now_ms, had_rested=had_rested)

    def on_held_back(self, name: ClientOrderId, cause: str, now_ms: int, *, wait_ms: int) -> None:
        """Hear that nothing was executed."""
        for ticket in self._state.find(name):
            if ticket.apply(OrderFact.HELD_BACK):
                note_held_back(self._state, ticket, cause, now_ms, wait_ms=wait_ms)

    def on_doubted(self, name: ClientOrderId, now_ms: int) -> None:
        """Hear that nobody knows."""
        for ticket in self._state.find(name):
            if ticket.apply(OrderFact.DOUBTED):
                note_doubt(self._state, ticket)
                ticket.since_ms = now_ms  # it may have waited long before it left
                doubts.expect(ticket, now_ms, self._state.patience)

    def on_trade(self, name: ClientOrderId, quantity: Decimal, remaining: Decimal) -> None:
        """Hear of one trade, each once."""
        for ticket in self._state.find(name):
            ticket.trade(quantity, is_last=remaining == 0)

    def on_ended(
        self, name: ClientOrderId, fact: OrderFact, now_ms: int, *, filled: Decimal | None = None
    ) -> None:
        """Hear that it rests no more, CANCELED or EXPIRED, and what it filled if that was told."""
        for ticket in self._state.find(name):
            if doubts.may_have_filled(ticket, filled):
                ticket.note_gone()
                ticket.ask_at(now_ms)
            else:
                note_end(self._state, ticket, fact, now_ms)

    def on_triggered(self, name: ClientOrderId, now_ms: int) -> None:
        """Hear that a stop or target fired: its trades should follow at once."""
        for ticket in self._state.find(name):
            ticket.fired_ms = now_ms
            ticket.ask_at(now_ms + self._state.patience.first_question_ms)

    def on_cancel_accepted(self, name: ClientOrderId, now_ms: int) -> None:
        """Hear that it was taken out; a regular one may have traded before, so it is asked for."""
        for ticket in self._state.find(name):
            if ticket.service.is_conditional:
                note_end(self._state, ticket, OrderFact.CANCELED, now_ms)
            else:
                ticket.ask_at(now_ms + self._state.patience.question_ms)

    def on_cancel_failed(
        self, name: ClientOrderId, now_ms: int, *, is_gone: bool, wait_ms: int
    ) -> None:
        """Hear that it may rest still: ask, then try again."""
        for ticket in self._state.find(name):
            pause_ms = doubts.pause_ms(ticket, self._state.patience)
            ticket.is_cancel_sent = False
            if is_gone and ticket.was_seen:  # else it may come yet
                ticket.note_gone()
            ticket.no_cancel_before_ms = now_ms + max(wait_ms, pause_ms)
            ticket.ask_at(now_ms + wait_ms)

    def on_answer(self, name: ClientOrderId, report: OrderReport | None, now_ms: int) -> None:
        """Hear what the venue knows of it."""
        for ticket in self._state.find(name):
            doubts.answered(self._state, ticket, report, now_ms)

    def on_no_answer(self, name: ClientOrderId, now_ms: int, *, wait_ms: int) -> None:
        """Hear that a question was not answered."""
        for ticket in self._state.find(name):
            doubts.unanswered(ticket, now_ms, self._state.patience, wait_ms=wait_ms)

    def on_look(self, foreign_stops: int, now_ms: int) -> None:
        """Hear how many orders of others would end the position; what is held comes by `Scene`."""
        if self._state.is_looking:
            self._state.seen_ms = self._state.look_sent_ms
        self._state.is_looking = False
        self._state.yields_until_ms = 0
        self._state.foreign_stops = foreign_stops
        self._state.looks.pause(now_ms, at_least_ms=self._state.patience.look_ms)

    def on_no_look(self, now_ms: int, *, wait_ms: int) -> None:
        """Hear that a look was not answered."""
        self._state.is_looking = False
        self._state.wants_look = True
        at_least_ms = max(wait_ms, self._state.patience.look_ms)
        self._state.looks.pause(now_ms, at_least_ms=at_least_ms)

    def want_answer(self, name: ClientOrderId, now_ms: int) -> None:
        """Let an order be asked for that some list does not show: it may be the list that lags."""
        for ticket in self._state.find(name):
            ticket.ask_at(now_ms)

    def want_look(self) -> None:
        """Let somebody look at the symbol: something of it is strange."""
        self._state.wants_look = True
        self._state.seen_ms = None  # also when an answer came that cannot be believed

    # Deciding

    def decide(self, scene: Scene) -> list[Step]:
        """Return what has to be done now; calling it again does nothing twice."""
        state = self._state
        state.alarms.clear()
        state.take_rules(scene.instrument)
        books = state.both_books(scene)
        held = self._ours(books.signed_quantity)
        state.follow(held, scene, books_agree=books.agrees)
        steps = [*doubts.question(state, scene)]
        if not held:
            steps += be_flat(state, scene)
        else:
            if state.goal is _HOLD:
                steps += protect(state, scene, held)
            if state.goal is _LEAVE:
                steps += leave(state, scene, held)
        steps += keep_entry(state, scene)
        steps += doubts.look(state, scene)
        return steps

    def _ours(self, held: Decimal) -> Decimal:
        """Return what is ours of what is held; a position of the other sign is somebody else's."""
        return held if held * self.plan.side.sign > 0 else Decimal(0)
