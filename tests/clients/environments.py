"""A virtual environment per foreign client, made once and kept in a folder that git ignores."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

__all__ = ["python_of"]

_HERE = Path(__file__).parent
_CACHE = _HERE.parents[1] / ".clients_cache"
_INSTALL_S_MAX = 110


def python_of(client: str) -> Path:
    """Return the interpreter in which this client is installed exactly as its file pins it."""
    requirements = _HERE / f"requirements-{client}.txt"
    home = _CACHE / client
    python = home / "bin" / "python"
    stamp = home / "installed"
    wanted = f"{sys.version} {sha256(requirements.read_bytes()).hexdigest()}"
    if not stamp.exists() or stamp.read_text() != wanted:
        _install(home, python, requirements)
        stamp.write_text(wanted)
    return python


def _install(home: Path, python: Path, requirements: Path) -> None:
    rmtree(home, ignore_errors=True)
    # No dependency is looked for: the file names them all, and one of them against its dependant's
    # wish (requirements-official-sdk.in says why).
    exactly = ["--require-hashes", "--no-deps", "--requirement", str(requirements)]
    # Our own pip installs, so theirs need none; and most of what comes is never imported.
    quickly = ["--quiet", "--disable-pip-version-check", "--no-compile"]
    _run([sys.executable, "-m", "venv", "--without-pip", str(home)])
    _run([sys.executable, "-m", "pip", "--python", str(python), "install", *quickly, *exactly])


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=_INSTALL_S_MAX
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
