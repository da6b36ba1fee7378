"""A market of many symbols that hits back, and a watch that sees who stood naked there.

Run as `python -m tests.soak.watched_exchange SYMBOLS SPEED SEED KEY SECRET FOLDER`; prints its
address as JSON. Each trade of the account becomes a line of FOLDER/trades.jsonl; what the watch
saw is in FOLDER/watch.json once the process was asked to end.
"""

import asyncio
import json
import signal
import sys
from collections import deque
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Final, TextIO, cast

import uvloop
from msgspec.structs import replace
from typing_extensions import override

from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import OrderUpdated, UserEvent
from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.lively import Lively
from noctule.adapters.sim.messages import Request, Response
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.server import SimServer
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.venue import MakeVenue, Market, make_venue
from tests.fakes.hands_watch import Watch
from tests.fakes.loopback import OPEN_MS
from tests.soak.market_exchange import many_symbols

__all__ = ["STANDING"]

_HISTORY_MS: Final = 60 * 60_000
_STEPS: Final = 4  # kline updates a candle, at most
_NOTES_MAX: Final = 5_000
_BLOW_S: Final = (4.0, 12.0)
_ORDERS: Final = ("POST /fapi/v1/order", "POST /fapi/v1/algoOrder")
_UNLUCKY: Final = (
    FaultKind.LOST_BEFORE,
    FaultKind.LOST_AFTER,
    FaultKind.RESET_AFTER,
    FaultKind.UNKNOWN_BEFORE,
    FaultKind.UNKNOWN_AFTER,
    FaultKind.LATE_ANSWER,
    FaultKind.INTERNAL,
)
STANDING: Final = (  # what goes wrong all the time, as shares
    *(
        Fault(kind=kind, match=match, share=0.003, times=None, delay_ms=300)
        for match in _ORDERS
        for kind in _UNLUCKY
    ),
    Fault(kind=FaultKind.LATE_FRAME, match="*_UPDATE", share=0.01, times=None, delay_ms=200),
    Fault(kind=FaultKind.DROPPED_FRAME, match="*_UPDATE", share=0.005, times=None),
    Fault(kind=FaultKind.REPEATED_FRAME, match="*_UPDATE", share=0.02, times=None),
    Fault(kind=FaultKind.HELD_FRAME, match="*_UPDATE", share=0.01, times=None),
    Fault(kind=FaultKind.DROPPED_FRAME, match="*@kline_1m closed", share=0.01, times=None),
    Fault(kind=FaultKind.REPEATED_FRAME, match="*@kline_1m closed", share=0.02, times=None),
)
_BLOWS: Final = (  # what happens now and then
    Fault(kind=FaultKind.CUT_SOCKET, match="*@kline_1m*"),
    Fault(kind=FaultKind.CUT_SOCKET, match="*_UPDATE"),
    Fault(kind=FaultKind.CLOSED_SOCKET, match="*@kline_1m*"),
    Fault(kind=FaultKind.MUTE_SOCKET, match="*@kline_1m*"),
    Fault(kind=FaultKind.MUTE_SOCKET, match="*_UPDATE"),
)


class _Watched(Protocol):
    """Looks at the account after all that it asks and hears, and writes down its trades."""

    def __init__(self, make: MakeVenue, setup: Setup, trades: TextIO) -> None:
        self._trades = trades
        # It needs the time of its notes alone.
        self.watch = Watch(cast(Any, self))
        self.watch.notes = cast(Any, deque[object](maxlen=_NOTES_MAX))
        super().__init__(make, setup)
        self.venue.exchange.on_asked(lambda _account: True)  # we hear what the account does not

    def now_ms(self) -> int:
        """Return the market's time."""
        return self.venue.exchange.now_ms

    @override
    def handle_http(self, request: Request) -> Response:
        response = super().handle_http(request)
        if request.method != "GET":
            self.watch.note("bot", f"{request.method} {request.path} {response.status}")
        account = self.venue.exchange.accounts.get(request.headers.get("x-mbx-apikey", ""))
        if account is not None:
            self.watch.look(account)
        return response

    @override
    def _tell_account(self, account: Account, event: UserEvent) -> None:
        self.watch.look(account)
        if isinstance(event, OrderUpdated) and event.trade is not None:
            self._trades.write(_line(event) + "\n")
        super()._tell_account(account, event)


def _line(event: OrderUpdated) -> str:
    order, trade = event.order, event.trade
    assert trade is not None
    told = {
        "symbol": order.symbol,
        "trade_id": trade.trade_id,
        "side": order.side.value,
        "price": _plain(trade.price),
        "quantity": _plain(trade.qty),
        "fee": _plain(trade.commission),
        "client_order_id": order.client_id,
    }
    return json.dumps(told)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


async def _strike(protocol: Protocol, seed: int) -> None:
    random = Random(seed)
    for fault in STANDING:
        protocol.faults.arm(fault)
    while True:
        await asyncio.sleep(random.uniform(*_BLOW_S))
        protocol.faults.arm(random.choice(_BLOWS))


async def _serve(symbols: int, speed: float, seed: int, keys: tuple[str, str], to: Path) -> None:
    rules, start_ms = many_symbols(symbols), OPEN_MS - _HISTORY_MS
    market = Market(
        rules=rules,
        start_ms=start_ms,
        open_ms=OPEN_MS,
        source=lambda _: generate(
            rules, Random(seed), start_ms=start_ms, steps=_STEPS, make_temper=Lively
        ),
    )
    setup = Setup(
        clock=SystemClock(),
        speed=speed,
        seed=seed,
        # So much asking in a market's minute would be little in a real one.
        terms=replace(Terms(), weight_per_minute=1_000_000, orders_per_10s=3_000),
    )
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    with (to / "trades.jsonl").open("w") as trades:
        protocol = _Watched(make_venue(market, seed=seed), setup, trades)
        key, secret = keys
        protocol.venue.exchange.open_account(key=key, secret=secret, deposit=Decimal(1_000_000))
        async with SimServer(protocol) as server, asyncio.TaskGroup() as group:
            beats = [group.create_task(protocol.watch.fair.beat())]
            beats.append(group.create_task(_strike(protocol, seed)))
            sys.stdout.write(json.dumps([server.rest_url, server.stream_url]) + "\n")
            sys.stdout.flush()
            await ended.wait()
            for beat in beats:
                beat.cancel()
    _report(protocol, key, to)


def _report(protocol: _Watched, key: str, to: Path) -> None:
    watch, account = protocol.watch, protocol.venue.exchange.accounts[key]
    spans = [(each.symbol, each.lasted_ms) for each in watch.spans]
    held = {leg.symbol: _plain(leg.amount) for leg in account.held()}
    told = {
        "spans": len(spans),
        "longest_ms": sorted((round(lasted) for _, lasted in spans if lasted < 1e9))[-20:],
        "naked": watch.is_naked,
        "held": held,
        "left_over": [
            name
            for rules in protocol.venue.exchange.rules
            if rules not in held
            for name in (
                *(each.client_id for each in account.orders_on(rules)),
                *(each.client_algo_id for each in account.algos_on(rules)),
            )
        ],
        "last": [f"{note.market_ms} {note.who} {note.text}" for note in list(watch.notes)[-200:]],
    }
    (to / "watch.json").write_text(json.dumps(told))


if __name__ == "__main__":
    _symbols, _speed, _seed, _key, _secret, _folder = sys.argv[1:]
    Path(_folder).mkdir(parents=True, exist_ok=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(int(_symbols), float(_speed), int(_seed), (_key, _secret), Path(_folder)))
