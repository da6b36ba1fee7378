"""The shell's end: one question and one answer, or why there is none."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from noctule.adapters.control import client
from noctule.adapters.control.client import NoAnswer, ask
from noctule.adapters.control.peer import Peer
from noctule.adapters.control.words import Ask, Request
from tests.fakes.controlled import Controlled, a_view, listening

STATUS = Request(ask=Ask.STATUS)


@contextmanager
def serving(path: Path, serve: Callable[[socket.socket], object]) -> Iterator[None]:
    """Let somebody else listen there, and treat the first client as he likes."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def once() -> None:
            connection, _ = listener.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=once, daemon=True)
        thread.start()
        yield
        thread.join(5)


def test_a_bot_that_listens_answers(tmp_path: Path) -> None:
    with listening(tmp_path / "bot.sock", Controlled()):
        reply = ask(tmp_path / "bot.sock", STATUS, timeout_s=5)
    assert reply.answer.status == a_view()
    assert reply.peer.is_us


def test_no_file_and_one_that_a_dead_process_left_are_nobody(tmp_path: Path) -> None:
    for path in (tmp_path / "none.sock", tmp_path / "dead.sock"):
        if path.name == "dead.sock":
            with socket.socket(socket.AF_UNIX) as dead:
                dead.bind(str(path))
        with pytest.raises(NoAnswer, match=f"^no bot answers at {path}$") as told:
            ask(path, STATUS, timeout_s=5)
        assert not told.value.is_alive


@pytest.mark.parametrize(
    ("serve", "told"),
    [
        (lambda each: each.recv(100), "hung up without an answer"),
        (lambda each: (each.recv(100), each.sendall(b'{"version":3}\n')), "speaks version 3"),
        (lambda each: (each.recv(100), each.sendall(b"hello\n")), "the answer cannot be read"),
    ],
)
def test_whoever_answers_something_else_is_told_as_he_is(
    tmp_path: Path, serve: Callable[[socket.socket], object], told: str
) -> None:
    with serving(tmp_path / "s", serve), pytest.raises(NoAnswer, match=told):
        ask(tmp_path / "s", STATUS, timeout_s=5)


def test_a_bot_that_hangs_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    is_over = threading.Event()
    with serving(tmp_path / "s", lambda _each: is_over.wait(5)):
        with pytest.raises(NoAnswer, match=r"does not answer within 0\.05 s") as told:
            ask(tmp_path / "s", STATUS, timeout_s=0.05)
        is_over.set()
    assert told.value.is_alive


def test_nothing_is_said_to_another_users_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "peer_of", lambda _connection: Peer(process=1, uid=4_000_000_001))
    heard: list[bytes] = []
    with (
        serving(tmp_path / "s", lambda each: heard.append(each.recv(100))),
        pytest.raises(NoAnswer, match=r"^user 4000000001 listens at .*, run this as that user$"),
    ):
        ask(tmp_path / "s", STATUS, timeout_s=5)
    assert heard == [b""]
