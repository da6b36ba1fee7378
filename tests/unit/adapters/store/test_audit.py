"""The audit trail: what it holds, and what its chain finds."""

import errno
import hashlib
import json
import stat
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.clock.virtual import VirtualClock
from noctule.adapters.store.audit import AuditEvent, AuditLogger, Broken, Gap, Verified, verify
from noctule.telemetry.files import FileInUse, LineFile
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.writer import OnFailure, Runner

AT_MS = 1_795_223_880_123
TIMEOUT_MS = 10_000
SECRET = "s3cr3t-of-the-bot"
FULL = OSError(errno.ENOSPC, "no space left on device")
NOT_FOLLOWING = "the line does not follow the one before: one was removed, inserted or moved"
TORN = "the last line is torn: the process was killed while writing"


def audit_at(
    path: Path, *, runner: Runner = Runner.INLINE, on_failure: OnFailure | None = None
) -> AuditLogger:
    return AuditLogger(
        VirtualClock(AT_MS),
        path,
        redactor=Redactor([SECRET]),
        runner=runner,
        on_failure=on_failure,
    )


def fail(_file: LineFile, _lines: bytes) -> None:
    raise FULL


def trail_of(path: Path, lines: int) -> list[bytes]:
    """Write a trail of so many lines and return them."""
    audit = audit_at(path)
    audit.start()
    for number in range(lines):
        audit.write(AuditEvent.ORDER_SENT, "bot", number=number)
    assert audit.close(TIMEOUT_MS)
    return path.read_bytes().splitlines(keepends=True)


def sha256(line: bytes) -> str:
    return hashlib.sha256(line.removesuffix(b"\n")).hexdigest()


def test_a_line_says_when_what_and_who_and_carries_the_hash_of_the_one_before(
    tmp_path: Path,
) -> None:
    path = tmp_path / "logs" / "audit.jsonl"
    audit = audit_at(path)
    audit.start()
    audit.write(AuditEvent.START, "noctule", version="0.1.0")
    audit.write(AuditEvent.CONTROL, "owner", origin="control socket", limit=Decimal("0.50"))
    assert audit.close(TIMEOUT_MS)
    first, second = path.read_bytes().splitlines()
    content = (
        b'{"at":"2026-11-21T01:18:00.123Z","event":"start","actor":"noctule",'
        b'"version":"0.1.0","previous":"' + b"0" * 64 + b'"'
    )
    assert first == content + b',"check":"' + sha256(content)[:16].encode() + b'"}'
    line = json.loads(second)
    assert list(line) == ["at", "event", "actor", "origin", "limit", "previous", "check"]
    assert (line["origin"], line["limit"]) == ("control socket", "0.50")
    assert line["previous"] == sha256(first)
    assert audit.head == sha256(second)


def test_only_the_owner_can_read_the_trail(tmp_path: Path) -> None:
    trail_of(tmp_path / "audit.jsonl", 1)
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


def test_the_chain_goes_on_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    trail_of(path, 3)
    trail_of(path, 2)
    last = path.read_bytes().splitlines()[-1]
    assert verify(path) == Verified(lines=5, head=sha256(last), gaps=())


def test_the_thread_chains_in_the_order_of_the_calls(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = audit_at(path, runner=Runner.THREAD)
    audit.start()
    for number in range(300):
        audit.write(AuditEvent.ORDER_SENT, "bot", number=number)
    assert audit.flush(TIMEOUT_MS)
    assert audit.close(TIMEOUT_MS)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["number"] for line in lines] == list(range(300))
    assert verify(path) == Verified(lines=300, head=audit.head, gaps=())


def test_secrets_are_starred_before_the_line_is_sealed(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = audit_at(path)
    audit.start()
    audit.write(AuditEvent.ORDER_ANSWERED, SECRET, answer=f"signature=abc&k={SECRET}", odd="\udc80")
    assert audit.close(TIMEOUT_MS)
    line = json.loads(path.read_text())
    assert (line["actor"], line["answer"], line["odd"]) == ("***", "signature=***&k=***", "?")
    assert isinstance(verify(path), Verified)


def test_a_field_cannot_take_the_name_of_a_key_of_the_chain(tmp_path: Path) -> None:
    audit = audit_at(tmp_path / "audit.jsonl")
    with pytest.raises(AssertionError, match="these keys are taken"):
        audit.write(AuditEvent.START, "noctule", previous="mine")


def changed(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b'"number":2', b'"number":3'), *lines[3:]]


def changed_hash(lines: list[bytes]) -> list[bytes]:
    previous = json.loads(lines[2])["previous"].encode()
    return [*lines[:2], lines[2].replace(previous, previous[::-1]), *lines[3:]]


def changed_last(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[4].replace(b"sent", b"lost")]


def not_json(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"{" + lines[2], *lines[3:]]


def not_utf8(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b"order", b"or\xffer"), *lines[3:]]


def not_ours(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b'{"at":1}\n', *lines[2:]]


