"""The way out of frames that are late or held, and its bounds."""

from random import Random

import pytest

from noctule.adapters.sim import post
from noctule.adapters.sim.faults import Fault, FaultKind, Faults
from noctule.adapters.sim.hub import Hub, Line
from noctule.adapters.sim.post import Post
from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.streams import Dial, Route
from noctule.adapters.sim.terms import Terms

KEY = "k" * 64


def unwatched(_stream: str) -> None:
    """Watch nothing: these streams have no market behind them."""


class Office:
    """One listener behind a post."""

    def __init__(self) -> None:
        self.hub = Hub(unwatched)
        self.session = Session(number=1, peer="", now_ms=0, terms=Terms())
        line = Line(self.session, Dial(route=Route.PRIVATE, is_combined=False))
        self.hub.subscribe(line, KEY)
        self.faults = Faults(Random(1))
        self.post = Post(self.hub, self.faults)

    def arm(self, kind: FaultKind, match: str, *, delay_ms: int = 100, times: int = 1) -> None:
        self.faults.arm(Fault(kind=kind, match=match, delay_ms=delay_ms, times=times))

    def send(self, kind: str, payload: str, at: int = 0) -> None:
        self.post.send((KEY, kind, payload.encode()), subject=kind, now_ms=at)

    def arrived(self) -> str:
        text = b"".join(frame.data for frame in self.session.outbox).decode()
        self.session.outbox.clear()
        return text


def test_without_faults_everything_goes_out_at_once_and_in_order() -> None:
    office = Office()
    for letter in "abc":
        office.send("A", letter)

    assert office.arrived() == "abc"


def test_behind_a_late_frame_its_own_kind_waits_and_others_pass() -> None:
    office = Office()
    office.arm(FaultKind.LATE_FRAME, "A")
    office.send("A", "a")
    office.send("B", "b", at=10)
    office.send("A", "c", at=20)
    before = office.arrived()
    office.post.tend(99)
    office.post.tend(100)

    assert (before, office.arrived()) == ("b", "ac")
    office.send("A", "d", at=101)
    assert office.arrived() == "d"


def test_a_held_frame_goes_out_right_after_another_kind() -> None:
    office = Office()
    office.arm(FaultKind.HELD_FRAME, "A")
    office.send("A", "a")
    office.send("A", "b")
    before = office.arrived()
    office.send("B", "c")

    assert (before, office.arrived()) == ("", "cab")


def test_a_frame_is_not_held_for_ever_behind_its_own_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(post, "_WAITING_MAX", 3)
    office = Office()
    office.arm(FaultKind.HELD_FRAME, "A")
    for letter in "abcd":
        office.send("A", letter)

    assert office.arrived() == "abcd"


def test_more_late_frames_than_there_is_room_for_are_on_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(post, "_WAITING_MAX", 2)
    office = Office()
    office.arm(FaultKind.LATE_FRAME, "*", times=3)
    for kind in "ABC":
        office.send(kind, kind.lower())

    assert office.arrived() == "c"


def test_the_first_late_frame_says_when_the_post_is_due_and_is_announced() -> None:
    office = Office()
    announced: list[int | None] = []
    office.post.on_late = lambda: announced.append(office.post.due_ms)
    announced.append(office.post.due_ms)
    office.arm(FaultKind.LATE_FRAME, "A", delay_ms=100)
    office.send("A", "a")
    office.arm(FaultKind.LATE_FRAME, "B", delay_ms=30)
    office.send("B", "b", at=10)
    office.post.tend(40)

    announced.append(office.post.due_ms)
    assert announced == [None, 100, 40, 100]
