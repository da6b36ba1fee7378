"""The kernel ends a process that lets none of its threads run, and the next one reads where."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from noctule.app.last_resort import LastResort

_STUCK = """
import sys
from itertools import count
from pathlib import Path
from noctule.app.last_resort import LastResort

def add_for_ever():
    return sum(count())

def analyze():
    return add_for_ever()

def opinion():
    return analyze()

resort = LastResort(Path(sys.argv[1]))
with resort.ready():
    resort.put_off(0.1)
    opinion()
"""


def test_what_computes_for_ever_outside_of_python_is_ended_and_told_to_the_next_start(
    tmp_path: Path,
) -> None:
    program, dump = tmp_path / "my_idea.py", tmp_path / "state/paper.stuck"
    program.write_text(_STUCK)
    ended = subprocess.run([sys.executable, program, dump], check=False, timeout=20)
    assert ended.returncode == -signal.SIGVTALRM
    resort = LastResort(dump)
    assert resort.left() == (
        (str(program), 8, "add_for_ever"),
        (str(program), 11, "analyze"),
    )
    assert not dump.exists()
    assert len(resort.left()) == 2  # who asks again is told again
    assert LastResort(dump).left() == ()


@pytest.mark.parametrize(
    ("crash", "number"),
    [
        ("import ctypes; ctypes.string_at(0)", signal.SIGSEGV),
        ("import os; os.abort()", signal.SIGABRT),  # as systemd ends one that gives no sign of life
    ],
    ids=["segmentation fault", "abort"],
)
def test_what_crashes_the_interpreter_is_told_to_the_next_start(
    tmp_path: Path, crash: str, number: int
) -> None:
    program, dump = tmp_path / "my_idea.py", tmp_path / "state/paper.stuck"
    program.write_text(_STUCK.replace("return sum(count())", crash))
    ended = subprocess.run([sys.executable, program, dump], check=False, timeout=20)
    assert ended.returncode == -number
    assert [name for _, _, name in LastResort(dump).left()][-2:] == ["add_for_ever", "analyze"]


def test_who_is_armed_has_read_what_was_left_before(tmp_path: Path) -> None:
    dump = tmp_path / "paper.stuck"
    dump.write_text(
        'Thread 0x1:\n  File "a.py", line 7 in analyze\n  File "b", line 1 in opinion\n'
    )
    resort = LastResort(dump)
    with resort.ready():
        assert dump.read_text() == ""
        assert resort.left() == (("a.py", 7, "analyze"),)
    assert not dump.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        'Thread 0x1:\n  File "a.py", line 7 in analyze\n  File "b.py", line 1 in other\n',
        'Thread 0x1:\n  File "a.py", line 7 in run\n\nThread 0x2:\n  File "b", line 1 in opinion\n',
    ],
    ids=["nothing", "nobody's turn", "another thread"],
)
def test_where_no_strategy_had_its_turn_nobody_is_blamed(tmp_path: Path, text: str) -> None:
    dump = tmp_path / "paper.stuck"
    dump.write_text(text)
    assert LastResort(dump).left() == ()


def test_a_disk_that_will_not_have_it_is_told_and_the_bot_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").write_text("a file, where a folder should be")
    resort = LastResort(tmp_path / "state/paper.stuck")
    with resort.ready():
        resort.put_off(0.1)
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
    assert [record.getMessage() for record in caplog.records] == ["no last resort"]


def test_who_puts_it_off_is_left_and_afterwards_nothing_is_armed(tmp_path: Path) -> None:
    resort = LastResort(tmp_path / "paper.stuck")
    with resort.ready():
        resort.put_off(60)
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] > 0
        resort.call_off()
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
        resort.put_off(60)
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
    resort.put_off(60)
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
