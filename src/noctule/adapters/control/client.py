"""The shell's end of the control socket: one question, one answer, within a while."""

import socket
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.control.peer import Peer, peer_of, user_name
from noctule.adapters.control.words import (
    ANSWER_BYTES_MAX,
    Answer,
    Request,
    read_answer,
    written,
)

__all__ = ["NoAnswer", "Reply", "ask"]

_CHUNK: Final = 65_536


class NoAnswer(Exception):
    """Nobody answered, and why, as a person reads it."""

    def __init__(self, why: str, *, is_alive: bool = False) -> None:
        self.is_alive = is_alive  # somebody listens there
        super().__init__(why)


class Reply(Struct, frozen=True, kw_only=True):
    """An answer, and whose it is."""

    answer: Answer
    peer: Peer


def ask(path: Path, request: Request, *, timeout_s: float) -> Reply:
    """Ask the bot that listens at a path; raise NoAnswer where there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        try:
            connection.connect(str(path))
        except PermissionError as exc:
            raise NoAnswer(f"{path} belongs to another user", is_alive=True) from exc
        except OSError as exc:
            raise NoAnswer(f"no bot answers at {path}") from exc
        peer = peer_of(connection)
        if not peer.is_us:
            who = f"{user_name(peer.uid)} listens at {path}, run this as that user"
            raise NoAnswer(who, is_alive=True)
        return Reply(answer=_asked(connection, request, peer, timeout_s), peer=peer)


def _asked(connection: socket.socket, request: Request, peer: Peer, timeout_s: float) -> Answer:
    try:
        connection.sendall(written(request))
        line = _line(connection)
    except TimeoutError as exc:
        told = f"the bot (process {peer.process}) does not answer within {timeout_s:g} s"
        raise NoAnswer(told, is_alive=True) from exc
    except OSError as exc:
        raise NoAnswer(f"the bot (process {peer.process}) hung up: {exc.strerror}") from exc
    if not line:
        raise NoAnswer(f"the bot (process {peer.process}) hung up without an answer")
    answer = read_answer(line)
    if isinstance(answer, str):
        raise NoAnswer(answer, is_alive=True)
    return answer


def _line(connection: socket.socket) -> bytes:
    line = bytearray()
    while len(line) < ANSWER_BYTES_MAX and not line.endswith(b"\n"):
        chunk = connection.recv(_CHUNK)
        if not chunk:
            break
        line += chunk
    return bytes(line)
