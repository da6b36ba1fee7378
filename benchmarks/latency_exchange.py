"""The exchange of the latency benchmark: the simulated one's core, on a market moved by hand.

Each bar goes the same way: it opens, the price climbs to where the bot takes its profit, falls
back, the close comes near, and the candle closes. Whatever is traded is booked and told as ever;
only the way from the closed candle to the entry is on the clock.
"""

import mmap
import struct
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from benchmarks.latency_bot import BOARD
from benchmarks.latency_rivals import KEY, SECRET
from benchmarks.latency_wire import TEXT, Asked, Line, Wire
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.messages import Request, refusal
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.pacing import ByHand
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.reply import written
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.sessions import FrameKind, Session
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import Market, make_venue

__all__ = ["OPEN_MS", "BotDesk"]

OPEN_MS: Final = 1_790_553_600_000  # 2026-09-28
_MINUTE_MS: Final = 60_000
_HISTORY: Final = 600  # minutes before it opens
_PRICE, _TARGET = Decimal(64_000), Decimal(64_200)  # the strategy's target is between the two
_NEAR_MS: Final = 40  # before the close
_GENEROUS: Final = Terms(weight_per_minute=10**9, orders_per_minute=10**9, orders_per_10s=10**9)
_CLOSED: Final = b'"x":true'
_ENTRY: Final = ("POST", "/fapi/v1/order")
_PLACES: Final = b'"order.place"'
_HOST: Final = "127.0.0.1"


class BotDesk:
    """Answers the bot, and takes its time."""

    def __init__(self, wire: Wire, board_file: Path) -> None:
        self._wire = wire
        self._pace = ByHand()
        rules = default_rules()[:1]
        market = Market(
            rules=rules,
            start_ms=OPEN_MS - _HISTORY * _MINUTE_MS,
            open_ms=OPEN_MS,
            source=lambda _accounts: _minutes(rules[0].symbol),
        )
        setup = Setup(clock=SystemClock(), pace=self._pace, terms=_GENEROUS)
        self._protocol = Protocol(make_venue(market), setup)
        exchange = self._protocol.venue.exchange
        self._account = exchange.open_account(key=KEY, secret=SECRET, deposit=Decimal(10**7))
        self._symbol = rules[0].symbol
        self._sessions: dict[Line, Session] = {}
        self._board = _shared(board_file)
        self._trips = 0  # that the bot shall have wound up
        self._told_ns = self._heard_ns = 0  # when the closed candle left, and its order was read
        self._step(1)  # the last minute before is closed

    @property
    def is_heard(self) -> bool:
        """Tell whether the bot listens to the market and to its account."""
        paths = {session.api_key for session in self._sessions.values()}
        return paths >= {"", KEY}

    def begin(self) -> None:
        """Let the first minute pass but for its end: the bot hears the price and the mark."""
        self._step(5)
        self._rest()

    def approach(self) -> None:
        """Let the close come near, as far as the market's clock is concerned."""
        self._step(1)

    def bar(self) -> float:
        """Close a candle, and return after how many µs its order was read; lead it to its end."""
        self._told_ns = self._heard_ns = 0
        self._step(1)
        assert self._told_ns, "nobody was told of the candle"
        self._wire.serve(lambda: self._heard_ns > 0, what="the order of a candle")
        self._wire.serve(lambda: len(self._account.algos) == 2, what="a stop and a target")
        self._rest()
        self._step(3)
        self._wire.serve(self._is_flat, what="the end of a position")
        self._trips += 1
        self._wire.serve(self._is_wound_up, what="the bot's word that it is flat")
        self._rest()
        self._step(2)
        self._rest()
        return (self._heard_ns - self._told_ns) / 1_000

    # What the wire asks

    def answer(self, asked: Asked, *, read_ns: int) -> bytes:
        """Answer by the exchange, and note when an entry came in."""
        path, _, query = asked.target.partition("?")
        if (asked.method, path) == _ENTRY and not self._heard_ns:
            self._heard_ns = read_ns
        response = self._protocol.handle_http(_request(asked.method, path, query, asked.api_key))
        return written(response)

    def open(self, line: Line, asked: Asked) -> None:
        """Open a session of the exchange."""
        path, _, query = asked.target.partition("?")
        try:
            session = self._protocol.open_session(_request("GET", path, query, asked.api_key))
        except Refusal as exc:
            raise AssertionError(refusal(exc)) from exc
        self._sessions[line] = session
        session.wake = lambda: self._carry(line, session)
        self._carry(line, session)

    def hear(self, line: Line, opcode: int, payload: bytes, *, read_ns: int) -> None:
        """Hand a message to the exchange, and note when an entry came in."""
        if opcode == TEXT:
            if _PLACES in payload and not self._heard_ns:
                self._heard_ns = read_ns
            self._protocol.receive(self._sessions[line], payload)

    def gone(self, line: Line) -> None:
        """Close its session."""
        session = self._sessions.pop(line, None)
        if session is not None:
            self._protocol.close_session(session)

    def _carry(self, line: Line, session: Session) -> None:
        while session.outbox:
            told = session.outbox.popleft()
            if told.kind is FrameKind.TEXT:
                began_ns = line.say(told.data)
                if _CLOSED in told.data:
                    self._told_ns = began_ns

    def _step(self, events: int) -> None:
        """Let so much happen; the bot's clock is always the exchange's."""
        for _ in range(events):
            due_ms = self._protocol.venue.world.next_ms
            assert due_ms is not None, "the market has ended"
            struct.pack_into("=q", self._board, 0, due_ms)
            self._pace.allow(1)
            self._protocol.advance()

    def _is_flat(self) -> bool:
        return not (self._account.algos or any(self._account.held()))

    def _is_wound_up(self) -> bool:
        _, trips = BOARD.unpack_from(self._board)
        return bool(trips == self._trips)

    def _rest(self) -> None:
        self._wire.rest(0.003, tend=self._protocol.tend)


