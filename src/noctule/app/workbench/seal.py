"""Hears what code does to the world while it runs. It cannot be taken off: for a child process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

from msgspec import Struct

__all__ = ["Breach", "Seal"]

_KINDS: Final = {
    "open": "opened a file",
    "os.": "asked the system",
    "shutil.": "moved files",
    "glob.": "looked for files",
    "tempfile.": "made a file",
    "sqlite3.": "opened a database",
    "socket.": "used the network",
    "http.": "used the network",
    "urllib.": "used the network",
    "ftplib.": "used the network",
    "smtplib.": "used the network",
    "subprocess.": "started a process",
    "_thread.start_new_thread": "started a thread",
    "_thread.start_joinable_thread": "started a thread",
    "signal.": "sent a signal",
    "time.sleep": "slept",
}
_BREACHES_MAX: Final = 20
# Loading a module reads its file, and a warning looks up the line that caused it.
_READERS: Final = ("<frozen importlib", "linecache.py", "warnings.py", "tokenize.py")
_SHOWN_MAX: Final = 80


class Breach(Struct, frozen=True, kw_only=True, order=True):
    """Something that a strategy did and must not do, and the owner's line that did it."""

    where: str
    what: str


class Seal:
    """Notes each kind of deed once for every line, and only while somebody is watched."""

    def __init__(self, folder: Path, *, shown: str) -> None:
        self.breaches: set[Breach] = set()
        self._folder = folder
        self._shown = shown  # the strategy's file
        self._is_watching = False

    def install(self) -> None:
        """Begin to hear, for the life of the process."""
        sys.addaudithook(self.hear)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the block."""
        self._is_watching = True
        try:
            yield
        finally:
            self._is_watching = False

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note an event if it is one of those; called by Python for everything that it does."""
        if not self._is_watching or len(self.breaches) >= _BREACHES_MAX:
            return
        kind = next((what for name, what in _KINDS.items() if event.startswith(name)), None)
        if kind is None:
            return
        self._is_watching = False  # what follows is our own doing
        frame = sys._getframe(1)  # noqa: SLF001 - there is no other way to see who did it
        if not _is_reader(frame):
            subject = next((each for each in arguments if isinstance(each, str)), "")
            what = f"it {kind} ({event} {subject[:_SHOWN_MAX]}".rstrip() + ")"
            self.breaches.add(Breach(where=self._place(frame), what=what))
        self._is_watching = True

    def _place(self, frame: FrameType | None) -> str:
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(self._folder) and "site-packages" not in path.parts:
                shown = Path(self._shown).parent / path.relative_to(self._folder)
                return f"{shown}:{frame.f_lineno}"
            frame = frame.f_back
        return self._shown


def _is_reader(frame: FrameType | None) -> bool:
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_READERS[0]) or name.endswith(_READERS[1:]):
            return True
        frame = frame.f_back
    return False
