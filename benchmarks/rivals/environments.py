"""A virtual environment per rival, made once and kept in a folder that git ignores."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["RIVALS", "NotInstalled", "Rival", "python_of"]

_HERE: Final = Path(__file__).parent
_CACHE: Final = _HERE.parents[1] / ".rivals_cache"
_INSTALL_S_MAX: Final = 300


class Rival(NamedTuple):
    """Another backtester: its script is `with_NAME`, its pins are in `requirements-NAME.txt`."""

    name: str
    version: str
    mode: str  # the fastest that makes sense, in a few words
    python: tuple[int, int] = (3, 11)  # the least that it runs on


class NotInstalled(Exception):
    """A rival cannot be had here; the message says why."""


RIVALS: Final = (
    Rival("backtesting", "0.6.6", "averages by pandas before the run"),
    Rival("backtrader", "1.9.78.123", "preloaded, runonce, no observers"),
    Rival("nautilus_1", "1.231.0", "low-level engine, no log, no analysis, pandas 2.3", (3, 13)),
    Rival("nautilus_2", "2.0.0rc7", "engine in Rust, no log, no analysis", (3, 13)),
)


def python_of(name: str) -> Path:
    """Return the interpreter in which this rival is installed exactly as its file pins it."""
    rival = next(each for each in RIVALS if each.name == name)
    requirements = _HERE / f"requirements-{name}.txt"
    home = _CACHE / name
    python, stamp = home / "bin" / "python", home / "installed"
    base = _interpreter(rival.python)
    wanted = f"{base} {sha256(requirements.read_bytes()).hexdigest()}"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        _run([base, "-m", "venv", str(home)])
        quietly = ["--quiet", "--disable-pip-version-check"]
        exactly = ["--require-hashes", "--no-deps", "--requirement", str(requirements)]
        _run([str(python), "-m", "pip", "install", *quietly, *exactly])
        stamp.write_text(wanted)
    return python


def _interpreter(least: tuple[int, int]) -> str:
    """Return the first Python that is new enough and can make environments."""
    for python in _pythons(least):
        asked = f"import ensurepip, sys; sys.exit(sys.version_info < {least})"
        done = subprocess.run([python, "-c", asked], check=False, capture_output=True)
        if done.returncode == 0:
            return python
    raise NotInstalled(f"needs Python {least[0]}.{least[1]}, and there is none here")


def _pythons(least: tuple[int, int]) -> Iterator[str]:
    """Yield this one, those on the path, and those that pyenv keeps."""
    yield sys.executable
    names = [f"3.{minor}" for minor in range(least[1], least[1] + 2)]
    yield from filter(None, (shutil.which(f"python{name}") for name in names))
    kept = Path("~/.pyenv/versions").expanduser()
    yield from (str(each) for name in names for each in sorted(kept.glob(f"{name}.*/bin/python")))


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_INSTALL_S_MAX
        )
    except subprocess.TimeoutExpired as exc:
        raise NotInstalled(f"{command[2]} took more than {_INSTALL_S_MAX} s") from exc
    if done.returncode:
        raise NotInstalled(f"{' '.join(command[1:4])}: {done.stderr.strip()[-300:]}")
