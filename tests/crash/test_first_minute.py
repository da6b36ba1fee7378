"""A newcomer's first minute on a terminal of 80 columns, and the next one after a SIGKILL."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# With averages that cross often, and with a market that takes ten minutes a second.
QUICK = ("strategy.fast=2", "strategy.slow=5", "sim.speed=600")


class Terminal:
    """What a person looks at, 80 columns wide."""

    def __init__(self, screen: int, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.shown = ""
        self._screen = screen

    def read_until(self, words: str) -> None:
        """Look until some words were shown, or nobody is there any more."""
        while words not in self.shown:
            try:
                self.shown += os.read(self._screen, 4_096).decode()
            except OSError:  # the other side has ended
                return

    @property
    def lines(self) -> list[str]:
        return COLOUR.sub("", self.shown).replace("\r\n", "\n").splitlines()


@contextmanager
def started(home: Path) -> Iterator[Terminal]:
    """Start the bot as a newcomer does, in a folder that may have seen others."""
    try:
        screen, terminal = pty.openpty()
    except OSError as exc:  # a bare chroot, for one
        pytest.skip(f"this machine has no terminals: {exc}")
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    options = [word for setting in QUICK for word in ("--set", setting)]
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "HOME": str(home)}
    with subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "run", *options],
        cwd=home,
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        try:
            yield Terminal(screen, process)
        finally:
            process.kill()
            process.wait()
            os.close(screen)


def test_it_is_told_in_colours_within_80_columns_and_after_a_kill_as_well(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.read_until("CANDLE")
        first.process.kill()

    with started(tmp_path) as second:
        second.read_until("How to go on")
        second.read_until("--profile testnet")
        second.process.send_signal(signal.SIGINT)
        second.read_until("What it came to")
        second.read_until("nobody is there any more")
        assert second.process.wait() == 0

    told = "\n".join(second.lines)
    words = ("WARM", "READY", "WAITS", "CANDLE", "SIGNAL", "ENTRY", "FILL", "STOP", "EXIT", "P&L")
    assert [word for word in words if f" {word} " not in f"{told} "] == []
    assert "SIMULATION: no real money" in told
    assert "WARN" not in told
    assert "\x1b[1;36mSIGNAL" in second.shown
    # Where the program stands is as long as it is.
    assert [line for line in second.lines if len(line) > 80 and str(ROOT) not in line] == []
    assert [line for line in told.splitlines() if line.startswith("  trades  ")] != []
