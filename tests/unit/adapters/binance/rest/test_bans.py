"""A stop is obeyed for as long as it was told, over restarts too, by the host it is about."""

import logging
from pathlib import Path

import pytest

from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.budget import Cost
from noctule.adapters.binance.rest.calls import Lane, Pool
from noctule.adapters.binance.rest.failures import Halt, Throttled
from noctule.adapters.clock import VirtualClock

WALL_MS = 1_790_000_000_000
ORDER, QUESTION = Cost(weight=0, orders=1), Cost(weight=1)


def bans(
    clock: VirtualClock, path: Path | None = None, *, wall: VirtualClock, host: str = "fapi"
) -> Bans:
    return Bans(host, clock=clock, wall=wall, path=path)


def told(halt: Halt, pause_ms: int = 10_000) -> Throttled:
    return Throttled("too much", halt=halt, retry_after_ms=pause_ms)


def waits(made: Bans) -> list[int]:
    """Return the waits of a question, an entry, a cancel that guards and a stop that guards."""
    asked = (
        (QUESTION, Lane.READ),
        (ORDER, Lane.ENTRY),
        (QUESTION, Lane.GUARD),
        (ORDER, Lane.GUARD),
    )
    return [made.wait(cost, lane).ms for cost, lane in asked]


@pytest.mark.parametrize(
    ("halt", "expected"),
    [
        (Halt.EVERYTHING, [10_000, 10_000, 10_000, 10_000]),
        (Halt.ORDERS, [0, 10_000, 0, 10_000]),
        (Halt.BROWSING, [10_000, 10_000, 0, 0]),
    ],
)
def test_what_has_to_stop_stops(halt: Halt, expected: list[int]) -> None:
    clock = VirtualClock(0)
    made = bans(clock, wall=clock)
    assert waits(made) == [0, 0, 0, 0]
    made.note(told(halt))
    assert waits(made) == expected
    clock.advance_to_ms(10_000)
    assert waits(made) == [0, 0, 0, 0]


def test_a_stop_of_funding_calls_stops_them_alone() -> None:
    made = bans(VirtualClock(0), wall=VirtualClock(WALL_MS))
    made.note(told(Halt.FUNDING))
    assert waits(made) == [0, 0, 0, 0]
    assert made.wait(Cost(weight=1, pool=Pool.FUNDING), Lane.READ).ms == 10_000


def test_a_wait_says_who_told_us() -> None:
    made = bans(VirtualClock(0), wall=VirtualClock(WALL_MS))
    made.note(told(Halt.EVERYTHING))
    assert made.wait(QUESTION, Lane.READ).reason == "fapi told us to stop (everything)"


def test_a_shorter_stop_does_not_end_a_longer_one() -> None:
    made = bans(VirtualClock(0), wall=VirtualClock(WALL_MS))
    made.note(told(Halt.EVERYTHING, 120_000))
    made.note(told(Halt.EVERYTHING, 1_000))
    assert made.wait(QUESTION, Lane.READ).ms == 120_000


def test_a_ban_outlives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state" / "bans.json"
    bans(VirtualClock(5), path, wall=VirtualClock(WALL_MS)).note(told(Halt.EVERYTHING, 120_000))

    again = bans(VirtualClock(999_999), path, wall=VirtualClock(WALL_MS + 50_000))
    again.recall()
    assert again.wait(QUESTION, Lane.GUARD).ms == 70_000
    assert [each.name for each in path.parent.iterdir()] == ["bans.json"]


def test_a_ban_that_is_over_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "bans.json"
    bans(VirtualClock(0), path, wall=VirtualClock(WALL_MS)).note(told(Halt.EVERYTHING))
    again = bans(VirtualClock(0), path, wall=VirtualClock(WALL_MS + 10_000))
    again.recall()
    assert waits(again) == [0, 0, 0, 0]


def test_a_ban_concerns_its_host_alone(tmp_path: Path) -> None:
    path, clock = tmp_path / "bans.json", VirtualClock(WALL_MS)
    bans(clock, path, wall=clock, host="demo").note(told(Halt.EVERYTHING))
    bans(clock, path, wall=clock, host="live").note(told(Halt.ORDERS))
    demo, live = (bans(clock, path, wall=clock, host=host) for host in ("demo", "live"))
    demo.recall()
    live.recall()
    assert waits(demo) == [10_000, 10_000, 10_000, 10_000]
    assert waits(live) == [0, 10_000, 0, 10_000]


def test_a_wall_clock_that_was_set_back_keeps_us_out_no_longer_than_we_were_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bans.json"
    bans(VirtualClock(0), path, wall=VirtualClock(WALL_MS)).note(told(Halt.EVERYTHING))
    again = bans(VirtualClock(0), path, wall=VirtualClock(WALL_MS - 3_600_000))
    again.recall()
    assert again.wait(QUESTION, Lane.READ).ms == 10_000
    third = bans(VirtualClock(0), path, wall=VirtualClock(WALL_MS - 3_600_000 + 4_000))
    third.recall()
    assert third.wait(QUESTION, Lane.READ).ms == 6_000, "each start began it anew"


def test_what_an_older_version_has_stored_is_read_and_bounded_by_the_longest_ban(
    tmp_path: Path,
) -> None:
    waits_ms = []
    for wall_ms in (WALL_MS, 0):
        path = tmp_path / f"bans-{wall_ms}.json"
        path.write_text(f'{{"fapi":{{"everything":{WALL_MS + 60_000}}}}}')
        made = bans(VirtualClock(0), path, wall=VirtualClock(wall_ms))
        made.recall()
        waits_ms.append(made.wait(QUESTION, Lane.READ).ms)
    assert waits_ms == [60_000, 3 * 24 * 3_600_000]


@pytest.mark.parametrize("content", [b"", b"{", b'{"fapi": 7}', b"\xff", b'{"fapi":{"what":1}}'])
def test_a_file_that_makes_no_sense_says_nothing(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "bans.json"
    path.write_bytes(content)
    made = bans(VirtualClock(0), path, wall=VirtualClock(WALL_MS))
    with caplog.at_level(logging.WARNING):
        made.recall()
    assert waits(made) == [0, 0, 0, 0]
    assert "stored bans not read" in caplog.text


def test_a_ban_is_obeyed_though_it_cannot_be_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    made = bans(VirtualClock(0), tmp_path / "taken" / "bans.json", wall=VirtualClock(WALL_MS))
    with caplog.at_level(logging.WARNING):
        made.note(told(Halt.EVERYTHING))
    assert made.wait(QUESTION, Lane.READ).ms == 10_000
    assert "ban not stored" in caplog.text


def test_many_answers_at_once_are_stored_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = bans(VirtualClock(0), tmp_path / "bans.json", wall=VirtualClock(WALL_MS))
    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            made.note(told(Halt.EVERYTHING))
    assert len(caplog.records) == 1


def test_the_file_has_a_bound(tmp_path: Path) -> None:
    path, clock = tmp_path / "bans.json", VirtualClock(WALL_MS)
    for number in range(110):
        bans(clock, path, wall=clock, host=f"host {number}").note(
            told(Halt.EVERYTHING, 60_000 + 1_000 * number)
        )
    oldest, newest = (bans(clock, path, wall=clock, host=f"host {at}") for at in (0, 109))
    oldest.recall()
    newest.recall()
    assert oldest.wait(QUESTION, Lane.READ).ms == 0
    assert newest.wait(QUESTION, Lane.READ).ms == 169_000
