"""Asked to leave in whatever state, the bot leaves in time, and its policy is fulfilled."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.messages import Response
from noctule.domain.events.base import Event
from noctule.domain.events.desk import ExitRequested, PositionClosed, PositionProtected
from noctule.domain.events.order import (
    AccountFeedLost,
    OrderAccepted,
    OrderFilled,
    OrderRequested,
    OrderSubmitted,
)
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.ids import parse_client_order_id
from noctule.domain.order import Leg
from noctule.domain.signals import Direction
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_life import STOP, TARGET, enter
from tests.fakes.hands_rig import Rig, living_rig
from tests.hands.test_starts import asks, starting, until

_LEFT_MS_MAX: Final = 9_000.0  # the whole way out, with time-outs as short as they are here
_LATE: Final = Response(status=200, body=b"[]", delay_ms=400)


def _is(kind: type[Event], leg: Leg | None = None) -> Callable[[Event], bool]:
    def holds(event: Event) -> bool:
        if not isinstance(event, kind):
            return False
        return leg is None or (isinstance(event, OrderRequested) and event.request.leg is leg)

    return holds


# The word during which the signal comes; each is seen by a tap, before its handlers.
_ENTERING: Final = {
    "a signal": _is(SignalGenerated),
    "the entry reserved": _is(OrderRequested, Leg.ENTRY),
    "the entry leaving": _is(OrderSubmitted),
    "the entry accepted": _is(OrderAccepted),
    "a fill, unprotected": _is(OrderFilled),
    "the stop leaving": _is(OrderRequested, Leg.STOP),
    "the stop resting": _is(PositionProtected),
    "the target leaving": _is(OrderRequested, Leg.TARGET),
}
_EXITING: Final = {
    "an exit wanted": _is(ExitRequested),
    "the close leaving": _is(OrderRequested, Leg.CLOSE),
    "the close filled": _is(OrderFilled),
    "flat": _is(PositionClosed),
}


@pytest.mark.parametrize("policy", ["keep", "flatten"])
@pytest.mark.parametrize("state", _ENTERING)
async def test_while_entering(tmp_path: Path, state: str, policy: str) -> None:
    async with hands_exchange(tmp_path) as exchange:
        async with living_rig(exchange, tmp_path, f"shutdown.policy={policy}") as rig:
            _leave_at(rig, _ENTERING[state])
            await rig.signal(Direction.LONG, stop=STOP, target=TARGET)
            await rig.until(lambda: rig.bot.stop.cause is not None)
        _judge(rig, exchange, policy)


@pytest.mark.parametrize("policy", ["keep", "flatten"])
@pytest.mark.parametrize("state", _EXITING)
async def test_while_exiting(tmp_path: Path, state: str, policy: str) -> None:
    async with hands_exchange(tmp_path) as exchange:
        async with living_rig(exchange, tmp_path, f"shutdown.policy={policy}") as rig:
            await enter(rig)
            _leave_at(rig, _EXITING[state])
            await rig.signal(Direction.FLAT)
            await rig.until(lambda: rig.bot.stop.cause is not None)
        _judge(rig, exchange, policy)
        assert not exchange.amount(), "what was being closed is not kept"


@pytest.mark.parametrize("policy", ["keep", "flatten"])
async def test_while_the_account_is_reconnecting(tmp_path: Path, policy: str) -> None:
    async with hands_exchange(tmp_path) as exchange:
        async with living_rig(exchange, tmp_path, f"shutdown.policy={policy}") as rig:
            await enter(rig)
            _leave_at(rig, _is(AccountFeedLost))
            exchange.arm(FaultKind.CUT_SOCKET, "*_UPDATE", times=1)
            await rig.signal(Direction.FLAT)
            await rig.until(lambda: rig.bot.stop.cause is not None)
        _judge(rig, exchange, policy)


@pytest.mark.parametrize("asked_for", ["/fapi/v1/time", "/fapi/v1/exchangeInfo", "/fapi/v1/klines"])
async def test_while_starting_and_warming_up(tmp_path: Path, asked_for: str) -> None:
    async with hands_exchange(tmp_path) as exchange:
        trap = exchange.trap(asks(asked_for), lambda: _LATE)
        async with starting(exchange, tmp_path) as (bot, life):
            await until(exchange, lambda: bool(trap.bitten))
            bot.stop.ask("SIGTERM")
            await until(exchange, life.done, within_ms=_LEFT_MS_MAX)
        assert life.result() is None
        assert not exchange.resting()


def _leave_at(rig: Rig, holds: Callable[[Event], bool]) -> None:
    """Ask the bot to leave as soon as this is about to be handled."""

    def see(event: Event) -> None:
        if holds(event):
            rig.bot.stop.ask("SIGTERM")

    rig.bot.bus.add_tap(see)


def _judge(rig: Rig, exchange: HandsExchange, policy: str) -> None:
    assert "Shutdown complete" in rig.said
    assert "shutdown step overran" not in rig.said
    assert not exchange.watch.is_naked, "it left a position without a stop"
    assert not exchange.leftovers, exchange.leftovers
    assert not _entries(exchange.resting()), "an entry rests, and nobody would guard its fill"
    if policy == "flatten":
        assert not exchange.amount()
        assert exchange.resting() == []


def _entries(resting: Sequence[str]) -> list[str]:
    keys = {name: parse_client_order_id(name) for name in resting}
    return [name for name, key in keys.items() if key is None or key.leg is Leg.ENTRY]
