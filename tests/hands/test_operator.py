"""Flatten works whatever else is going on; leaving keeps or closes, as the owner wants it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from noctule.adapters.sim.faults import FaultKind
from noctule.domain.commands import Command, Flatten, Pause, Resume
from noctule.domain.events.order import CommandReceived
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol
from tests.fakes.hands_cells import REQUEST_FAULTS, SHORT_BANS, Step, Wrong, at_step
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_life import STOP, TARGET, be_flat, enter, rest
from tests.fakes.hands_rig import Rig, living_rig

_WHO, _HOW = "the owner", "the test"


async def _nothing(_rig: Rig) -> None:
    """Leave everything as it is."""


async def _pause(rig: Rig) -> None:
    await _command(rig, Pause(actor=_WHO, origin=_HOW))


async def _kill_switch(rig: Rig) -> None:
    (rig.home / "STOP").write_text("")


async def _kill_market_stream(rig: Rig) -> None:
    rig.exchange.arm(FaultKind.MUTE_SOCKET, "btcusdt@*", times=None)
    rig.exchange.trade("60010")


async def _kill_account_stream(rig: Rig) -> None:
    rig.exchange.arm(FaultKind.DROPPED_FRAME, "*_UPDATE", times=None)


_STATES: dict[str, Callable[[Rig], object]] = {
    "at ease": _nothing,
    "paused": _pause,
    "with the kill switch on": _kill_switch,
    "without a market stream": _kill_market_stream,
    "without an account stream": _kill_account_stream,
}


@pytest.mark.parametrize("symbol", [None, "BTCUSDT"], ids=["all", "one"])
@pytest.mark.parametrize("state", _STATES)
async def test_flatten_closes_and_sweeps(tmp_path: Path, state: str, symbol: str | None) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await enter(rig)
        rig.watch.note("test", state)
        await _STATES[state](rig)  # type: ignore[misc]  # each of them is a coroutine function
        await _flatten(rig, symbol)
        assert exchange.resting() == []


@pytest.mark.parametrize("wrong", REQUEST_FAULTS, ids=lambda wrong: wrong.name)
async def test_flatten_gets_through_whatever_becomes_of_its_order(
    tmp_path: Path, wrong: Wrong
) -> None:
    async with (
        hands_exchange(tmp_path, terms=SHORT_BANS) as exchange,
        living_rig(exchange, tmp_path) as rig,
    ):
        await enter(rig)
        trap = at_step(rig, Step.EXIT, wrong)
        await _flatten(rig, None)
        assert trap.bitten
        assert exchange.resting() == []


async def test_flatten_does_not_wait_for_an_entry_that_hangs(tmp_path: Path) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        living_rig(exchange, tmp_path, "api.order_timeout_ms=3000") as rig,
    ):
        lost = next(each for each in REQUEST_FAULTS if each.name == "lost_after")
        at_step(rig, Step.ENTRY, lost)
        await rig.signal(stop=STOP, target=TARGET)
        await rig.until(lambda: bool(exchange.amount()))
        await _command(rig, Flatten(actor=_WHO, origin=_HOW))
        await rig.until(lambda: not exchange.amount(), within_ms=1_500)
        await be_flat(rig)


async def test_paused_it_opens_nothing_and_resumed_it_does(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        await _pause(rig)
        await rig.signal(Direction.LONG, stop=STOP, target=TARGET)
        await rest(rig)
        assert not exchange.amount()
        await _command(rig, Resume(actor=_WHO, origin=_HOW))
        await enter(rig)
        assert exchange.amount(), rig.state


@pytest.mark.parametrize("policy", ["keep", "flatten"])
async def test_leaving_keeps_what_is_protected_or_closes_it(tmp_path: Path, policy: str) -> None:
    async with hands_exchange(tmp_path) as exchange:
        async with living_rig(exchange, tmp_path, f"shutdown.policy={policy}") as rig:
            await enter(rig)
            rests = exchange.resting()
        if policy == "keep":
            assert exchange.amount() > 0
            assert exchange.resting() == rests
        else:
            assert not exchange.amount()
            assert exchange.resting() == []


async def test_what_one_process_keeps_the_next_one_takes_over(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange:
        async with living_rig(exchange, tmp_path) as rig:
            await enter(rig)
            rests = sorted(exchange.resting())
        async with living_rig(exchange, tmp_path) as rig:
            await rest(rig)
            assert sorted(exchange.resting()) == rests, "it placed what was there already"
            await rig.signal(Direction.FLAT)
            await be_flat(rig)


async def _flatten(rig: Rig, symbol: str | None) -> None:
    which = None if symbol is None else Symbol(symbol)
    await _command(rig, Flatten(symbol=which, actor=_WHO, origin=_HOW))
    await be_flat(rig)


async def _command(rig: Rig, command: Command) -> None:
    rig.watch.note("owner", repr(command))
    told = partial(CommandReceived, at_ms=rig.exchange.clock.now_ms(), trace="test")
    await rig.bot.bus.publish(told(command=command))  # type: ignore[arg-type]  # one of them
