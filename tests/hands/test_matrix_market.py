"""Whatever the market does to our orders: filled in part, stalled, rejected, not yet known."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.faults import FaultKind
from noctule.adapters.sim.fills import Endless, Ladder, Latency
from noctule.adapters.sim.switches import Switches
from tests.fakes.hands_cells import Step
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_life import be_stopped, enter, leave, rest
from tests.fakes.hands_rig import living_rig
from tests.fakes.hands_trip import live_on, walk

_SWITCHES = {
    "child_fill_first": Switches(child_fill_first=True),
    "child_renamed": Switches(child_keeps_client_id=False),
    "finished_hides_child": Switches(finished_hides_child=True),
    "reduce_only_blocks": Switches(reduce_only_blocks=True),
    "reduce_only_refused": Switches(reduce_only_is_trimmed=False),
    "slow_trigger": Switches(triggered_after_ms=150, finished_after_ms=150),
}


@pytest.mark.parametrize("share", ["0.3", "0.9"])
async def test_an_entry_filled_in_part_is_protected_for_what_it_is(
    tmp_path: Path, share: str
) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        _stall(exchange, quote=str(10_000 * Decimal(share)))
        await enter(rig)
        _flow(exchange)
        await leave(rig)
        assert not rig.exchange.amount(), rig.state
        await live_on(rig)


async def test_an_exit_filled_in_part_goes_on_until_it_is_flat(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        _stall(exchange, quote="3000")
        await leave(rig)
        _flow(exchange)
        await rest(rig)
        assert not rig.exchange.amount(), rig.state
        await live_on(rig)


async def test_a_stop_filled_in_part_goes_on_until_it_is_flat(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        _stall(exchange, quote="3000")
        await be_stopped(rig)
        _flow(exchange)
        await rest(rig)
        assert not rig.exchange.amount(), rig.state
        await live_on(rig)


async def test_a_stop_that_is_rejected_at_its_trigger_is_followed_by_a_close(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        exchange.protocol.venue.exchange.set_switches(Switches(trigger_refusal="Margin is gone."))
        await be_stopped(rig)
        exchange.protocol.venue.exchange.set_switches(Switches())
        await rest(rig)
        assert not rig.exchange.amount(), rig.state
        await live_on(rig)


@pytest.mark.parametrize("switch", _SWITCHES)
@pytest.mark.parametrize("step", [Step.EXIT, Step.SIBLING, Step.SWEEP, Step.MOVE])
async def test_however_the_doubtful_points_of_the_protocol_are_played(
    tmp_path: Path, step: Step, switch: str
) -> None:
    async with (
        hands_exchange(tmp_path, switches=_SWITCHES[switch]) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):
        await walk(rig, step, lambda: None)
        await live_on(rig)


@pytest.mark.parametrize("lost", [FaultKind.LOST_AFTER, FaultKind.UNKNOWN_AFTER])
@pytest.mark.parametrize("step", Step)
async def test_queries_that_lag_behind_an_unknown_outcome_double_nothing(
    tmp_path: Path, step: Step, lost: FaultKind
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, *step.needs) as rig,
    ):

        def break_both() -> None:
            rig.watch.strike(f"{lost}, and the next queries lag")
            for path in ("order", "algoOrder"):
                exchange.arm(lost, f"POST /fapi/v1/{path}")
                exchange.arm(FaultKind.LAGGING, f"GET /fapi/v1/{path}", times=3)

        await walk(rig, step, break_both)
        await live_on(rig)


async def test_a_slow_exchange_is_waited_for(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        market = exchange.protocol.venue.exchange
        market.set_fills(replace(market.fills, latency=Latency(answer_ms=60)))
        await enter(rig)
        await leave(rig)
        await live_on(rig)


def _stall(exchange: HandsExchange, *, quote: str) -> None:
    """Let so much be had at the best price, and nothing behind it."""
    market = exchange.protocol.venue.exchange
    market.set_fills(replace(market.fills, depth=Ladder(level_quote=Decimal(quote), levels=1)))
    exchange.watch.strike(f"only {quote} USDT can be had")


def _flow(exchange: HandsExchange) -> None:
    market = exchange.protocol.venue.exchange
    market.set_fills(replace(market.fills, depth=Endless()))
