"""The user-data storm: thousands of fills over a private stream on which everything goes wrong.

The full one is 10,000 fills over 50 orders: `python -m tests.soak.account_storm [FILLS] [SEED]`.
"""

import asyncio
import sys
import time
from collections import Counter
from decimal import Decimal
from random import Random
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.fills import Fills, Ladder
from noctule.adapters.sim.pacing import ByHand
from noctule.domain.events.order import (
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
    OrderAccepted,
    OrderFilled,
    PositionReported,
)
from noctule.domain.position import Fill
from tests.fakes.account_desk import GENEROUS, AccountDesk, account_desk, until
from tests.fakes.loopback import Loopback, loopback, market_of

__all__ = ["Aftermath", "storm"]

_FRAME_FAULTS: Final = {
    FaultKind.HELD_FRAME: 0.10,
    FaultKind.REPEATED_FRAME: 0.10,
    FaultKind.DROPPED_FRAME: 0.05,
    FaultKind.LATE_FRAME: 0.05,
    FaultKind.GARBAGE_FRAME: 0.005,
    FaultKind.STRANGE_FRAME: 0.01,
    FaultKind.EXTRA_FRAME_FIELDS: 0.05,
}
_SOCKET_FAULTS: Final = (FaultKind.CUT_SOCKET, FaultKind.CLOSED_SOCKET, FaultKind.MUTE_SOCKET)
_LEVEL_QUOTE: Final = Decimal(10)
_LEVELS: Final = {"BTCUSDT": Decimal("0.001"), "ETHUSDT": Decimal("0.003")}  # what each holds


class Aftermath(Struct, frozen=True, kw_only=True):
    """What is there when the storm is over."""

    orders: int
    trades: int
    told: int
    missing: int
    repeated: int
    wrong: int  # told with another price, quantity, fee, side, order or profit
    unfinished: int  # orders whose last fill did not say that nothing remains
    positions: frozenset[tuple[str, Decimal]]
    sums: frozenset[tuple[str, Decimal]]
    snapshots: int
    misplaced: int  # snapshots that are not the sum of the fills told before them
    lost: int
    restored: int

    @property
    def is_calm(self) -> bool:
        """Tell whether every fill was told once, as it was."""
        damage = (self.missing, self.repeated, self.wrong, self.unfinished, self.misplaced)
        return not any(damage) and self.positions == self.sums


async def storm(*, fills: int, orders: int, seed: int) -> Aftermath:
    """Trade through a storm, wait until everything is told, and count."""
    random, levels = Random(seed), fills // orders
    async with (
        loopback(
            market_of(*_LEVELS, seed=seed),
            pace=ByHand(),
            terms=GENEROUS,
            fills=Fills(depth=Ladder(level_quote=_LEVEL_QUOTE, levels=levels)),
            seed=seed,
            deposit=100_000_000,
        ) as exchange,
        account_desk(exchange) as desk,
    ):
        for kind, share in _FRAME_FAULTS.items():
            exchange.arm(kind, "*", times=None, share=share, delay_ms=50)
        for number in range(orders):
            if number % 3 == 2:
                _break_a_connection(exchange, random)
            symbol = "ETHUSDT" if number % 4 == 3 else "BTCUSDT"  # nobody named ETHUSDT to us
            side = random.choice(("BUY", "SELL"))
            await desk.order(side, str(_LEVELS[symbol] * levels), symbol=symbol)
            await asyncio.sleep(random.uniform(0, 0.05))
        exchange.disarm()
        await until(lambda: desk.is_complete and _is_calm(desk), within_s=30)
        await asyncio.sleep(0.2)  # for what would come twice
        return _aftermath(desk)


def _break_a_connection(exchange: Loopback, random: Random) -> None:
    match random.randrange(5):
        case 0:
            exchange.protocol.expire_listen_key(exchange.account)
        case 1:
            exchange.protocol.silence_listen_key(exchange.account)
        case number:
            exchange.arm(_SOCKET_FAULTS[number - 2], "*", skip=random.randrange(100))


