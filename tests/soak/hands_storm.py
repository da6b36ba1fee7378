"""One bot, trip after trip, with several things at once going wrong in each, drawn by a seed.

Run as `python -m tests.soak.hands_storm TRIPS SEED`; the same seed draws the same troubles, though
over sockets not always the same story.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from msgspec.structs import replace

from noctule.adapters.sim.faults import FaultKind
from noctule.domain.signals import Direction
from tests.fakes.hands_cells import (
    REQUEST_FAULTS,
    SHORT_BANS,
    Step,
    at_step,
    by_hand,
    outage_at_step,
    refused,
)
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_life import MOVED_STOP, be_flat, rest, want_stop
from tests.fakes.hands_rig import Rig, living_rig

__all__ = ["storm"]

_CALM: Final = (  # nobody is to stop trading for having lost
    "risk.max_daily_loss=1",
    "risk.max_drawdown=1",
    "risk.cooldown_losses=0",
    "risk.max_orders_per_minute=1200",
)
# Audits that are asked for in fractions of a second would soon have used up a minute's weight.
_TERMS: Final = replace(SHORT_BANS, weight_per_minute=1_000_000)
_CODES: Final = (-2019, -2021, -2022, -4045, -4116, -4118, -4130, -4131, -4509, -1008, -2011)
_FRAMES: Final = ("ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE", "ALGO_UPDATE", "*_UPDATE")
_FRAME_KINDS: Final = (
    FaultKind.DROPPED_FRAME,
    FaultKind.REPEATED_FRAME,
    FaultKind.HELD_FRAME,
    FaultKind.LATE_FRAME,
    FaultKind.CUT_SOCKET,
    FaultKind.MUTE_SOCKET,
)
_PRICES: Final = ("58900", "59650", "60350", "61600")
_OUTAGES: Final = (FaultKind.UNAVAILABLE, FaultKind.LOST_BEFORE, FaultKind.UNKNOWN_BEFORE)
_SETTLED_MS: Final = 15_000.0
_TROUBLES_MAX: Final = 3


async def storm(home: Path, *, trips: int, seed: int) -> int:
    """Live through so many trips and return how many of them held something."""
    random, held = Random(seed), 0
    async with (
        hands_exchange(home, terms=_TERMS, deposit=1_000_000) as exchange,
        living_rig(exchange, home, *_CALM) as rig,
    ):
        for number in range(trips):
            rig.watch.forget()
            rig.watch.note("test", f"trip {number} of seed {seed}")
            held += await _trip(rig, random)
            await _clear_up(rig)
    return held


async def _trip(rig: Rig, random: Random) -> bool:
    """Go from a signal towards flat, and see whether anything was ever held."""
    for _ in range(random.randint(0, _TROUBLES_MAX)):
        random.choice(_TROUBLES)(rig, random)
    direction = random.choice((Direction.LONG, Direction.SHORT))
    sign = 1 if direction is Direction.LONG else -1
    await rig.signal(direction, stop=60_000 - sign * 600, target=60_000 + sign * 1_200)
    await _settle(rig)
    was_held = bool(rig.exchange.amount())
    if was_held and random.random() < 0.5:
        await want_stop(rig, 60_000 - sign * (60_000 - MOVED_STOP))
        await _settle(rig)
    if rig.exchange.amount():
        if random.random() < 0.3:
            rig.exchange.trade(random.choice(("58900", "61600")))
        else:
            await rig.signal(Direction.FLAT)
    await _settle(rig)
    return was_held


async def _clear_up(rig: Rig) -> None:
    """Let nothing go wrong any more, and be flat; judged by the usual measure."""
    rig.exchange.unset_traps()
    rig.exchange.disarm()
    rig.owner.withdraw()
    await rig.until(lambda: not rig.watch.is_out, within_ms=_SETTLED_MS)
    await _settle(rig)
    if rig.exchange.amount():
        await rig.signal(Direction.FLAT)
    await rig.until(lambda: not rig.exchange.amount(), within_ms=_SETTLED_MS)
    await be_flat(rig)
    await rig.until(lambda: not rig.halts, within_ms=_SETTLED_MS)


async def _settle(rig: Rig) -> None:
    await rig.settle(within_ms=_SETTLED_MS)
    await rest(rig)


# What may go wrong


def _request(rig: Rig, random: Random) -> None:
    wrong = random.choice(REQUEST_FAULTS)
    at_step(rig, _step(random), wrong, skip=random.randrange(2))


def _refusal(rig: Rig, random: Random) -> None:
    wrong = refused(random.choice(_CODES), times=random.choice((1, 1, 3)))
    at_step(rig, _step(random), wrong)


def _frame(rig: Rig, random: Random) -> None:
    kind, frame = random.choice(_FRAME_KINDS), random.choice(_FRAMES)
    rig.exchange.arm(
        kind, frame, times=random.randint(1, 3), skip=random.randrange(6), delay_ms=300
    )
    rig.watch.strike(f"{kind} {frame}")


def _hand(rig: Rig, random: Random) -> None:
    acts: tuple[Callable[[], object], ...] = (
        rig.owner.close,
        rig.owner.halve,
        rig.owner.cancel_stops,
        rig.owner.lose_to_deleveraging,
    )
    by_hand(rig, _step(random), random.choice(acts))


def _price(rig: Rig, random: Random) -> None:
    by_hand(rig, _step(random), partial(rig.exchange.trade, random.choice(_PRICES)))


def _outage(rig: Rig, random: Random) -> None:
    outage_at_step(rig, _step(random), random.choice(_OUTAGES), for_s=random.uniform(0.1, 1))


def _question(rig: Rig, random: Random) -> None:
    kind = random.choice((FaultKind.LOST_BEFORE, FaultKind.LAGGING, FaultKind.UNAVAILABLE))
    path = random.choice(("order", "algoOrder", "openOrders", "openAlgoOrders"))
    rig.exchange.arm(kind, f"GET /fapi/v1/{path}", times=2)


_TROUBLES: Final = (_request, _request, _refusal, _frame, _frame, _hand, _price, _outage, _question)


def _step(random: Random) -> Step:
    return random.choice(tuple(Step))


def main(trips: int = 300, seed: int = 1) -> None:
    """Live through a storm, and say so."""
    with tempfile.TemporaryDirectory() as folder:
        held = asyncio.run(storm(Path(folder), trips=trips, seed=seed))
    sys.stdout.write(f"{trips} trips of seed {seed}, {held} held something: calm\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
