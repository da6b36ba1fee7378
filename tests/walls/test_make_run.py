"""What `make run` makes of Ctrl-C, and of the bot's exit code."""

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).resolve().parents[2] / "Makefile"

BOT = """
import signal, sys

def leave(number, frame):
    sys.exit(int(sys.argv[1]))

signal.signal(signal.SIGINT, leave)
print("up", flush=True)
signal.pause()
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copy(MAKEFILE, tmp_path)
    (tmp_path / "main.py").write_text(BOT)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    return tmp_path


@pytest.mark.parametrize(
    ("bot_says", "make_says", "complaint"), [(0, 0, b""), (130, 2, b"Error 130")]
)
def test_ctrl_c_reaches_the_bot_whose_exit_code_decides(
    checkout: Path, bot_says: int, make_says: int, complaint: bytes
) -> None:
    screen, terminal = a_terminal()
    with subprocess.Popen(
        ("setsid", "--ctty", "make", "run", "TO_RUN=", f"ARGS={bot_says}"),  # installs nothing
        cwd=checkout,
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
    ) as process:
        shown = b""
        while b"up" not in shown:
            shown += os.read(screen, 1024)
        os.write(screen, b"\x03")
        _, said = process.communicate()
    os.close(screen)
    os.close(terminal)

    assert process.returncode == make_says
    assert complaint in said
    assert bool(said) == bool(complaint)


def a_terminal() -> tuple[int, int]:
    try:
        return pty.openpty()
    except OSError as exc:  # a bare chroot, for one
        pytest.skip(f"this machine has no terminals: {exc}")
