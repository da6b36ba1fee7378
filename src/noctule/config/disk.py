"""Whether the disk agrees: what is to be read is there, what is to be written can be."""

import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from noctule.config.bind import Bound
from noctule.config.problems import Problem
from noctule.config.reading import remedy_of
from noctule.config.sections import Section
from noctule.config.wording import shortened

__all__ = ["judge_files"]

_Place = tuple[str, str]  # section and key
_READ: Final = (("sim", "data"), ("risk", "news_calendar"))
_LOGS: Final = (("logging", "file"), ("logging", "trade_log"), ("logging", "audit_log"))
_KILL_SWITCH: Final = ("risk", "kill_switch_file")
_OWN: Final = (*_LOGS, _KILL_SWITCH, ("control", "socket"))  # each a file for itself


def judge_files(
    bound: Mapping[str, Bound[BaseModel]], sections: Mapping[str, Section], *, home: Path
) -> Iterator[Problem]:
    """Tell every file that `run` could not use; keys that are wrong already are left out."""

    def paths(section: str, key: str) -> tuple[Path, ...]:
        value = getattr(bound[section].with_good(key), key, None)
        values = value if isinstance(value, tuple) else (value,)
        return tuple(each for each in values if isinstance(each, Path))

    obstacles = (
        *((place, _to_reading(path, home)) for place in _READ for path in paths(*place)),
        *((place, _to_writing(path, home)) for place in _LOGS for path in paths(*place)),
        *((_KILL_SWITCH, _to_watching(path, home)) for path in paths(*_KILL_SWITCH)),
        *_shared({place: home / path for place in _OWN for path in paths(*place)}),
    )
    for (section, key), what in obstacles:
        if what is not None:
            yield sections[section].problem(what, key=key)


def _to_reading(path: Path, home: Path) -> str | None:
    shown = shortened(str(path))
    try:
        (home / path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return f"there is no file {shown}, name one that exists or leave it empty"
    except OSError as exc:
        return f"{shown} cannot be read ({exc.strerror}), {remedy_of(exc)}"
    if not (home / path).is_file():
        return f"{shown} is not a file, name one or leave it empty"
    if not os.access(home / path, os.R_OK):
        return f"{shown} may not be read by this user, change its mode or leave it empty"
    return None


def _to_writing(path: Path, home: Path) -> str | None:
    """Find what would keep the file from being opened, or its folders from being made."""
    target = home / path
    try:
        target.stat()
    except (FileNotFoundError, NotADirectoryError):
        return _to_making_it_in(next(filter(_exists, target.parents)))
    except OSError as exc:
        return f"{shortened(str(path))} cannot be written ({exc.strerror}), {remedy_of(exc)}"
    if target.is_dir():
        return _unwritable(path, errno.EISDIR)
    if not (target.is_file() or target.is_char_device()):
        return f"{path} is not a plain file, name a file"
    return None if os.access(target, os.R_OK | os.W_OK) else _unwritable(path, errno.EACCES)


def _to_making_it_in(folder: Path) -> str | None:
    if not folder.is_dir():
        return _unwritable(folder, errno.ENOTDIR)
    return None if os.access(folder, os.W_OK | os.X_OK) else _unwritable(folder, errno.EACCES)


def _unwritable(path: Path, number: int) -> str:
    error = OSError(number, os.strerror(number))
    return f"{path} cannot be written ({error.strerror}), {remedy_of(error)}"


def _to_watching(path: Path, home: Path) -> str | None:
    is_folder = _exists(home / path) and (home / path).is_dir()
    return f"{path} is a directory, name a file instead" if is_folder else None


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True


def _shared(paths: Mapping[_Place, Path]) -> Iterator[tuple[_Place, str]]:
    owners: dict[str, _Place] = {}
    for key, path in paths.items():
        owner = owners.setdefault(os.path.realpath(path), key)
        if owner != key:
            yield key, f"is the same file as [{owner[0]}] {owner[1]}, name another one"
