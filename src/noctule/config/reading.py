"""Reading what a user named: a plain file of text, or a sentence that says why it is none."""

import errno
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct
from typing_extensions import override

__all__ = ["Content", "Unreadable", "is_there", "read_text", "remedy_of"]

_BYTES_MAX: Final = 1_000_000
_REMEDIES: Final[Mapping[int | None, str]] = {
    errno.ENOENT: "name a file that exists",
    errno.ENOTDIR: "name a file below a directory",
    errno.EEXIST: "name a file below a directory",  # a folder was to be made there
    errno.EISDIR: "name a file, not a directory",
    errno.EACCES: "give this user the right to it or name another file",
    errno.EPERM: "give this user the right to it or name another file",
    errno.EROFS: "name a file on a disk that may be written to",
    errno.ENOSPC: "free some space or name a file on another disk",
    errno.EDQUOT: "free some space or name a file on another disk",
    errno.ENAMETOOLONG: "name a shorter one",
}


class Content(Struct, frozen=True, kw_only=True):
    """A file's text, and who else may open it."""

    text: str
    mode: int


class Unreadable(Struct, frozen=True):
    """Why there is no text, and what would be right where another file can be named."""

    fault: str
    remedy: str

    @override
    def __str__(self) -> str:
        return f"{self.fault}, {self.remedy}"


def read_text(path: Path) -> Content | Unreadable:
    """Read a small plain file; pipes and devices, which may have no end, are left alone."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "not a plain file"
            return Unreadable(f"is {kind}", "name a file")
        with path.open("rb") as file:
            content = file.read(_BYTES_MAX + 1)
    except OSError as exc:
        return Unreadable(f"cannot be read ({exc.strerror})", remedy_of(exc))
    except ValueError:  # a NUL in the path
        return Unreadable("cannot be read (not a file name)", "name a file that exists")
    if len(content) > _BYTES_MAX:
        return Unreadable("is larger than 1 MB", "name the file that was meant")
    return _decoded(content, mode=stat.S_IMODE(mode))


def _decoded(content: bytes, *, mode: int) -> Content | Unreadable:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Unreadable("is not UTF-8 text", "save it as UTF-8")
    return Content(text=text.replace("\r\n", "\n").replace("\r", "\n"), mode=mode)


def is_there(path: Path) -> bool:
    """Tell whether something lies there, or may: reading tells why it cannot be looked at."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def remedy_of(error: OSError) -> str:
    """Say what would be right when the system refuses a file."""
    return _REMEDIES.get(error.errno, "name another file")
