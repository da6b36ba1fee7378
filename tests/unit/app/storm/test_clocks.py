"""The wall clock of a storm can be set; what has elapsed cannot."""

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.storm.clocks import SettableWall


def test_a_wall_that_was_set_says_so_and_elapsed_time_goes_on() -> None:
    async def main(clock: VirtualClock) -> None:
        wall = SettableWall(clock)
        wall.wrong_ms = 3_600_000
        began_ms = wall.elapsed_ms()
        assert wall.now_ms() == clock.now_ms() + 3_600_000
        await wall.sleep_ms(500)
        assert wall.elapsed_ms() - began_ms == 500

    run_virtual(main, start_ms=1_000)


def test_who_waits_for_an_instant_waits_until_the_wall_says_so() -> None:
    async def main(clock: VirtualClock) -> None:
        wall = SettableWall(clock)
        wall.wrong_ms = -2_000
        await wall.sleep_until_ms(1_500)
        assert wall.now_ms() == 1_500
        assert clock.now_ms() == 3_500

    run_virtual(main, start_ms=1_000)
