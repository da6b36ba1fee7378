"""Whatever a strategy does: positions stay guarded, the others trade, and the owner is told."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from noctule.domain.commands import Command, DisableStrategy, EnableStrategy
from noctule.domain.events.order import AlertRaised, CommandReceived
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol
from noctule.engine.opinions import OpinionLimits
from tests.fakes.hands_exchange import HandsExchange, hands_exchange
from tests.fakes.hands_life import be_stopped, enter, rest
from tests.fakes.hands_rig import Rig, living_rig
from tests.fakes.hands_strategy import SWALLOWS, Scripted
from tests.fakes.misdeeds import LOOP, MISDEEDS, Misdeed, block
from tests.soak.endless_strategy import outlive

_BTC, _ETH = Symbol("BTCUSDT"), Symbol("ETHUSDT")
_SECTIONS: Final = (
    "strategy.wild.name=scripted",
    f"strategy.wild.symbols={_BTC}",
    "strategy.calm.name=scripted",
    f"strategy.calm.symbols={_ETH}",
)
_LIMIT: Final = ("trading.entry_order=limit", "trading.entry_offset=0.001")
_SOON: Final = OpinionLimits(endless_ms=300, stuck_ms=300)


async def test_each_misdeed_is_told_and_costs_nothing_but_its_opinion(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, two_strategies(exchange, tmp_path) as rig:
        await both_enter(rig)
        rests = sorted(exchange.resting())
        for name, misdeed in MISDEEDS.items():
            await misbehave(rig, misdeed)
            assert misdeed.told in told_of_failures(rig)[-1], name
            await behave(rig)
        assert sorted(exchange.resting()) == rests, "what guarded it was touched"
        assert all("strategy=wild symbol=BTCUSDT" in each for each in told_of_failures(rig))
        assert alerts(rig) == []
        await both_live_on(rig)


async def test_the_third_failure_in_a_row_disables_it_and_nobody_else(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, two_strategies(exchange, tmp_path) as rig:
        await both_enter(rig)
        for _ in range(3):
            await misbehave(rig, MISDEEDS["divides by zero"])
        (alert,) = alerts(rig)
        assert alert.startswith(
            "strategy wild is disabled on BTCUSDT: failed 3 times in a row, the last time by "
            "misdeeds.py:"
        )
        await misbehave(rig, MISDEEDS["divides by zero"], is_asked=False)
        assert len(told_of_failures(rig)) == 3
        await both_live_on(rig, wild_is_asked=False)
        await command(rig, EnableStrategy(actor="ana", origin="test", strategy="wild"))
        Scripted.script.clear()
        await enter(rig, Direction.SHORT)
        assert exchange.amount() < 0, "it was enabled and does not trade"


async def test_who_is_disabled_by_hand_is_guarded_on_and_another_one_trades(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, two_strategies(exchange, tmp_path) as rig:
        await both_enter(rig)
        await command(rig, DisableStrategy(actor="ana", origin="test", strategy="wild"))
        await misbehave(rig, MISDEEDS["divides by zero"], is_asked=False)
        await both_live_on(rig, wild_is_asked=False)
        assert told_of_failures(rig) == []


async def test_one_that_blocks_for_two_seconds_is_disabled_and_all_else_catches_up(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange, two_strategies(exchange, tmp_path) as rig:
        await both_enter(rig)
        await misbehave(rig, block(2))
        (alert,) = alerts(rig)
        assert "strategy wild is disabled on BTCUSDT: took " in alert
        assert "ms for one candle of BTCUSDT, 1000 ms at most: nothing else ran" in alert
        await both_live_on(rig, wild_is_asked=False)


async def test_an_entry_that_is_on_its_way_outlives_a_block_and_is_guarded_when_it_is_filled(
    tmp_path: Path,
) -> None:
    async with (
        hands_exchange(tmp_path) as exchange,
        two_strategies(exchange, tmp_path, *_LIMIT) as rig,
    ):
        exchange.trade("3000", symbol=_ETH)
        await behave(rig)  # the first time it may take longer
        rig.script(Direction.LONG, stop=2_970.0, target=3_060.0, symbol=_ETH)
        Scripted.script[_BTC] = deque([block(2)])
        exchange.trade("3000", symbol=_ETH)
        await close_candle(rig)
        await rig.until(lambda: bool(exchange.resting(_ETH)) and bool(alerts(rig)))
        exchange.trade("2990", symbol=_ETH)
        await rig.until(lambda: bool(exchange.amount(_ETH)))
        await rest(rig)
        assert not rig.watch.is_naked


async def test_an_endless_loop_is_interrupted_and_starts_disabled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noctule.app.strategy_care.LIMITS", _SOON)
    async with hands_exchange(tmp_path) as exchange:
        async with two_strategies(exchange, tmp_path) as rig:
            await both_enter(rig)
            await misbehave(rig, LOOP)
            (alert,) = alerts(rig)
            assert "did not come back within 300 ms, it was at misdeeds.py:" in alert
            assert "in _loop: nothing else ran meanwhile" in alert
            (marker,) = (tmp_path / "state").glob("*.wild.disabled")
            assert str(marker) in alert
        async with two_strategies(exchange, tmp_path) as rig:
            await rest(rig)
            assert "strategy starts disabled" in rig.said
            assert exchange.amount(), "its position is gone"
            await both_live_on(rig, wild_is_asked=False)
        marker.unlink()
        async with two_strategies(exchange, tmp_path) as rig:
            await enter(rig, Direction.SHORT)
            assert exchange.amount() < 0, "nothing keeps it from trading any more"


@pytest.mark.slow
async def test_one_that_cannot_be_interrupted_ends_the_process_and_the_next_one_guards(
    tmp_path: Path,
) -> None:
    async with hands_exchange(tmp_path) as exchange:
        await outlive(exchange, tmp_path, SWALLOWS, exit_code=70)


@asynccontextmanager
async def two_strategies(
    exchange: HandsExchange, home: Path, *overrides: str
) -> AsyncIterator[Rig]:
    """Let a bot live with a strategy that will misbehave and one that will not."""
    symbols = f"{_BTC}, {_ETH}"
    async with living_rig(exchange, home, *_SECTIONS, *overrides, symbols=symbols) as rig:
        yield rig


async def both_enter(rig: Rig) -> None:
    """Let both strategies hold a position that is guarded."""
    rig.exchange.trade("3000", symbol=_ETH)
    await behave(rig)  # from here on the best prices of both are known
    await signal_eth(rig, Direction.LONG)
    await enter(rig)
    assert rig.exchange.amount(_BTC), rig.state
    assert rig.exchange.amount(_ETH), rig.state


async def signal_eth(rig: Rig, direction: Direction) -> None:
    """Let a candle close on which the calm one says so."""
    stop, target = (2_970.0, 3_060.0) if direction is Direction.LONG else (None, None)
    rig.script(direction, stop=stop, target=target, symbol=_ETH)
    rig.exchange.trade("3000", symbol=_ETH)
    await behave(rig)


async def misbehave(rig: Rig, misdeed: Misdeed, *, is_asked: bool = True) -> None:
    """Let a candle close on which the wild one does this, and wait until that is over."""
    waiting = Scripted.script.setdefault(_BTC, deque())
    waiting.append(misdeed)
    await behave(rig)
    assert bool(waiting) is not is_asked, "it was asked, or not, against what was expected"


async def behave(rig: Rig) -> None:
    """Let a candle close, and wait until all that it causes is done."""
    await close_candle(rig)
    await rest(rig)


async def close_candle(rig: Rig) -> None:
    """Let a candle close, and wait until it has been heard."""
    before = _candles_taken(rig)
    rig.exchange.trade("60000")
    rig.exchange.close_candle()
    await rig.until(lambda: _candles_taken(rig) >= before + 2)


def _candles_taken(rig: Rig) -> int:
    """Return how many base candles have been handled."""
    boards = (desk.board for desk in rig.bot._desks.values())
    return sum(board.series[board.base].taken for board in boards)


async def both_live_on(rig: Rig, *, wild_is_asked: bool = True) -> None:
    """See that the wild one's stop closes its position, and that the calm one trades as ever."""
    assert not rig.watch.is_naked
    await be_stopped(rig)
    assert not rig.exchange.amount(_BTC), rig.state
    await signal_eth(rig, Direction.FLAT)
    await rig.until(lambda: not rig.exchange.amount(_ETH))
    await signal_eth(rig, Direction.LONG)
    await rig.until(lambda: bool(rig.exchange.amount(_ETH)))
    await rest(rig)
    if wild_is_asked:
        await enter(rig)
        assert rig.exchange.amount(_BTC), rig.state


async def command(rig: Rig, wanted: Command) -> None:
    told = partial(CommandReceived, at_ms=rig.exchange.clock.now_ms(), trace="test")
    await rig.bot.bus.publish(told(command=wanted))  # type: ignore[arg-type]  # one of them
    await rest(rig)


def alerts(rig: Rig) -> list[str]:
    return [each.text for each in rig.events if isinstance(each, AlertRaised)]


def told_of_failures(rig: Rig) -> list[str]:
    return [note.text for note in rig.watch.notes if note.text.startswith("strategy failed")]
