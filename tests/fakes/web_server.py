"""A little web server on a thread: a folder's files, and whatever else a test wants it to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Final

from typing_extensions import override

__all__ = ["Reaction", "WebServer", "babble", "cut", "hang", "served", "status"]

Reaction = Callable[["_Handler", bytes], None]
_LONG_S: Final = 10.0


class WebServer:
    """Where it is, what it was asked, and how it reacts to some paths instead of answering."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.reactions: dict[str, list[Reaction]] = {}  # by the end of a path; each once
        self.url = ""
        self.is_over = Event()

    def react(self, ending: str, *reactions: Reaction) -> None:
        """Do this, one after the other, instead of answering requests for such a path."""
        self.reactions.setdefault(ending, []).extend(reactions)

    def reaction_to(self, path: str) -> Reaction:
        """Return what is to be done; a plain answer unless something else was ordered."""
        for ending, reactions in self.reactions.items():
            if path.endswith(ending) and reactions:
                return reactions.pop(0)
        return _answer


def cut(handler: "_Handler", content: bytes) -> None:
    """Promise the whole and give half."""
    handler.begin(200, len(content))
    handler.wfile.write(content[: len(content) // 2])


def hang(handler: "_Handler", _content: bytes) -> None:
    """Take the request and say nothing."""
    handler.world.is_over.wait(_LONG_S)


def babble(handler: "_Handler", _content: bytes) -> None:
    """Answer in another language."""
    handler.wfile.write(b"hello?\r\n\r\n")


def status(code: int) -> Reaction:
    """Answer with this status."""

    def answer(handler: "_Handler", _content: bytes) -> None:
        handler.begin(code, 0)

    return answer


@contextmanager
def served(folder: Path) -> Iterator[WebServer]:
    """Serve a folder on 127.0.0.1."""
    world = WebServer(folder)
    handler = type("Handler", (_Handler,), {"world": world})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        world.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield world
        finally:
            world.is_over.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    world: WebServer

    def do_GET(self) -> None:
        self.world.asked.append(self.path)
        file = self.world.folder / self.path.lstrip("/")
        content = file.read_bytes() if file.is_file() else b""
        reaction = self.world.reaction_to(self.path)
        if reaction is _answer and not file.is_file():
            reaction = status(404)
        reaction(self, content)

    def begin(self, code: int, length: int) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:  # its name there
        """Say nothing."""


def _answer(handler: _Handler, content: bytes) -> None:
    handler.begin(200, len(content))
    handler.wfile.write(content)
