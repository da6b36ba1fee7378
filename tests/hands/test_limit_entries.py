"""An entry that rests: filled in part, run down by the exchange, or cancelled in time."""

import asyncio
from pathlib import Path

import pytest

from noctule.domain.signals import Direction
from tests.fakes.hands_cells import REQUEST_FAULTS, SHORT_BANS, Step, Wrong, at_step
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_life import STOP, TARGET, judge, leave, rest
from tests.fakes.hands_rig import Rig, living_rig

_LIMIT = ("trading.entry_order=limit", "trading.entry_offset=0.001")
_SOON = (*_LIMIT, "trading.entry_timeout_seconds=1")


async def test_an_entry_that_rests_is_filled_and_protected(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path, *_LIMIT) as rig:
        await _rest_an_entry(rig)
        _dip(exchange)
        await rest(rig)
        assert rig.exchange.amount() > 0, rig.state
        await leave(rig)
        assert not rig.exchange.amount(), rig.state


async def test_an_entry_that_nobody_fills_is_taken_out_in_time(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path, *_SOON) as rig:
        await _rest_an_entry(rig)
        await rig.until(lambda: not rig.exchange.resting(), within_ms=4_000)
        await rest(rig)
        assert not rig.exchange.amount(), rig.state


async def test_a_flat_signal_takes_a_resting_entry_out(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path, *_LIMIT) as rig:
        await _rest_an_entry(rig)
        await rig.signal(Direction.FLAT)
        await rig.until(lambda: not rig.exchange.resting())
        await rest(rig)
        assert not rig.exchange.amount(), rig.state


async def test_the_process_that_ends_leaves_no_entry_resting(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        async with living_rig(exchange, tmp_path, *_LIMIT) as rig:
            await _rest_an_entry(rig)
        assert exchange.resting() == []


@pytest.mark.parametrize("wrong", REQUEST_FAULTS, ids=lambda wrong: wrong.name)
async def test_a_resting_entry_whose_request_goes_wrong_is_found_out(
    tmp_path: Path, wrong: Wrong
) -> None:
    async with (
        hands_exchange(tmp_path, terms=SHORT_BANS) as exchange,
        living_rig(exchange, tmp_path, *_SOON) as rig,
    ):
        trap = at_step(rig, Step.ENTRY, wrong)
        await rig.signal(stop=STOP, target=TARGET)
        await asyncio.sleep(0.05)
        _dip(exchange)
        await rig.until(lambda: bool(trap.bitten))
        await rest(rig)
        await rig.until(lambda: not _entries(exchange), within_ms=5_000)
        judge(rig)
        if rig.exchange.amount():
            await leave(rig)
        await _without_traps(rig)


async def _without_traps(rig: Rig) -> None:
    rig.exchange.unset_traps()
    assert not rig.exchange.amount(), rig.state
    assert rig.exchange.leftovers == []


async def _rest_an_entry(rig: Rig) -> None:
    await rig.signal(stop=STOP, target=TARGET)
    await rig.until(lambda: bool(_entries(rig.exchange)))


def _entries(exchange: HandsExchange) -> list[str]:
    return [order.client_id for order in exchange.account.orders_on("BTCUSDT")]


def _dip(exchange: HandsExchange) -> None:
    """Let the market trade through the entry's price, and come back."""
    exchange.trade("59900")
    exchange.trade("60000")
