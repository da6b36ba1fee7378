"""The system clock survives whoever sets the wall."""

from noctule.adapters.clock import SystemClock, VirtualClock, run_virtual

START_MS = 1_700_000_000_000
YEAR_2100_MS = 4_102_444_800_000


class Machine:
    """Time sources of a machine whose owner may set its wall clock."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._set_by_ms = 0

    def set_wall_by(self, change_ms: int) -> None:
        self._set_by_ms += change_ms

    def wall_ns(self) -> int:
        return self._clock.now_us() * 1_000 + self._set_by_ms * 1_000_000

    def monotonic_ns(self) -> int:
        return self._clock.now_us() * 1_000


def test_now_is_the_wall_in_whole_milliseconds() -> None:
    clock = SystemClock(wall_ns=lambda: 1_700_000_000_123_999_999)
    assert clock.now_ms() == 1_700_000_000_123


def test_elapsed_is_the_monotonic_counter_in_whole_milliseconds() -> None:
    clock = SystemClock(monotonic_ns=lambda: 5_999_999)
    assert clock.elapsed_ms() == 5


def test_without_other_sources_it_reads_the_machines_own_clocks() -> None:
    clock = SystemClock()
    assert START_MS < clock.now_ms() < YEAR_2100_MS
    assert clock.elapsed_ms() <= clock.elapsed_ms()


def test_a_sleep_ends_at_the_instant_when_nobody_touches_the_wall() -> None:
    assert _wakes_after_ms(sleep_ms=12_345, set_after_ms=0, change_ms=0) == 12_345


def test_a_wall_set_forward_wakes_the_sleeper_within_a_second() -> None:
    assert _wakes_after_ms(sleep_ms=3_600_000, set_after_ms=10_500, change_ms=3_600_000) == 11_000


def test_a_wall_set_back_lets_the_sleeper_sleep_on() -> None:
    assert _wakes_after_ms(sleep_ms=10_000, set_after_ms=5_000, change_ms=-60_000) == 70_000


def test_a_real_sleep_does_not_look_at_the_wall() -> None:
    async def main(clock: VirtualClock) -> int:
        machine = Machine(clock)
        clock.set_alarm(clock.now_us() + 500_000, lambda: machine.set_wall_by(3_600_000))
        await SystemClock(wall_ns=machine.wall_ns, monotonic_ns=machine.monotonic_ns).sleep_ms(
            1_000
        )
        return clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == 1_000


def _wakes_after_ms(*, sleep_ms: int, set_after_ms: int, change_ms: int) -> int:
    async def main(clock: VirtualClock) -> int:
        machine = Machine(clock)
        system = SystemClock(wall_ns=machine.wall_ns, monotonic_ns=machine.monotonic_ns)
        clock.set_alarm(
            clock.now_us() + set_after_ms * 1_000, lambda: machine.set_wall_by(change_ms)
        )
        await system.sleep_until_ms(START_MS + sleep_ms)
        return clock.now_ms() - START_MS

    return run_virtual(main, start_ms=START_MS)
