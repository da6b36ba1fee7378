"""The first Ctrl-C asks, the second one forces, even while something blocks the loop."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

WORLD_SECONDS = 15  # how long the program may take before its test has failed

PROGRAM = """
import asyncio
import os
import signal
import sys
import time

import uvloop

from noctule.engine.shutdown import StopRequest, signals_caught


def say(words):
    print(words, flush=True)


def force():
    say("forced")
    os._exit(130)


async def main(step):
    request = StopRequest()
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)]
    with signals_caught(request, reload=lambda: say("reloaded"), force=force):
        say("ready")
        say(f"asked by {await request.wait()}")
        if step == "blocks":
            time.sleep(60)
        if step == "spins":
            while True:
                pass
        if step == "waits":
            await asyncio.sleep(60)
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)]
    say("left in order")


with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # the daemon's loop
    runner.run(main(sys.argv[1]))
"""


class Program:
    """A running program, what it says, and how to send it a signal."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def says(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def exit_code(self) -> int:
        return self._process.wait(WORLD_SECONDS)


@contextmanager
def program(step: str) -> Iterator[Program]:
    command = [sys.executable, "-c", PROGRAM, step]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_for_an_orderly_stop(number: signal.Signals) -> None:
    with program("ends") as bot:
        assert bot.says() == "ready"
        bot.send(number)
        assert bot.says() == f"asked by {number.name}"
        assert bot.says() == "left in order"
        assert bot.exit_code() == 0


@pytest.mark.parametrize("step", ["waits", "blocks", "spins"])
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_forces_whatever_the_step_in_hand_does(
    step: str, second: signal.Signals
) -> None:
    with program(step) as bot:
        assert bot.says() == "ready"
        bot.send(signal.SIGINT)
        assert bot.says() == "asked by SIGINT"
        bot.send(second)
        assert bot.says() == "forced"
        assert bot.exit_code() == 130


def test_a_hangup_reloads_as_often_as_it_comes_and_asks_for_no_stop() -> None:
    with program("ends") as bot:
        assert bot.says() == "ready"
        for _ in range(2):
            bot.send(signal.SIGHUP)
            assert bot.says() == "reloaded"
        bot.send(signal.SIGTERM)
        assert bot.says() == "asked by SIGTERM"
        assert bot.says() == "left in order"
