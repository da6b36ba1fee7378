"""A process killed in mid-sentence leaves files that can be trusted and continued."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from noctule.adapters.store.audit import Broken, Verified, verify

TALKER = Path(__file__).with_name("talker.py")
KILLS = 4
LINES_TOLD = 100  # written before each time the talker says so
TORN = "the last line is torn: the process was killed while writing"


def talk_until_killed(folder: Path, *, rounds: int) -> int:
    """Kill the talker right after it told of so many rounds; return the lines it told of."""
    command = [sys.executable, str(TALKER), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as talker:
        assert talker.stdout is not None
        for _ in range(rounds):
            assert talker.stdout.readline() == b"written\n"
        talker.kill()
    return rounds * LINES_TOLD


def whole_lines(path: Path) -> list[object]:
    """Return every line but a torn last one, each of which must parse."""
    lines = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines[:-1]]


@pytest.mark.slow
def test_every_line_but_possibly_the_last_is_whole_however_often_it_is_killed(
    tmp_path: Path,
) -> None:
    told = 0
    for rounds in range(1, KILLS + 1):
        told += talk_until_killed(tmp_path, rounds=rounds)
        for name in ("noctule.log", "trades.jsonl", "audit.jsonl"):
            assert len(whole_lines(tmp_path / name)) >= told
        found = verify(tmp_path / "audit.jsonl")
        if isinstance(found, Broken):
            assert found.reason == TORN
            assert found.line > told


@pytest.mark.slow
def test_the_trail_goes_on_after_a_kill_and_verification_says_what_happened(
    tmp_path: Path,
) -> None:
    path = tmp_path / "audit.jsonl"
    talk_until_killed(tmp_path, rounds=1)
    tear(path)
    torn = verify(path)
    assert isinstance(torn, Broken)
    assert torn.reason == TORN

    talk_until_killed(tmp_path, rounds=1)
    mend(path)
    found = verify(path)
    assert isinstance(found, Verified)
    assert [gap.line for gap in found.gaps] == [torn.line]
    assert found.lines >= torn.line + LINES_TOLD


@pytest.mark.slow
def test_one_byte_changed_in_the_middle_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    talk_until_killed(tmp_path, rounds=1)
    lines = path.read_bytes().split(b"\n")
    lines[49] = lines[49].replace(b"order_sent", b"order_sont")
    path.write_bytes(b"\n".join(lines))
    assert verify(path) == Broken(line=50, reason="the line was changed")


def tear(path: Path) -> None:
    """Cut the last line in half, as the worst moment would have, if the kill did not."""
    content = path.read_bytes()
    if content.endswith(b"\n"):
        path.write_bytes(content[:-20])


def mend(path: Path) -> None:
    """Drop what the second kill may have torn, so that only the first is looked at."""
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"\n") + 1])
