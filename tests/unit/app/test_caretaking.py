"""The caretaker of a world recovers on its venue, for its account, into its desk."""

from decimal import Decimal
from pathlib import Path

from typing_extensions import override

from noctule.app.caretaking import make_caretaker
from noctule.app.world import World
from noctule.domain.memory import DeskMemory
from noctule.domain.order import Leg
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.values import quote
from noctule.engine.takeover import TakeOver
from tests.builders import BTCUSDT, START_MS
from tests.fakes.floor import TradingFloor, known_contracts
from tests.fakes.home import config_at
from tests.fakes.lane_desk import LaneDesk
from tests.fakes.offline import OfflineSetup
from tests.fakes.quiet_collector import QuietCollector
from tests.fakes.recovery_scene import RecoveryVenue
from tests.reconcile_builders import ACCOUNT, held, remembered


class FundedVenue(RecoveryVenue):
    """A venue on which there is money, too."""

    @override
    async def snapshot(self) -> AccountSnapshot:
        told = await super().snapshot()
        balance = Balance(asset="USDT", wallet=quote("10000"), available=quote("10000"))
        return AccountSnapshot(
            at_ms=told.at_ms, balances=(balance,), positions=told.positions, orders=told.orders
        )


async def _greet() -> None:
    """Know everything already."""


async def test_a_remembered_position_gets_its_stop_from_the_desk(tmp_path: Path) -> None:
    floor = TradingFloor(await known_contracts())
    floor.clock.advance_to_ms(START_MS)
    lanes = LaneDesk()
    world = World(
        exchange="a scripted one",
        clock=floor.clock,
        collector=QuietCollector(),
        executor=lanes,
        venue=FundedVenue(held()),
        setup=OfflineSetup(),
        account_tag=ACCOUNT,
        greet=_greet,
    )
    takeover = TakeOver(
        desk=floor.desk,
        book=floor.book,
        lanes=floor.lanes,
        clock=floor.clock,
        follow=floor.let_decide,
    )
    caretaker = make_caretaker(
        world,
        floor.bus.publish,
        config_at(tmp_path).load().settings,
        contracts=floor.contracts,
        takeover=takeover,
        book=floor.book,
        halts=floor.halts,
    )
    await caretaker.begin(DeskMemory(brackets=(remembered(),)))
    (stop,) = [each for each in floor.desk.blotter.live() if each.leg is Leg.PROTECT]
    assert (stop.request.symbol, stop.request.trigger_price) == (BTCUSDT, Decimal("59400"))
    assert floor.book.is_told
    assert floor.halts.reasons(START_MS) == ()
