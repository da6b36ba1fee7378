from noctule.domain.events.base import QueueName
from noctule.engine.bus_lane import BusLane
from tests.fakes.events import deed


def lane_with(waiting: int) -> BusLane:
    lane = BusLane(QueueName.ORDER, 100)
    for number in range(waiting):
        assert lane.queue.try_put(deed(str(number)), 0)
    return lane


async def hear_one(lane: BusLane) -> None:
    await lane.queue.get()
    lane.queue.done()


async def test_few_that_wait_are_heard_one_by_one_and_none_need_no_pause() -> None:
    assert lane_with(8).is_at_ease()
    assert not lane_with(0).is_at_ease()


async def test_a_crowd_is_heard_to_its_end_before_anybody_pauses() -> None:
    lane = lane_with(9)
    assert not lane.is_at_ease()
    while len(lane.queue) > 1:
        await hear_one(lane)
        assert not lane.is_at_ease()
    await hear_one(lane)
    assert not lane.is_at_ease()
    assert lane.queue.try_put(deed(), 0)
    assert lane.is_at_ease()