def removed(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


def removed_first(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


def inserted(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[0], *lines[2:]]


def swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[3], lines[2], lines[4]]


def torn(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[4][:30]]


def all_but_the_newline(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[4][:-1]]


def nested_without_end(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b'{"a":' + b"[" * 200_000 + b"\n", *lines[2:]]


def emptied(lines: list[bytes]) -> list[bytes]:
    return []


@pytest.mark.parametrize(
    ("damage", "line", "reason"),
    [
        (changed, 3, "the line was changed"),
        (changed_hash, 3, "the line was changed"),
        (changed_last, 5, "the line was changed"),
        (not_json, 3, "the line is not JSON"),
        (not_utf8, 3, "the line is not JSON"),
        (nested_without_end, 3, "the line is not JSON"),
        (not_ours, 3, "the line is not one of ours"),
        (removed, 3, NOT_FOLLOWING),
        (removed_first, 1, NOT_FOLLOWING),
        (inserted, 3, NOT_FOLLOWING),
        (swapped, 3, NOT_FOLLOWING),
        (torn, 5, TORN),
        (all_but_the_newline, 5, TORN),
        (emptied, 1, "the file is empty"),
    ],
)
def test_verification_names_the_first_bad_line_and_why(
    tmp_path: Path, damage: Callable[[list[bytes]], list[bytes]], line: int, reason: str
) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"".join(damage(trail_of(path, 5))))
    found = verify(path)
    assert isinstance(found, Broken)
    assert found.line == line
    assert found.reason.startswith(reason)


def test_every_single_changed_byte_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    lines = trail_of(path, 3)
    content, start = b"".join(lines), len(lines[0])
    for position in range(start, start + len(lines[1]) - 1):
        path.write_bytes(
            content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]
        )
        found = verify(path)
        assert isinstance(found, Broken)
        assert found.line == 2


def test_lines_cut_from_the_end_show_only_in_the_head(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    lines = trail_of(path, 5)
    kept_elsewhere = sha256(lines[4])
    path.write_bytes(b"".join(lines[:3]))
    found = verify(path)
    assert found == Verified(lines=3, head=sha256(lines[2]), gaps=())
    assert found.head != kept_elsewhere


def test_after_a_crash_the_chain_goes_on_and_says_what_was_torn(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    lines = trail_of(path, 3)
    path.write_bytes(b"".join(lines)[:-10])
    trail_of(path, 1)
    gap = json.loads(path.read_text().splitlines()[2])
    assert gap["event"] == "log_gap"
    assert gap["torn"].encode() == lines[2][:-10]
    found = verify(path)
    assert isinstance(found, Verified)
    reason = "half a line that a killed process left was cut off"
    assert found.gaps == (Gap(line=3, reason=reason),)


def test_lines_that_did_not_fit_on_the_disk_leave_a_gap_line_and_a_sound_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.jsonl"
    audit = audit_at(path)
    audit.start()
    audit.write(AuditEvent.START, "noctule")
    with monkeypatch.context() as patch:
        patch.setattr(LineFile, "append", fail)
        audit.write(AuditEvent.ORDER_SENT, "bot")
        audit.write(AuditEvent.ORDER_SENT, "bot")
    audit.write(AuditEvent.STOP, "noctule")
    assert audit.close(TIMEOUT_MS)
    gaps = (Gap(line=2, reason="2 lines could not be written"),)
    assert verify(path) == Verified(lines=3, head=audit.head, gaps=gaps)


def test_lines_that_never_fitted_leave_a_gap_line_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, Exception | None]] = []

    path = tmp_path / "audit.jsonl"
    audit = audit_at(path, on_failure=lambda name, error: told.append((name, error)))
    audit.start()
    audit.write(AuditEvent.START, "noctule")
    with monkeypatch.context() as patch:
        patch.setattr(LineFile, "append", fail)
        audit.write(AuditEvent.ORDER_SENT, "bot")
        audit.write(AuditEvent.STOP, "noctule")
    assert (audit.lost, audit.last_error) == (2, FULL)
    assert audit.close(TIMEOUT_MS)
    assert told == [("audit log", FULL), ("audit log", None)]
    gaps = (Gap(line=2, reason="2 lines could not be written"),)
    assert verify(path) == Verified(lines=2, head=audit.head, gaps=gaps)


def test_two_writers_cannot_break_each_others_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    first, second = audit_at(path), audit_at(path)
    first.start()
    first.write(AuditEvent.START, "noctule")
    with pytest.raises(FileInUse, match="another program"):
        second.start()
    assert first.close(TIMEOUT_MS)
    second.start()
    second.write(AuditEvent.START, "noctule")
    assert second.close(TIMEOUT_MS)
    assert verify(path) == Verified(lines=2, head=second.head, gaps=())


def test_a_trail_that_cannot_be_finished_says_so(tmp_path: Path) -> None:
    audit = audit_at(tmp_path / "audit.jsonl")
    audit.write(AuditEvent.START, "noctule")  # never started: nothing will ever write it
    assert not audit.close(timeout_ms=1)
