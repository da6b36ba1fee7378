import subprocess
import sys

import pytest

from noctule.app.exits import ExitCode, describe_failure, exit_code_of, log_failed_start
from noctule.domain.errors import (
    BudgetExhausted,
    ConfigError,
    CredentialsRefused,
    JournalUnwritable,
    OutcomeUnknown,
    VenueRefused,
    VenueUnreachable,
)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (None, ExitCode.DONE),
        (ConfigError(["configs/noctule.ini:2 [risk] …"]), ExitCode.WRONG_USE),
        (CredentialsRefused("Invalid API-key", code=-2015), ExitCode.WRONG_USE),
        (VenueUnreachable("no route"), ExitCode.UNREACHABLE),
        (OutcomeUnknown("no answer"), ExitCode.UNREACHABLE),
        (BudgetExhausted("banned", retry_after_ms=60_000), ExitCode.UNREACHABLE),
        (AssertionError("filled 2 of 1"), ExitCode.BUG),
        (KeyError("surprise"), ExitCode.BUG),
        (JournalUnwritable("disk full"), ExitCode.BUG),
        (VenueRefused("no", code=-4164), ExitCode.BUG),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_end_has_its_exit_code(failure: Exception | None, code: ExitCode) -> None:
    assert exit_code_of(failure) is code


def test_the_codes_are_those_that_scripts_and_the_unit_file_rely_on() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "DONE": 0,
        "WRONG_USE": 1,
        "BUG": 70,
        "UNREACHABLE": 75,
        "FORCED": 130,
    }


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (VenueUnreachable("no route"), "noctule: VenueUnreachable: no route"),
        (TimeoutError(), "noctule: TimeoutError"),
    ],
)
def test_a_failure_is_described_in_one_line(failure: Exception, line: str) -> None:
    assert describe_failure(failure) == line


def test_a_forced_exit_says_so_and_runs_no_cleanup() -> None:
    program = (
        "import atexit; from noctule.app.exits import force_exit; "
        "atexit.register(print, 'cleaned up'); force_exit()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert result.returncode == 130
    assert result.stdout == ""
    assert result.stderr == "noctule: interrupted twice, leaving at once\n"


def test_a_start_that_fails_in_a_way_we_know_is_told_in_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log_failed_start(VenueUnreachable("no route"))

    (told,) = caplog.records
    assert (told.message, told.exc_info) == ("start failed", None)
    assert vars(told)["fields"] == {"kind": "VenueUnreachable", "cause": "no route"}


def test_a_start_that_fails_in_a_way_nobody_foresaw_shows_where(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log_failed_start(ZeroDivisionError("one by nought"))

    (told,) = caplog.records
    assert told.exc_info is not None


def test_who_is_abandoned_says_why_and_leaves_at_once_with_the_code_of_a_bug() -> None:
    code = "from noctule.app.exits import abandon; import atexit; atexit.register(print); "
    told = subprocess.run(  # our own program
        [sys.executable, "-c", code + "abandon('it is stuck \\ud800')"],
        capture_output=True,
        check=False,
    )
    assert (told.returncode, told.stdout, told.stderr) == (70, b"", b"noctule: it is stuck ?\n")


def test_who_is_refused_says_why_and_leaves_at_once_with_the_code_of_wrong_use() -> None:
    told = subprocess.run(  # our own program
        [sys.executable, "-c", "from noctule.app.exits import refuse; refuse('f.py:3: no end')"],
        capture_output=True,
        check=False,
    )
    assert (told.returncode, told.stdout, told.stderr) == (1, b"", b"noctule: f.py:3: no end\n")


def leaving(threads: str) -> "subprocess.CompletedProcess[str]":
    """Run a program that begins threads and comes to its end with them."""
    code = (
        "import threading, time; from noctule.app.exits import leave_threads_behind\n"
        "known = threading.enumerate()\n"
        f"{threads}\n"
        "print('said before', end='')\n"
        "leave_threads_behind(7, known=known)\n"
        "print(', and after')"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )


def test_a_thread_that_does_not_end_keeps_no_process_alive() -> None:
    told = leaving("threading.Thread(target=time.sleep, args=[3600], name='counter').start()")

    assert (told.returncode, told.stdout) == (7, "said before")
    assert told.stderr == "noctule: the thread 'counter' of a strategy does not end, leaving it\n"


def test_a_thread_that_ends_by_itself_or_needs_no_end_is_let_be() -> None:
    told = leaving(
        "threading.Thread(target=time.sleep, args=[0.01]).start()\n"
        "threading.Thread(target=time.sleep, args=[3600], daemon=True).start()"
    )

    assert (told.returncode, told.stdout, told.stderr) == (0, "said before, and after\n", "")
