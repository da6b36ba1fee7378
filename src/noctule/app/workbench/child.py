"""The process of its own in which a strategy is tried: it may hang, crash or end it, and no more.

Started as `python -m noctule.app.workbench.child` with a request on standard input; it answers in
lines of JSON. What the strategy itself prints goes nowhere.
"""

import faulthandler
import os
import signal
import sys
import traceback
from typing import BinaryIO

import msgspec

from noctule.app.workbench.messages import WHERE, Message, Our, TrialRequest, Wrong
from noctule.app.workbench.seal import Seal
from noctule.app.workbench.trial import hold_trial
from noctule.domain.errors import ConfigError
from noctule.telemetry.attempt import attempted

__all__ = ["answer_request", "main"]


def main() -> None:
    """Read the request, hold the trial, tell everything."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=TrialRequest)
    answers, traces = _kept_apart()
    faulthandler.register(WHERE, file=traces, all_threads=False)
    faulthandler.enable(file=traces, all_threads=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us is told, and ends us
    seal = Seal(request.folder, shown=request.file)
    seal.install()
    answer_request(request, answers, seal)


def answer_request(request: TrialRequest, answers: BinaryIO, seal: Seal) -> None:
    """Hold the trial and write each message as a line, as soon as there is one."""

    def send(message: Message) -> None:
        answers.write(msgspec.json.encode(message) + b"\n")
        answers.flush()

    failure = attempted(lambda: hold_trial(request, send, seal))
    match failure:
        case ConfigError():
            send(Wrong(failure.problems))
        case Exception():
            send(Our("".join(traceback.format_exception(failure))))
        case _:
            pass


def _kept_apart() -> tuple[BinaryIO, BinaryIO]:
    """Keep both streams for ourselves, and let everybody else write to nowhere."""
    answers, traces = (os.fdopen(os.dup(number), "wb") for number in (1, 2))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return answers, traces


if __name__ == "__main__":
    main()
