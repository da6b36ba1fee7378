"""Whatever the market does in the moment before a request arrives: it is quicker than we are."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.hands_cells import Step, by_hand
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_life import enter, leave, rest
from tests.fakes.hands_rig import Rig, living_rig
from tests.fakes.hands_trip import live_on, round_trip


def _trade_at(price: str, rig: Rig) -> None:
    rig.exchange.trade(price)


_MOVES = {
    "gaps_below_the_stop": "59000",
    "reaches_the_target": "61500",
    "falls_to_the_moved_stop": "59650",
}
_ACTS: dict[str, Callable[[Rig], object]] = {
    **{name: partial(_trade_at, price) for name, price in _MOVES.items()},
    "is_deleveraged": lambda rig: rig.owner.lose_to_deleveraging(),
    "is_deleveraged_by_half": lambda rig: rig.owner.lose_to_deleveraging("0.5"),
    "hangs_up_everywhere": lambda rig: rig.exchange.protocol.switchboard.hang_up(),
}
_STEPS = (Step.STOP, Step.TARGET, Step.MOVE, Step.RETIRE, Step.EXIT, Step.SWEEP)


@pytest.mark.parametrize("act", _ACTS)
@pytest.mark.parametrize("step", _STEPS)
async def test_the_world_may_be_quicker_than_a_request(
    tmp_path: Path, step: Step, act: str
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        await round_trip(rig, step, partial(by_hand, rig, step, partial(_ACTS[act], rig)))


@pytest.mark.parametrize("share", ["1", "0.5"])
async def test_deleveraging_at_rest_is_recognised(tmp_path: Path, share: str) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        rig.watch.strike("auto-deleveraging")
        rig.owner.lose_to_deleveraging(share)
        await rest(rig)
        if exchange.amount():
            await leave(rig)
        await live_on(rig)


async def test_a_liquidation_is_recognised(tmp_path: Path) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, "trading.leverage=50", "risk.max_daily_loss=1") as rig,
    ):
        await enter(rig)
        rig.owner.cancel_stops()
        exchange.trade("58000")
        await rest(rig)
        assert not exchange.amount(), rig.state
        await live_on(rig)


async def test_the_stop_and_the_target_may_be_reached_in_one_breath(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        for price in ("59000", "61500", "59000", "60000"):
            exchange.trade(price)
        await rest(rig)
        assert not exchange.amount(), rig.state
        await live_on(rig)
