"""Our time is the exchange's, as near as the quickest round trip tells it."""

import asyncio

from noctule.adapters.binance.rest.server_time import ServerTime, TimeSettings
from noctule.adapters.clock import ScaledClock, VirtualClock, run_virtual

START_MS = 1_790_000_000_000


class Exchange:
    """Its clock is ahead; a question takes so long to get there, and so long back."""

    def __init__(self, clock: VirtualClock, ahead_ms: int, *ways_ms: tuple[int, int]) -> None:
        self.clock = clock
        self.ahead_ms = ahead_ms
        self.ways_ms = list(ways_ms)

    async def ask(self) -> int:
        there_ms, back_ms = self.ways_ms.pop(0)
        await self.clock.sleep_ms(there_ms)
        told_ms = self.clock.now_ms() + self.ahead_ms
        await self.clock.sleep_ms(back_ms)
        return told_ms


def test_the_offset_is_measured_at_the_middle_of_the_round_trip() -> None:
    async def main(clock: VirtualClock) -> None:
        time = ServerTime(clock, TimeSettings(samples=1))
        await time.measure(Exchange(clock, 1_500, (40, 40)).ask)
        assert time.clock_offset_ms == 1_500
        assert time.now_ms() == clock.now_ms() + 1_500
        assert time.elapsed_ms() == clock.elapsed_ms()

    run_virtual(main, start_ms=START_MS)


def test_of_several_answers_the_quickest_is_believed() -> None:
    async def main(clock: VirtualClock) -> None:
        time = ServerTime(clock, TimeSettings(samples=3))
        await time.measure(Exchange(clock, -700, (300, 0), (4, 6), (0, 200)).ask)
        assert time.clock_offset_ms == -701

    run_virtual(main, start_ms=START_MS)


def test_a_clock_that_somebody_set_is_looked_at_again_soon() -> None:
    async def main(clock: VirtualClock) -> None:
        time = ServerTime(clock, TimeSettings(samples=1))
        exchange = Exchange(clock, 700_000, (0, 0), (0, 0), (0, 0), (0, 0))
        await time.measure(exchange.ask)
        assert time.due_in_ms() == time.settings.every_ms, "the first corrects nothing"
        exchange.ahead_ms = 0
        await time.measure(exchange.ask)
        assert time.correction_ms == -700_000
        assert time.due_in_ms() == time.settings.again_ms
        await clock.sleep_ms(4_000)
        assert time.due_in_ms() == time.settings.again_ms - 4_000
        await time.measure(exchange.ask)
        assert (time.correction_ms, time.due_in_ms()) == (0, time.settings.every_ms)

    run_virtual(main, start_ms=START_MS)


def test_what_was_sent_before_a_measurement_is_told_from_what_was_sent_after() -> None:
    async def main(clock: VirtualClock) -> None:
        time = ServerTime(clock, TimeSettings(samples=1))
        assert not time.was_measured_after(START_MS - 1)
        await time.measure(Exchange(clock, 0, (2, 3)).ask)
        assert time.was_measured_after(START_MS + 4)
        assert not time.was_measured_after(START_MS + 5)

    run_virtual(main, start_ms=START_MS)


def test_sleeping_until_an_instant_means_the_exchanges() -> None:
    async def main(clock: VirtualClock) -> None:
        time = ServerTime(clock, TimeSettings(samples=1))
        await time.measure(Exchange(clock, 400, (0, 0)).ask)
        await time.sleep_until_ms(START_MS + 1_000)
        assert clock.now_ms() == START_MS + 600

    run_virtual(main, start_ms=START_MS)


def test_an_offset_that_changes_while_one_sleeps_is_heeded() -> None:
    async def main(clock: VirtualClock) -> None:
        time = ServerTime(clock, TimeSettings(samples=1))
        async with asyncio.TaskGroup() as group:
            sleeper = group.create_task(time.sleep_until_ms(START_MS + 1_000))
            await clock.sleep_ms(500)
            await time.measure(Exchange(clock, -250, (0, 0)).ask)
            await sleeper
        assert clock.now_ms() == START_MS + 1_250

    run_virtual(main, start_ms=START_MS)


def test_a_clock_of_the_market_is_set_and_keeps_its_own_speed() -> None:
    async def main(real: VirtualClock) -> tuple[int, int, int]:
        market = ScaledClock(real, start_ms=0, speed=60)
        time = ServerTime(market, TimeSettings(samples=2), settable=market)
        await time.measure(Exchange(real, 1_500, (40, 40), (10, 10)).ask)
        assert time.correction_ms == 0  # a guess was set right
        await real.sleep_ms(100)
        before_ms = time.now_ms()
        await time.measure(Exchange(real, 120_000, (8, 0), (10, 10)).ask)
        return before_ms - START_MS, time.correction_ms, time.clock_offset_ms

    # It told 1_590 when it was asked quickest, and 110 real ms have passed since then.
    assert run_virtual(main, start_ms=START_MS) == (1_590 + 60 * 110, 1_862, 0)
