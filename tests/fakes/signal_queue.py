"""The signal queue's handler on a trading floor, and all that it publishes."""

from msgspec.structs import replace

from noctule.domain.events.base import Event
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.signals import Direction
from noctule.domain.values import MINUTE_MS
from noctule.engine.handlers.signals import SignalHandler
from tests.builders import BTCUSDT
from tests.fakes.desk_events import SIGNAL
from tests.fakes.floor import TradingFloor, known_contracts

__all__ = ["SignalQueue", "new_queue", "signal"]


class SignalQueue:
    """A handler on a floor, and all that it publishes."""

    def __init__(self, floor: TradingFloor, *, reverses: bool = False) -> None:
        self.floor = floor
        self.handler = SignalHandler(
            bus=floor.bus,
            entries=floor.entries(),
            desk=floor.desk,
            contracts=floor.contracts,
            clock=floor.clock,
            reverses={BTCUSDT: reverses},
        )
        floor.open()

    async def hear(self, *signals: SignalGenerated) -> list[Event]:
        """Hear signals, and return what was published since."""
        before = len(self.floor.bus.events)
        for signal in signals:
            await self.handler.on_signal_generated(signal)
        return self.floor.bus.events[before:]


async def new_queue(*, reverses: bool = False) -> SignalQueue:
    return SignalQueue(TradingFloor(await known_contracts()), reverses=reverses)


def signal(direction: Direction) -> SignalGenerated:
    """Say something of the next candle, and leave stop and target to risk."""
    said = replace(SIGNAL.signal, direction=direction, stop=None)
    return replace(SIGNAL, signal=said, close_ms=SIGNAL.close_ms + MINUTE_MS)
