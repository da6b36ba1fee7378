"""Deadlines come in the order they are due."""

from functools import partial

from noctule.adapters.sim.agenda import Agenda


def test_actions_come_by_time_and_those_of_one_time_by_age() -> None:
    agenda, done = Agenda(), list[str]()
    assert agenda.next_ms() is None
    for due_ms, name in ((20, "c"), (10, "a"), (10, "b")):
        agenda.put(name, due_ms, partial(done.append, name))
    times = []
    while (due := agenda.next_ms()) is not None:
        times.append(due)
        agenda.take()()
    assert (times, done) == ([10, 10, 20], ["a", "b", "c"])


def test_what_is_put_again_moves_and_what_is_dropped_is_forgotten() -> None:
    agenda, done = Agenda(), list[str]()
    for key, due_ms in (("moved", 10), ("dropped", 20), ("kept", 30)):
        agenda.put(key, due_ms, partial(done.append, key))
    agenda.put("moved", 40, partial(done.append, "moved"))
    agenda.drop("dropped")
    agenda.drop("never there")

    while agenda.next_ms() is not None:
        agenda.take()()

    assert done == ["kept", "moved"]


def test_what_is_put_again_and_again_takes_no_more_room() -> None:
    agenda = Agenda()
    for due_ms in range(10_000):
        agenda.put("heartbeat", due_ms, lambda: None)

    assert len(agenda) < 100
    assert agenda.next_ms() == 9_999