def _minutes(symbol: str) -> Iterator[MarketEvent]:
    open_ms = OPEN_MS - _HISTORY * _MINUTE_MS
    while True:
        yield _mark(symbol, open_ms + 1_000)
        yield _tick(symbol, open_ms + 2_000, _PRICE)
        yield _tick(symbol, open_ms + 20_000, _TARGET)
        yield _mark(symbol, open_ms + 21_000)
        yield _tick(symbol, open_ms + 40_000, _PRICE)
        open_ms += _MINUTE_MS
        yield Instant(time_ms=open_ms - _NEAR_MS)
        yield Instant(time_ms=open_ms)


def _tick(symbol: str, time_ms: int, price: Decimal) -> Tick:
    quantity = Decimal(10)
    return Tick(
        symbol=symbol,
        time_ms=time_ms,
        price=price,
        qty=quantity,
        quote_qty=price * quantity,
        count=10,
        taker_buy_qty=quantity / 2,
        taker_buy_quote=price * quantity / 2,
    )


def _mark(symbol: str, time_ms: int) -> MarkTick:
    return MarkTick(
        symbol=symbol,
        time_ms=time_ms,
        mark=_PRICE,
        index=_PRICE,
        funding_rate=Decimal(0),
        next_funding_ms=time_ms - time_ms % (8 * 60 * _MINUTE_MS) + 8 * 60 * _MINUTE_MS,
    )


def _request(method: str, path: str, query: str, api_key: str) -> Request:
    headers = {"x-mbx-apikey": api_key}
    return Request(method=method, path=path, query=query, headers=headers, peer=_HOST)


def _shared(path: Path) -> mmap.mmap:
    """Return the board on which the exchange and the bot tell each other how far they are."""
    path.write_bytes(BOARD.pack(OPEN_MS, 0))
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), BOARD.size)
