"""The rig itself: it steers the market, sees what the exchange sees, and tells all of it."""

from pathlib import Path

from noctule.domain.events.signal import SignalGenerated
from noctule.domain.signals import Direction
from tests.fakes.hands_exchange import hands_exchange
from tests.fakes.hands_rig import living_rig


async def test_a_signal_is_generated_on_the_candle_that_the_test_closes(tmp_path: Path) -> None:
    async with hands_exchange(tmp_path) as exchange, living_rig(exchange, tmp_path) as rig:
        closed_ms = await rig.signal(Direction.LONG, stop=59_400, target=61_200)
        await rig.until(lambda: any(isinstance(each, SignalGenerated) for each in rig.events))
        (told,) = [each for each in rig.events if isinstance(each, SignalGenerated)]
        assert told.signal.stop == 59_400
        assert told.trace.endswith(str((closed_ms + 1) // 60_000))
