"""A bot that only says yes, the door to it, and how it is."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from decimal import Decimal
from pathlib import Path

from msgspec import structs

from noctule.adapters.control.peer import Peer
from noctule.adapters.control.socket import ControlSocket, Manners
from noctule.domain.commands import (
    AnyCommand,
    CommandOutcome,
    CommandRefused,
    ReloadOutcome,
)
from noctule.domain.order import Leg, OrderKind, OrderState
from noctule.domain.signals import Direction
from noctule.domain.status import (
    AccountView,
    ComponentView,
    HaltView,
    MarketView,
    OrderView,
    Phase,
    PositionView,
    RiskView,
    SaidView,
    StatusView,
    TodayView,
    TradeView,
)
from noctule.domain.trade import ExitReason
from noctule.domain.values import MINUTE_MS, Side, Symbol, price, quantity, quote
from tests.builders import BTCUSDT, START_MS

__all__ = [
    "ETHUSDT",
    "Controlled",
    "a_halt",
    "a_position",
    "a_trade",
    "a_view",
    "an_order",
    "door",
    "listening",
]

ETHUSDT = Symbol("ETHUSDT")


class Controlled:
    """Implements the Control port: notes what is wanted of it, and answers what it was told to."""

    def __init__(self, *views: StatusView) -> None:
        self.views = list(views) or [a_view()]  # the last one stays
        self.commands: list[AnyCommand] = []
        self.outcomes: list[CommandOutcome | CommandRefused] = []  # else: carried out
        self.reloads: list[tuple[str, str]] = []
        self.reloaded = ReloadOutcome()
        self.hangs: asyncio.Event | None = None

    def status(self) -> StatusView:
        """Return how things are to be said to be."""
        return self.views.pop(0) if len(self.views) > 1 else self.views[0]

    async def submit(self, command: AnyCommand) -> CommandOutcome | CommandRefused:
        """Note it, and say what became of it."""
        self.commands.append(command)
        if self.hangs is not None:
            await self.hangs.wait()
        return self.outcomes.pop(0) if self.outcomes else CommandOutcome(at_ms=START_MS)

    def reload(self, *, actor: str, origin: str) -> ReloadOutcome:
        """Note it, and say what became of it."""
        self.reloads.append((actor, origin))
        return self.reloaded


@asynccontextmanager
async def door(
    path: Path,
    control: Controlled,
    *,
    manners: Manners | None = None,
    may_ask: bool | None = None,
) -> AsyncIterator[ControlSocket]:
    """Let the socket live as the supervisor does, for the length of the block."""

    def judge(peer: Peer) -> bool:
        return peer.is_us if may_ask is None else may_ask

    component = ControlSocket(path, control, manners=manners or Manners(), may_ask=judge)
    await component.start()
    await component.sync_state()
    async with asyncio.TaskGroup() as group:
        run = group.create_task(component.run())
        try:
            yield component
        finally:
            run.cancel()
            await component.stop()


@contextmanager
def listening(path: Path, control: Controlled) -> Iterator[None]:
    """Let the socket live in a thread, for commands that block this one."""
    is_open, is_over = threading.Event(), threading.Event()

    async def live() -> None:
        async with door(path, control):
            is_open.set()
            await asyncio.to_thread(is_over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    assert is_open.wait(5), f"nothing listens at {path}"
    try:
        yield
    finally:
        is_over.set()
        thread.join(5)


def a_view(**changes: object) -> StatusView:
    """Return how a quiet bot is, but for what a test is about."""
    view = StatusView(
        version="0.1.0",
        process=4_242,
        environment="sim",
        exchange="the simulated exchange in this process, seed 1",
        phase=Phase.RUNNING,
        at_ms=START_MS,
        started_ms=START_MS - 12 * MINUTE_MS,
        up_ms=12 * MINUTE_MS,
        timeframe="1m",
        shutdown_policy="keep",
        markets=(_MARKET,),
        positions=(),
        orders=(),
        account=_ACCOUNT,
        risk=_RISK,
        halts=(),
        today=TodayView(since_ms=START_MS, count=0, won=0, net_pnl=quote("0"), latest=()),
        health=None,
        components=(ComponentView(name="collector", state="running"),),
        losses=(),
    )
    return structs.replace(view, **changes)


_MARKET = MarketView(
    symbol=BTCUSDT,
    strategy="sma_cross",
    close_ms=START_MS - 1,
    last_price=61_707.2,
    mark_price=61_838.4,
    spread_share=0.00001,
    silent_ms=120,
    is_lost=False,
    regime="trend_up",
    disabled=None,
    said=SaidView(
        at_ms=START_MS - 5 * MINUTE_MS - 1,
        direction=Direction.LONG,
        reason="SMA 10 crossed above SMA 30 by 68.26",
        verdict="approved",
    ),
    waits_for="waits for SMA 10 to cross below SMA 30",
)
_ACCOUNT = AccountView(
    asset="USDT",
    wallet=quote("9995.84"),
    unrealized_pnl=quote("89.43"),
    equity=quote("10085.27"),
    available=quote("8403.26"),
    day_pnl=quote("85.27"),
    day_loss_share=Decimal(0),
    day_loss_share_max=Decimal("0.05"),
    equity_peak=quote("10098.40"),
    drawdown_share=Decimal("0.0013"),
    drawdown_share_max=Decimal("0.20"),
    losses_in_a_row=1,
    losses_in_a_row_max=3,
)
_RISK = RiskView(
    exposure=quote("8410.02"),
    net_exposure=quote("8410.02"),
    exposure_share=Decimal("0.8339"),
    exposure_share_max=Decimal("3.0"),
    historical_var=37.13,
    parametric_var=36.76,
    candles=119,
    correlations=(),
)


def a_position(**changes: object) -> PositionView:
    """Return a protected long position of ours."""
    view = PositionView(
        symbol=BTCUSDT,
        strategy="sma_cross",
        side=Side.BUY,
        quantity=quantity("0.136"),
        entry_price=price("61180.80"),
        mark_price=price("61838.4"),
        unrealized_pnl=quote("89.4336"),
        stop=price("60569.00"),
        target=price("62404.40"),
        since_ms=START_MS - 5 * MINUTE_MS - 1,
        is_protected=True,
        leaves=None,
        is_ours=True,
    )
    return structs.replace(view, **changes)


def an_order(**changes: object) -> OrderView:
    """Return the stop of that position."""
    view = OrderView(
        symbol=BTCUSDT,
        client_order_id="noc-x",
        leg=Leg.STOP,
        side=Side.SELL,
        kind=OrderKind.STOP_MARKET,
        state=OrderState.OPEN,
        quantity=None,
        filled=quantity("0"),
        price=price("60569.00"),
    )
    return structs.replace(view, **changes)


def a_halt(**changes: object) -> HaltView:
    """Return what a pause leaves."""
    view = HaltView(
        check="pause",
        text="payrolls; until somebody resumes",
        since_ms=START_MS - MINUTE_MS,
        ends_ms=None,
        remedy="noctule resume",
    )
    return structs.replace(view, **changes)


def a_trade(**changes: object) -> TradeView:
    """Return that position closed by a flatten."""
    view = TradeView(
        symbol=BTCUSDT,
        strategy="sma_cross",
        direction=Direction.LONG,
        quantity=quantity("0.136"),
        entry_price=price("61180.80"),
        exit_price=price("61836.70"),
        net_pnl=quote("80.8412"),
        exit_reason=ExitReason.FLATTEN,
        closed_ms=START_MS,
    )
    return structs.replace(view, **changes)
