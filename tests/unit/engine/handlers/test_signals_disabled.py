"""A strategy that is disabled enters nothing more, and its owner is told."""

from noctule.domain.commands import CancelAll
from noctule.domain.events.order import AlertRaised, CommandReceived
from noctule.domain.events.signal import StrategyDisabled
from noctule.domain.signals import Direction
from tests.builders import BTCUSDT, START_MS
from tests.fakes.desk_events import SIGNAL, STRATEGY, TRACE
from tests.fakes.floor import ETHUSDT
from tests.fakes.signal_queue import new_queue, signal

DISABLED = StrategyDisabled(
    at_ms=START_MS,
    trace=TRACE,
    strategy=STRATEGY,
    symbols=(BTCUSDT, ETHUSDT),
    reason="failed 3 times in a row",
    remedy="correct it",
)
TOLD = AlertRaised(
    at_ms=START_MS,
    trace=TRACE,
    text=(
        f"strategy {STRATEGY} is disabled on BTCUSDT, ETHUSDT: failed 3 times in a row; "
        "its positions stay guarded; correct it"
    ),
    is_urgent=True,
)


async def test_that_a_strategy_is_disabled_is_told_to_its_owner() -> None:
    queue = await new_queue()
    await queue.handler.on_strategy_disabled(DISABLED)
    assert queue.floor.bus.events == [TOLD]


async def test_what_a_disabled_one_wanted_to_enter_is_taken_back() -> None:
    queue = await new_queue()
    await queue.hear(SIGNAL)
    before = len(queue.floor.bus.events)
    await queue.handler.on_strategy_disabled(DISABLED)
    command = CancelAll(actor="watch over strategies", origin=STRATEGY, symbol=BTCUSDT)
    assert queue.floor.bus.events[before:] == [
        TOLD,
        CommandReceived(at_ms=START_MS, trace=TRACE, command=command),
    ]


async def test_the_other_side_that_a_disabled_one_wanted_is_not_entered() -> None:
    queue = await new_queue(reverses=True)
    await queue.hear(SIGNAL, signal(Direction.SHORT))
    await queue.handler.on_strategy_disabled(DISABLED)
    assert queue.handler.take_reversal(BTCUSDT) == ()
