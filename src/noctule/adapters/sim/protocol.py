"""Binance's protocol around the simulated exchange: bytes in, bytes out, no socket, no waiting.

A rim with sockets (server.py), or a test without them, hands requests and frames in, carries away
what the sessions' outboxes hold, and calls advance() and tend() as time passes.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import copy
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.broadcast import Broadcast, watch
from noctule.adapters.sim.calls import Counter
from noctule.adapters.sim.clerk import Clerk
from noctule.adapters.sim.control import CONTROL_PREFIX, LOCKSTEP_PATH, Control
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.events import ListenKeyExpired, UserEvent
from noctule.adapters.sim.faults import Fault, FaultKind, Faults
from noctule.adapters.sim.gate import Gate
from noctule.adapters.sim.hub import Hub
from noctule.adapters.sim.limits import Limits
from noctule.adapters.sim.listen_keys import ListenKeys
from noctule.adapters.sim.lockstep import Lockstep
from noctule.adapters.sim.market_updates import ForceOrder, MarketUpdate
from noctule.adapters.sim.messages import Request, Response, answer
from noctule.adapters.sim.model import Order
from noctule.adapters.sim.pacing import AtOnce, ByHand, Pace, Scaled
from noctule.adapters.sim.post import Post
from noctule.adapters.sim.request_faults import AFTERWARDS, INSTEAD, Edge, is_exit
from noctule.adapters.sim.rest import Rest
from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.source import MarketEvent
from noctule.adapters.sim.switchboard import Switchboard
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.times import Times, least
from noctule.adapters.sim.venue import MakeVenue
from noctule.adapters.sim.ws_api import WsApi
from noctule.ports.clock import Clock

__all__ = ["Protocol", "Setup"]

_STEPS_AT_ONCE: Final = 100  # then the rim may breathe
_REQUEST_KINDS: Final = INSTEAD.keys() | AFTERWARDS.keys()
_TIME_PATH: Final = "/fapi/v1/time"


class Setup(Struct, frozen=True, kw_only=True):
    """How an exchange is run: its pace, its rules, and whether tests may meddle with it."""

    clock: Clock  # the wall's time and the real one; the market's is the world's own
    speed: float = 1.0  # market time per real time; 0 is as fast as it goes
    pace: Pace | None = None  # instead of a speed: a test's own
    seed: int = 1  # of listen keys and of faults with a share
    terms: Terms = Terms()
    control_token: str | None = None  # None: there is no control API


class Protocol:
    """Everything that a client can see of the exchange."""

    def __init__(self, make: MakeVenue, setup: Setup) -> None:
        self.venue = make(self._tell_account)
        self.setup = setup
        self.is_over = False  # all that there was to replay has happened
        self.on_stirred: Callable[[], None] = _nobody  # something may be due sooner than it was
        exchange = self.venue.exchange
        self.times = Times(
            market_ms=lambda: exchange.now_ms,
            real_ms=setup.clock.elapsed_ms,
            wall_ms=setup.clock.now_ms,
            speed=setup.speed,
        )
        self._pace = setup.pace or self._pace_of(setup.speed)
        self._random = Random(setup.seed)  # noqa: S311  # a seeded world
        self.faults = Faults(self._random)
        self.listen_keys = ListenKeys(life_ms=setup.terms.listen_key_ms, random=self._random)
        self._limits = Limits(setup.terms)
        self.hub = Hub(lambda stream: watch(stream, self.venue))
        self._post = Post(self.hub, self.faults)
        self._post.on_late = lambda: self.on_stirred()  # noqa: PLW0108  # whoever that is by then
        self._broadcast = Broadcast(self.hub, self._post, self.times)
        self._open_counter()
        self.venue.exchange.on_forced(self._tell_forced)
        self.venue.exchange.on_asked(self._is_heard)

    def _open_counter(self) -> None:
        terms, exchange = self.setup.terms, self.venue.exchange
        gate = Gate(exchange.accounts, terms=terms, times=self.times)
        counter = Counter(
            exchange=exchange,
            tape=self.venue.tape,
            listen_keys=self.listen_keys,
            limits=self._limits,
            terms=terms,
        )
        clerk = Clerk(counter, gate, self.times)
        self._rest = Rest(clerk, gate)
        self.switchboard = Switchboard(
            self.hub,
            WsApi(clerk, gate, times=self.times, terms=terms),
            clerk=clerk,
            keys=self.listen_keys,
            terms=terms,
            times=self.times,
        )
        self.lockstep = Lockstep(now_ms=self.times.market_ms, frames=self.switchboard.frames)
        self.lockstep.stepped(self.venue.world.steps)  # history
        self._control = Control(self, token=self.setup.control_token, pace=self._pace)

    def handle_http(self, request: Request) -> Response:
        """Answer one request."""
        if request.method != "GET":  # whoever only asks makes nothing due
            self.on_stirred()
        if request.path.startswith(CONTROL_PREFIX):
            return self._control.answer(request)
        self._catch_up()
        subject = f"{request.method} {request.path}"
        fault = self.faults.strike(_REQUEST_KINDS, subject)
        response = self._rest.answer(request) if fault is None else self._failed(request, fault)
        if request.path == _TIME_PATH:
            response.headers.update(self._how_time_passes())
        latency_ms = self.venue.exchange.fills.latency.answer(self._random)
        return (
            replace(response, delay_ms=response.delay_ms + latency_ms) if latency_ms else response
        )

    @property
    def is_prompt(self) -> bool:
        """Tell whether every answer leaves at once: nothing goes wrong, and none has far to go."""
        latency = self.venue.exchange.fills.latency
        return not (self.faults.is_armed or latency.answer_ms or latency.jitter_ms)

    def open_session(self, request: Request) -> Session:
        """Open the session of a WebSocket handshake, or raise the Refusal that answers it."""
        self.on_stirred()
        if request.path != LOCKSTEP_PATH:
            return self.switchboard.open(request)
        self._control.check_token(request)
        session = self.switchboard.open_bare(request)
        self.lockstep.join(session, self.switchboard.owner(request))
        return session

    def receive(self, session: Session, data: bytes) -> None:
        """Take a text message that came in on a session."""
        self.on_stirred()
        self._catch_up()
        session.receive(data, self.times.real_ms())

    def close_session(self, session: Session) -> None:
        """Take note that a connection is gone."""
        self.on_stirred()
        self.switchboard.close(session)

    def advance(self) -> int | None:
        """Let happen on the market what is due, and return how long to wait for what is next.

        None: nothing is next, or somebody has to allow it first.
        """
        for _ in range(_STEPS_AT_ONCE):
            wait_ms = self._wait_ms()
            if wait_ms is None or wait_ms > 0:
                self._pass_time()
                return wait_ms
            if isinstance(self._pace, ByHand):
                self._pace.take()
            self._tell_market(self.venue.world.step() or ())
        return 0

    def happen(self, event: MarketEvent) -> None:
        """Let something happen now on a market that is followed."""
        self.on_stirred()
        self._tell_market(self.venue.world.happen(event))

    def tend(self) -> None:
        """Do what is due in real time: pings, late frames, listen keys that nobody extended."""
        now_ms = self.times.real_ms()
        self._post.tend(now_ms)
        for key in self.listen_keys.ended(now_ms):
            self.expire_listen_key(self.venue.exchange.accounts[key])
        self.switchboard.tend(now_ms)

    def idle_ms(self) -> int | None:
        """Return for how long neither advance() nor tend() has anything to do; None: for ever.

        It holds until `on_stirred` is called: somebody asked for something.
        """
        now_ms = self.times.real_ms()
        due_ms = least(self._post.due_ms, self.listen_keys.due_ms, self.switchboard.due_ms)
        tended_ms = None if due_ms is None else max(0, due_ms - now_ms)
        return least(self._wait_ms(), self._passes_in_ms(now_ms), tended_ms)

    def expire_listen_key(self, account: Account) -> None:
        """End an account's listen key and say so on it; the connections stay (facts 3)."""
        listen_key = self.listen_keys.of(account.key)
        if listen_key is None:
            return
        now_ms = self.times.market_ms()
        self._tell_account(account, ListenKeyExpired(time_ms=now_ms, listen_key=listen_key))
        self.silence_listen_key(account)

    def silence_listen_key(self, account: Account) -> None:
        """End an account's listen key without a word."""
        listen_key = self.listen_keys.close(account.key)
        if listen_key is not None:
            self.hub.silence(listen_key)

    def _pace_of(self, speed: float) -> Pace:
        """Let market time run from where history ended."""
        if not speed:
            return AtOnce()
        now_ms, real_ms = self.venue.world.now_ms, self.setup.clock.elapsed_ms()
        return Scaled(speed, market_ms=now_ms, real_ms=real_ms)

    def _wait_ms(self) -> int | None:
        if isinstance(self._pace, AtOnce) and not len(self.switchboard):
            return None  # or it would all be over before anybody came
        if not self.lockstep.may_go_on:
            return None  # and do not look: a replay draws its next tick by who holds what now
        due_ms = self.venue.world.next_ms
        if due_ms is None:
            self._end()
            return None
        return self._pace.wait_ms(due_ms, self.times.real_ms())

    def _catch_up(self) -> None:
        """Bring the market to the present, if it is time that moves it."""
        market_ms = self._pace.market_ms(self.times.real_ms())
        if market_ms is not None and market_ms > self.times.market_ms():
            with suppress(BadData):  # told by whoever moves the market, not by who asks
                self.advance()

    def _end(self) -> None:
        """Take note that nothing will happen any more; a market without an end only pauses."""
        if self.venue.has_an_end and not self.is_over:
            self.is_over = True
            self.lockstep.end()

    def _how_time_passes(self) -> dict[str, str]:
        """Tell what no real exchange would: how fast market time runs, and whether it has ended."""
        told = {"X-Market-Speed": "0" if self.lockstep.is_held else f"{self.times.speed:g}"}
        return told | ({"X-Market-Over": "1"} if self.is_over else {})

    def _pass_time(self) -> None:
        """Let time go on while nothing happens; when nothing ever will, it has ended."""
        market_ms = self._pace.market_ms(self.times.real_ms())
        if market_ms is not None and not self.lockstep.is_held and not self.is_over:
            self._tell_market(self.venue.world.pass_time(market_ms))
            self._broadcast.tell_standing_marks(self.venue)

    def _passes_in_ms(self, real_ms: int) -> int | None:
        """Return how long it takes until something is due that needs nothing but time."""
        if self.lockstep.is_held or self.is_over:
            return None
        venue = self.venue
        mark_ms = self._broadcast.standing_mark_due_ms(venue)
        due_ms = least(venue.tape.due_ms, venue.exchange.calm.due_ms, mark_ms)
        wait_ms = None if due_ms is None else self._pace.passes_in_ms(due_ms, real_ms)
        return None if wait_ms is None else max(1, wait_ms)  # time has to pass

    def _failed(self, request: Request, fault: Fault) -> Response:
        if fault.kind is FaultKind.OVERLOADED and is_exit(request):
            return self._rest.answer(request)
        is_executed = fault.kind in AFTERWARDS
        change = AFTERWARDS[fault.kind] if is_executed else INSTEAD[fault.kind]
        edge = Edge(
            fault=fault,
            request=request,
            response=self._rest.answer(request) if is_executed else answer({}),
            limits=self._limits,
            real_ms=self.times.real_ms(),
            wall_ms=self.times.wall_ms(),
        )
        return change(edge)

    def _tell_market(self, updates: Iterable[MarketUpdate]) -> None:
        self._broadcast.tell_market(updates, self.venue)
        self.lockstep.stepped(self.venue.world.steps)

    def _is_heard(self, account: Account) -> bool:
        return self.listen_keys.of(account.key) in self.hub

    def _tell_account(self, account: Account, event: UserEvent) -> None:
        listen_key = self.listen_keys.of(account.key)
        if listen_key is not None:
            self._broadcast.tell_account(listen_key, event, self.venue)

    def _tell_forced(self, order: Order) -> None:
        update = ForceOrder(symbol=order.symbol, time_ms=order.update_ms, order=copy(order))
        self._broadcast.tell_market((update,), self.venue)


def _nobody() -> None:
    """Stand in until somebody wants to be told."""
