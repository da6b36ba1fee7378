"""An executor and a venue whose every answer is scripted by name, and lanes that use them."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import NoReturn

from noctule.domain.instrument import Instrument
from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest
from noctule.domain.position import AccountSnapshot, Fill, Income
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.values import Symbol
from noctule.engine.lanes import Lanes, LaneSettings
from noctule.ports.clock import Clock
from tests.fakes.bus import Published

__all__ = ["LaneDesk", "lanes_over", "turns"]

Act = Exception | asyncio.Event  # raised, or waited for


class LaneDesk:
    """Says yes to everything at once, except where a script of that order or symbol says else."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.failure: Exception | None = None  # of what has hung
        self._scripts: dict[str, deque[Act]] = defaultdict(deque)

    def script(self, name: str, *acts: Act) -> None:
        """Do these, one for each call that names this order or symbol."""
        self._scripts[name].extend(acts)

    async def place(self, request: OrderRequest) -> str:
        await self._act("place", request.client_order_id)
        return "7"

    async def cancel(self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind) -> None:
        await self._act("cancel", client_order_id)

    async def query(
        self, symbol: Symbol, client_order_id: ClientOrderId, kind: OrderKind
    ) -> OrderReport | None:
        await self._act("query", client_order_id)
        return None

    async def count_down(self, symbol: Symbol, *, timeout_ms: int) -> None:
        await self._act(f"count down {timeout_ms}", symbol)

    async def look(self, symbol: Symbol) -> SymbolLook:
        await self._act("look", symbol)
        return flat_look(symbol)

    async def close(self) -> None:
        """Nothing is open."""

    async def instruments(self) -> Mapping[Symbol, Instrument]:
        nobody_asks()

    async def snapshot(self) -> AccountSnapshot:
        nobody_asks()

    async def fills_since(self, symbol: Symbol, since_ms: int) -> Sequence[Fill]:
        nobody_asks()

    async def orders_since(self, symbol: Symbol, since_ms: int) -> Sequence[OrderReport]:
        nobody_asks()

    async def income_since(self, since_ms: int) -> Sequence[Income]:
        nobody_asks()

    async def _act(self, call: str, name: str) -> None:
        self.calls.append(f"{call} {name}")
        script = self._scripts[name]
        if not script:
            return
        act = script.popleft()
        if isinstance(act, Exception):
            raise act
        await act.wait()
        if self.failure is not None:
            raise self.failure


def flat_look(symbol: Symbol) -> SymbolLook:
    """Return what is seen of a symbol in which there is nothing."""
    return SymbolLook(
        symbol=symbol, signed_quantity=Decimal(0), entry_price=None, orders=(), at_ms=0
    )


def nobody_asks() -> NoReturn:
    """Fail the test."""
    raise AssertionError("nobody asks")


async def turns(count: int = 5) -> None:
    """Let the loop turn a few times, in which no time passes."""
    for _ in range(count):
        await asyncio.sleep(0)


@asynccontextmanager
async def lanes_over(
    desk: LaneDesk,
    *,
    clock: Clock,
    bus: Published | None = None,
    settings: LaneSettings | None = None,
    make_lanes: type[Lanes] = Lanes,
) -> AsyncIterator[Lanes]:
    """Run lanes for the length of the block, then stop them."""
    lanes = make_lanes(
        executor=desk,
        venue=desk,
        clock=clock,
        publish=(bus or Published()).publish,
        settings=settings or LaneSettings(),
    )
    await lanes.start()
    await lanes.sync_state()
    running = asyncio.get_running_loop().create_task(lanes.run())
    await turns()
    try:
        yield lanes
    finally:
        running.cancel()
        await asyncio.wait([running])
        await lanes.stop()
