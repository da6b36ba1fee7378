"""Timers fire in the same order whether the loop waits for them or a replay asks what is due."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.events.base import QueueName
from noctule.engine.timers import Axis, Timers
from tests.fakes.timers import Listener, running, timer_of

HORIZON_MS = 1_000


class Move(Struct, frozen=True, kw_only=True):
    """After a while, set or move a timer, or cancel it; deadlines are odd and moves are even."""

    wait_ms: int
    name: str
    axis: Axis
    delay_ms: int | None  # None cancels

    def make(self, timers: Timers, now_ms: int) -> None:
        """Do it."""
        if self.delay_ms is None:
            timers.cancel(self.name)
        elif self.axis is Axis.MARKET:
            timers.at(self.name, now_ms + self.delay_ms, QueueName.DATA)
        else:
            timers.after(self.name, self.delay_ms, QueueName.ORDER)


moves = st.builds(
    Move,
    wait_ms=st.integers(0, 10).map(lambda half_ms: 2 * half_ms),
    name=st.sampled_from("abcd"),
    axis=st.sampled_from(Axis),
    delay_ms=st.integers(-2, 25).map(lambda half_ms: 2 * half_ms + 1) | st.none(),
)


@given(st.lists(moves, max_size=30))
def test_live_timers_and_replayed_ones_fire_at_the_same_times_in_the_same_order(
    story: list[Move],
) -> None:
    assert heard_live(story) == heard_in_replay(story)


def heard_live(story: list[Move]) -> dict[QueueName, list[str]]:
    """Let the loop wait for the timers of both axes."""

    async def main(clock: VirtualClock) -> dict[QueueName, list[str]]:
        listener = Listener(clock)
        timers = Timers(clock=clock, bus=listener)
        async with running(timers):
            for move in story:
                await clock.sleep_ms(move.wait_ms)
                move.make(timers, clock.now_ms())
            await clock.sleep_ms(HORIZON_MS)
        return listener.heard_on

    return run_virtual(main, start_ms=0)


def heard_in_replay(story: list[Move]) -> dict[QueueName, list[str]]:
    """Move the clock from deadline to deadline and take what is due, with no loop at all."""
    clock = VirtualClock(0)
    timers = Timers(clock=clock, bus=Listener(clock))
    heard: dict[QueueName, list[str]] = {QueueName.DATA: [], QueueName.ORDER: []}

    def advance(until_ms: int) -> None:
        while clock.now_ms() < until_ms:
            for axis in Axis:
                for event in timers.due(axis):
                    heard[event.queue].append(f"{clock.now_ms()} {timer_of(event)}")
            deadlines_ms = [at_ms for axis in Axis if (at_ms := timers.next_ms(axis)) is not None]
            clock.advance_to_ms(min(until_ms, *deadlines_ms, until_ms))

    for move in story:
        advance(clock.now_ms() + move.wait_ms)
        move.make(timers, clock.now_ms())
    advance(clock.now_ms() + HORIZON_MS)
    return heard
