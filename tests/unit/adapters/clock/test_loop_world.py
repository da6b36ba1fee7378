"""Where virtual time meets threads, sockets and other people's clocks."""

import asyncio
import threading

import pytest
from freezegun import freeze_time

from noctule.adapters.clock import VirtualClock, VirtualLoop, run_virtual

START_MS = 1_700_000_000_000


async def hour(clock: VirtualClock) -> int:
    """Sleep for an hour, each way a program may, and return how long it took."""
    await asyncio.sleep(1_800)
    await clock.sleep_until_ms(START_MS + 3_600_000)
    return clock.now_ms() - START_MS


def running_loop() -> VirtualLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


def test_time_stands_still_while_a_thread_works() -> None:
    async def main(clock: VirtualClock) -> tuple[str, int]:
        may_end = threading.Event()

        def work() -> str:
            may_end.wait()
            return "done"

        async def let_it_end() -> None:
            await asyncio.sleep(0)
            may_end.set()

        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(60))
            group.create_task(let_it_end())
            return await asyncio.to_thread(work), clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == ("done", 0)


def test_what_a_thread_raises_arrives() -> None:
    async def main(clock: VirtualClock) -> None:
        await asyncio.to_thread(int, "no number")

    with pytest.raises(ValueError, match="no number"):
        run_virtual(main, start_ms=START_MS)


def test_time_moves_again_once_the_thread_is_back() -> None:
    async def main(clock: VirtualClock) -> int:
        await asyncio.to_thread(int)
        return await hour(clock)

    assert run_virtual(main, start_ms=START_MS) == 3_600_000


def test_no_thread_of_the_default_executor_is_left() -> None:
    async def main(clock: VirtualClock) -> threading.Thread:
        return await asyncio.to_thread(threading.current_thread)

    assert not run_virtual(main, start_ms=START_MS).is_alive()


def test_inside_hold_the_loop_waits_for_a_thread_of_somebody_elses() -> None:
    async def main(clock: VirtualClock) -> int:
        called = asyncio.Event()
        loop = running_loop()
        thread = threading.Thread(target=loop.call_soon_threadsafe, args=(called.set,))
        with loop.hold():
            loop.call_soon(thread.start)
            await called.wait()
        thread.join()
        return clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == 0


def test_every_call_of_an_unannounced_thread_is_heard() -> None:
    async def main(clock: VirtualClock) -> list[int]:
        heard: list[int] = []
        loop = running_loop()

        def call_often() -> None:
            for number in range(3):
                loop.call_soon_threadsafe(heard.append, number)

        thread = threading.Thread(target=call_often)
        thread.start()
        thread.join()
        await asyncio.sleep(1)
        return heard

    assert run_virtual(main, start_ms=START_MS) == [0, 1, 2]


def test_sockets_and_signal_handlers_are_refused() -> None:
    async def main(clock: VirtualClock) -> None:
        with pytest.raises(NotImplementedError):
            running_loop().add_reader(0, print)
        with pytest.raises(NotImplementedError):
            running_loop().add_signal_handler(2, print)

    run_virtual(main, start_ms=START_MS)


def test_a_closed_loop_takes_no_timers_and_no_calls() -> None:
    loop = VirtualLoop(VirtualClock(START_MS))
    loop.close()
    with pytest.raises(RuntimeError, match="the virtual loop is closed"):
        loop.call_later(1, print)
    with pytest.raises(RuntimeError, match="the virtual loop is closed"):
        loop.call_soon(print)


def test_what_a_call_raises_is_told_and_the_loop_goes_on() -> None:
    told: list[object] = []

    async def main(clock: VirtualClock) -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))
        loop.call_soon(int, "x")
        await clock.sleep_ms(5)
        return clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == 5
    assert [type(each) for each in told] == [ValueError]


def test_a_stopped_loop_stops_although_nothing_is_ready() -> None:
    loop = VirtualLoop(VirtualClock(START_MS))
    loop.stop()
    loop.run_forever()
    loop.close()


def test_the_environment_cannot_switch_debugging_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main(clock: VirtualClock) -> bool:
        return running_loop().get_debug()

    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    assert run_virtual(main, start_ms=START_MS) is False


@pytest.mark.parametrize("real_asyncio", [True, False])
def test_a_frozen_wall_freezes_no_virtual_time(real_asyncio: bool) -> None:
    with freeze_time("2020-01-01", real_asyncio=real_asyncio):
        assert run_virtual(hour, start_ms=START_MS) == 3_600_000


async def test_a_virtual_loop_does_not_disturb_a_real_one_in_the_same_process() -> None:
    mine = asyncio.get_running_loop()
    assert await asyncio.to_thread(run_virtual, hour, start_ms=START_MS) == 3_600_000
    assert asyncio.get_running_loop() is mine
    await asyncio.sleep(0)
