"""Operators turn single strategies off and on."""

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.commands import DisableStrategy, EnableStrategy
from tests.builders import START_MS
from tests.fakes.control_desk import ControlDesk, at_work


def test_a_strategy_that_is_disabled_enters_nothing_that_it_wanted_before() -> None:
    async def scenario(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.command(DisableStrategy(actor="ana", origin="test", strategy="trend"))
            assert desk.asked == [
                "disable trend: disabled by ana",
                "drop reversal BTCUSDT",
                "cancel entries of BTCUSDT",
                "drop reversal ETHUSDT",
                "cancel entries of ETHUSDT",
            ]

    run_virtual(scenario, start_ms=START_MS)


def test_a_strategy_that_is_enabled_loses_nothing_that_it_wanted_before(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.command(EnableStrategy(actor="ana", origin="test", strategy="trend"))
            assert desk.asked == ["enable trend"]

    run_virtual(scenario, start_ms=START_MS)
    assert "strategy enabled" in [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("command", [DisableStrategy, EnableStrategy])
def test_who_names_a_strategy_that_is_not_there_is_told(
    command: type[DisableStrategy | EnableStrategy], caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(clock: VirtualClock) -> None:
        desk = ControlDesk(clock)
        async with at_work(desk):
            await desk.command(command(actor="ana", origin="test", strategy="nobody"))

    run_virtual(scenario, start_ms=START_MS)
    assert "nothing to switch" in [record.getMessage() for record in caplog.records]