def _is_calm(desk: AccountDesk) -> bool:
    """Tell whether the last that was said of every position is what the exchange has."""
    return not _positions(desk) ^ _held(desk)


def _aftermath(desk: AccountDesk) -> Aftermath:
    told = Counter((fill.symbol, fill.trade_id) for fill in desk.fills)
    names = {each.venue_order_id: each.client_order_id for each in desk.of(OrderAccepted)}
    last = {each.fill.venue_order_id: each.remaining for each in desk.of(OrderFilled)}
    return Aftermath(
        orders=len(names),
        trades=len(desk.trades),
        told=len(desk.fills),
        missing=len(desk.trades.keys() - told.keys()),
        repeated=sum(times > 1 for times in told.values()),
        wrong=sum(_is_wrong(fill, desk) for fill in desk.fills),
        unfinished=sum(remaining != 0 for remaining in last.values()),
        positions=_positions(desk),
        sums=_sums(desk),
        snapshots=len(desk.of(AccountSnapshotTaken)),
        misplaced=_misplaced(desk),
        lost=len(desk.of(AccountFeedLost)),
        restored=len(desk.of(AccountFeedRestored)),
    )


def _is_wrong(fill: Fill, desk: AccountDesk) -> bool:
    trade = desk.trades[fill.symbol, fill.trade_id]
    told = (
        *(fill.price, fill.quantity, fill.fee, fill.fee_asset, fill.realized_pnl),
        *(fill.side.value, fill.venue_order_id, fill.client_order_id, fill.is_maker),
    )
    made = (
        *(trade.price, trade.qty, trade.commission, trade.commission_asset, trade.realized_pnl),
        *(trade.side.value, str(trade.order_id), trade.client_id, trade.is_maker),
    )
    return told != made


def _positions(desk: AccountDesk) -> frozenset[tuple[str, Decimal]]:
    """Return what is held, by what was told last."""
    told: dict[str, Decimal] = {}
    for event in desk.told:
        if isinstance(event, AccountSnapshotTaken):
            told = {each.symbol: each.signed_quantity for each in event.snapshot.positions}
        if isinstance(event, PositionReported):
            told[event.position.symbol] = event.position.signed_quantity
    return frozenset((symbol, amount) for symbol, amount in told.items() if amount)


def _misplaced(desk: AccountDesk) -> int:
    """Count the snapshots in which a fill is missing that was told, or that was not told yet."""
    sums, misplaced = dict.fromkeys(_LEVELS, Decimal(0)), 0
    for event in desk.told:
        if isinstance(event, OrderFilled):
            sums[event.fill.symbol] += event.fill.signed_quantity
        if isinstance(event, AccountSnapshotTaken):
            held = {each.symbol: each.signed_quantity for each in event.snapshot.positions}
            misplaced += held != {symbol: amount for symbol, amount in sums.items() if amount}
    return misplaced


def _sums(desk: AccountDesk) -> frozenset[tuple[str, Decimal]]:
    """Return what is held, by the fills that were told."""
    sums = dict.fromkeys(_LEVELS, Decimal(0))
    for fill in desk.fills:
        sums[fill.symbol] += fill.signed_quantity
    return frozenset((symbol, amount) for symbol, amount in sums.items() if amount)


def _held(desk: AccountDesk) -> frozenset[tuple[str, Decimal]]:
    account = desk.exchange.account
    legs = [leg for symbol in _LEVELS for leg in account.legs(symbol)]
    return frozenset((leg.symbol, leg.amount) for leg in legs if leg.amount)


def main(fills: int = 10_000, seed: int = 1) -> int:
    """Run one storm, print what it left, and return 1 if it did any damage."""
    began = time.perf_counter()
    aftermath = asyncio.run(storm(fills=fills, orders=50, seed=seed))
    took = time.perf_counter() - began
    sys.stdout.write(f"{aftermath}\n{took:.1f} s, {'calm' if aftermath.is_calm else 'DAMAGE'}\n")
    return 0 if aftermath.is_calm else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
