"""What the log does when its console hangs or breaks, its disk is full, its file is torn."""

import errno
import fcntl
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TextIO

import pytest
from typing_extensions import override

from noctule.telemetry.files import FileInUse, LineFile
from noctule.telemetry.logs import TradingLogger, get_log
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LoggingSettings
from noctule.telemetry.writer import Runner

TIMEOUT_MS = 10_000
FULL = OSError(errno.ENOSPC, "no space left on device")

_log = get_log("noctule.app")


def logger_at(folder: Path, console: TextIO, *, runner: Runner = Runner.INLINE) -> TradingLogger:
    settings = LoggingSettings(file=folder / "noctule.log", file_format="json")
    return TradingLogger(settings, redactor=Redactor(), runner=runner, console=console)


def lines_of(folder: Path) -> list[dict[str, object]]:
    text = (folder / "noctule.log").read_text()
    return [json.loads(line) for line in text.splitlines()]


def messages_of(folder: Path) -> list[object]:
    return [line["message"] for line in lines_of(folder)]


def fail(_file: LineFile, _lines: bytes) -> None:
    raise FULL


def test_a_hanging_console_makes_close_say_so_in_time_while_the_file_is_whole(
    tmp_path: Path,
) -> None:
    may_go_on = threading.Event()

    class Stuck(io.StringIO):
        @override
        def write(self, text: str, /) -> int:
            may_go_on.wait()
            return super().write(text)

    logger = logger_at(tmp_path, Stuck(), runner=Runner.THREAD)
    logger.start()
    for number in range(100):
        _log.info("line", number=number)
    assert not logger.flush(timeout_ms=1_000)
    assert [line["number"] for line in lines_of(tmp_path)] == list(range(100))
    assert not logger.close(timeout_ms=2)
    may_go_on.set()
    assert logger.close(TIMEOUT_MS)


def test_a_console_that_nobody_reads_does_not_keep_the_program_from_its_end(
    tmp_path: Path,
) -> None:
    program = """
import pathlib, sys
from noctule.telemetry.logs import TradingLogger, get_log
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LoggingSettings

settings = LoggingSettings(file=pathlib.Path(sys.argv[1]), file_format="json")
with TradingLogger(settings, redactor=Redactor()) as logger:
    for number in range(500):
        get_log("noctule.app").info("line", number=number)
"""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, b"x" * 4096)
    command = [sys.executable, "-c", program, str(tmp_path / "noctule.log")]
    buffered = {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"}
    try:
        ended = subprocess.run(command, stderr=writer, env=buffered, check=False, timeout=10)
    finally:
        os.close(reader)
        os.close(writer)
    assert ended.returncode == 0
    assert [line["number"] for line in lines_of(tmp_path)] == list(range(500))


def test_a_console_whose_reader_has_gone_is_told_once_and_left_alone(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    console = os.fdopen(writer, "w")
    logger = logger_at(tmp_path, console)
    with logger:
        os.close(reader)
        _log.info("one")
        _log.info("two")
    console.close()
    assert messages_of(tmp_path) == ["one", "log cannot be written", "two"]
    told = lines_of(tmp_path)[1]
    assert (told["place"], told["error"]) == ("console", "[Errno 32] Broken pipe")
    assert logger.lost == 0


def test_a_closed_console_does_not_concern_the_file(tmp_path: Path) -> None:
    console = io.StringIO()
    with logger_at(tmp_path, console):
        console.close()
        _log.info("one")
    assert messages_of(tmp_path) == ["one", "log cannot be written"]
    assert "the console cannot be written" in str(lines_of(tmp_path)[1]["error"])


def test_a_full_disk_is_told_on_the_console_and_in_the_file_when_it_has_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = io.StringIO()
    logger = logger_at(tmp_path, console)
    with logger:
        with monkeypatch.context() as patch:
            patch.setattr(LineFile, "append", fail)
            _log.info("one")
            _log.info("two")
        assert logger.lost == 3
        _log.info("three")
    assert messages_of(tmp_path) == ["log entries were lost", "three", "log is written again"]
    assert lines_of(tmp_path)[0]["lost"] == 3
    assert "log cannot be written" in console.getvalue()
    assert "log entries were lost" not in console.getvalue()


def test_a_loss_at_the_very_end_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with logger_at(tmp_path, io.StringIO()), monkeypatch.context() as patch:
        patch.setattr(LineFile, "append", fail)
        _log.info("one")
    (line,) = lines_of(tmp_path)
    assert (line["message"], line["lost"]) == ("log entries were lost", 2)


def test_without_any_console_there_is_still_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    settings = LoggingSettings(file=tmp_path / "noctule.log", file_format="json")
    with TradingLogger(settings, redactor=Redactor(), runner=Runner.INLINE) as logger:
        _log.info("one")
        assert logger.flush(TIMEOUT_MS)
    assert messages_of(tmp_path) == ["one"]


def test_a_file_that_cannot_rotate_grows_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_named: object) -> int:
        raise OSError(errno.EMFILE, "too many open files")

    (tmp_path / "noctule.log").write_bytes(b'{"message":"filler"}\n' + b" " * 9_999_978 + b"\n")
    with logger_at(tmp_path, io.StringIO()), monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        _log.info("one")
        _log.info("two")
    tail = (tmp_path / "noctule.log").read_bytes()[-1000:].splitlines()[-3:]
    messages = [json.loads(line)["message"] for line in tail]
    assert messages == ["log file cannot be rotated and grows on", "one", "two"]


def test_a_second_log_on_the_same_file_is_refused(tmp_path: Path) -> None:
    with logger_at(tmp_path, io.StringIO()):
        second = logger_at(tmp_path, io.StringIO())
        with pytest.raises(FileInUse):
            second.start()
        assert second.close()
        _log.info("one")
    assert messages_of(tmp_path) == ["one"]


def test_the_log_goes_on_after_a_torn_last_line_and_keeps_what_was_torn(tmp_path: Path) -> None:
    (tmp_path / "noctule.log").write_text('{"message":"whole"}\n{"message":"ha')
    with logger_at(tmp_path, io.StringIO()):
        _log.info("hello")
    assert messages_of(tmp_path) == ["whole", "torn last line was cut off", "hello"]
    assert lines_of(tmp_path)[1]["cut"] == '{"message":"ha'


def test_what_was_lost_is_said_where_it_is_missing_with_the_next_line(tmp_path: Path) -> None:
    class Flaky(io.StringIO):
        is_full = True

        @override
        def write(self, text: str, /) -> int:
            if self.is_full:
                self.is_full = False
                raise OSError("no space left")
            return super().write(text)

    console = Flaky()
    with logger_at(tmp_path, console):
        _log.info("one")
        _log.info("two")
    lines = console.getvalue().splitlines()
    assert lines[0].endswith('log entries were lost  lost=1 last_error="no space left"')
    assert lines[-1].endswith("two")
    assert messages_of(tmp_path) == ["one", "log cannot be written", "log is written again", "two"]
