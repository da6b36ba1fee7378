"""Log calls, and what becomes of them between the root logger and the files."""

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from typing_extensions import override

from noctule.telemetry.logs import TRACE, TradingLogger, get_log
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LevelName, LoggingSettings
from noctule.telemetry.writer import Runner

TIMEOUT_MS = 10_000
SECRET = "s3cr3t-of-the-bot"

_log = get_log("noctule.app")


@pytest.fixture(autouse=True)
def _root_is_untouched() -> Iterator[None]:
    before = (logging.root.handlers[:], logging.root.level)
    yield
    assert (logging.root.handlers, logging.root.level) == before


class Evil:
    @override
    def __str__(self) -> str:
        raise Odd


class Odd(Exception):
    pass


def settings(
    folder: Path,
    *,
    level: LevelName = "INFO",
    levels: tuple[str, ...] = (),
) -> LoggingSettings:
    return LoggingSettings(
        level=level,
        file=folder / "noctule.log",
        file_format="json",
        rotate_mb=1,
        keep_files=2,
        levels=levels,
    )


def inline(folder: Path, stream: io.StringIO, /, **options: object) -> TradingLogger:
    chosen = settings(folder).model_copy(update=options)
    return TradingLogger(chosen, redactor=Redactor([SECRET]), runner=Runner.INLINE, console=stream)


def lines_of(folder: Path) -> list[dict[str, object]]:
    text = (folder / "noctule.log").read_text()
    return [json.loads(line) for line in text.splitlines()]


def messages_of(folder: Path) -> list[object]:
    return [line["message"] for line in lines_of(folder)]


def test_a_record_carries_level_component_trace_and_fields(tmp_path: Path) -> None:
    with inline(tmp_path, io.StringIO()):
        token = TRACE.set("BTCUSDT:1m:7")
        get_log("noctule.engine.bus").info("queue drained", queue="data", at_rest=Decimal("1.50"))
        TRACE.reset(token)
    (line,) = lines_of(tmp_path)
    assert str(line.pop("at")).endswith("Z")
    assert line == {
        "level": "INFO",
        "component": "engine.bus",
        "trace": "BTCUSDT:1m:7",
        "message": "queue drained",
        "queue": "data",
        "at_rest": "1.50",
    }


def test_each_level_has_a_method_and_the_disabled_ones_are_silent(tmp_path: Path) -> None:
    with inline(tmp_path, io.StringIO()) as logger:
        _log.debug("d")
        _log.info("i")
        _log.warning("w")
        _log.error("e")
        _log.exception("x", ValueError("why"))
        logger.apply_levels(settings(tmp_path, level="DEBUG"))
        _log.debug("d2")
    assert [(line["level"], line["message"]) for line in lines_of(tmp_path)] == [
        ("INFO", "i"),
        ("WARNING", "w"),
        ("ERROR", "e"),
        ("ERROR", "x"),
        ("DEBUG", "d2"),
    ]
    assert lines_of(tmp_path)[3]["exception"] == "ValueError: why"


def test_with_everything_quiet_not_even_an_exception_speaks(tmp_path: Path) -> None:
    with inline(tmp_path, io.StringIO()):
        logging.disable()
        _log.info("i")
        _log.warning("w")
        _log.error("e")
        _log.exception("x", ValueError("why"))
        logging.disable(logging.NOTSET)
    assert lines_of(tmp_path) == []


def test_components_have_levels_of_their_own_here_and_in_other_packages(tmp_path: Path) -> None:
    levels = ("adapters.binance=DEBUG", "risk=ERROR", "urllib3 = WARNING")
    with inline(tmp_path, io.StringIO(), levels=levels):
        get_log("noctule.adapters.binance.rest.questions").debug("wire")
        get_log("noctule.risk.manager").warning("hidden")
        get_log("noctule.engine").debug("hidden")
        logging.getLogger("urllib3.connectionpool").info("hidden")
        logging.getLogger("urllib3.connectionpool").warning("retry")
    assert messages_of(tmp_path) == ["wire", "retry"]
    assert logging.getLogger("noctule.adapters.binance").level == logging.NOTSET
    assert logging.getLogger("urllib3").level == logging.NOTSET


def test_new_levels_replace_the_old_ones(tmp_path: Path) -> None:
    with inline(tmp_path, io.StringIO(), levels=("risk=DEBUG",)) as logger:
        logger.apply_levels(settings(tmp_path, levels=("root=ERROR",)))
        get_log("noctule.risk").debug("hidden")
        get_log("noctule.risk").info("ours")
        logging.getLogger("asyncio").warning("hidden")
    assert messages_of(tmp_path) == ["ours"]


def test_records_and_warnings_of_other_packages_pass_through(tmp_path: Path) -> None:
    with inline(tmp_path, io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.getLogger("asyncio").warning("slow %s", "callback")
        warnings.warn("old way", DeprecationWarning, stacklevel=1)
    asyncio_line, warning_line = lines_of(tmp_path)
    assert (asyncio_line["component"], asyncio_line["message"]) == ("asyncio", "slow callback")
    assert warning_line["component"] == "py.warnings"
    assert "DeprecationWarning: old way" in str(warning_line["message"])


def test_the_root_handlers_of_others_are_silent_meanwhile_and_back_afterwards(
    tmp_path: Path,
) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.root.addHandler(handler)
    try:
        with inline(tmp_path, io.StringIO()):
            logging.getLogger("other").warning("key %s", SECRET)
        logging.getLogger("other").warning("back")
    finally:
        logging.root.removeHandler(handler)
    assert stream.getvalue() == "back\n"


def test_a_call_with_the_wrong_arguments_is_still_a_line(tmp_path: Path) -> None:
    with inline(tmp_path, io.StringIO()):
        logging.getLogger("other").warning("%d apples", "three")
        logging.getLogger("other").warning(ValueError("why"), "three")
        logging.getLogger("other").warning("%s apples", Evil())
        _log.info("field", value=Evil(), number=10**5000)
    assert messages_of(tmp_path) == [
        "%d apples (could not be formatted: TypeError)",
        "ValueError (could not be formatted: TypeError)",
        "%s apples (could not be formatted: Odd)",
        "field",
    ]
    assert lines_of(tmp_path)[3]["value"] == "unprintable Evil (Odd)"


def test_an_exception_that_nobody_caught_is_a_redacted_line(tmp_path: Path) -> None:
    def fail() -> None:
        raise ValueError(f"with {SECRET}")

    hook = threading.excepthook
    with inline(tmp_path, io.StringIO()):
        thread = threading.Thread(target=fail, name="foreign")
        thread.start()
        thread.join()
    (line,) = lines_of(tmp_path)
    assert (line["level"], line["message"], line["where"]) == (
        "ERROR",
        "uncaught exception",
        "foreign",
    )
    assert str(line["exception"]).endswith("ValueError: with ***")
    assert threading.excepthook is hook


def test_secrets_are_starred_in_message_field_trace_and_exception(tmp_path: Path) -> None:
    console = io.StringIO()
    with inline(tmp_path, console):
        _log.info("key " + SECRET, key=SECRET)
        _log.exception("failed", ValueError(f"with {SECRET}"), nested={"a": SECRET})
        logging.getLogger("urllib3").warning("GET %s", f"/x?signature=ab&k={SECRET}")
    for text in (console.getvalue(), (tmp_path / "noctule.log").read_text()):
        assert SECRET not in text
        assert text.count("***") == 6


def test_the_console_is_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logger = TradingLogger(settings(tmp_path), redactor=Redactor(), runner=Runner.INLINE)
    with logger:
        assert sys.stderr is not None
        _log.info("hello")
    output = capsys.readouterr()
    assert output.out == ""
    assert "hello" in output.err


def test_nothing_logged_on_the_loop_is_lost_at_the_end(tmp_path: Path) -> None:
    logger = TradingLogger(settings(tmp_path), redactor=Redactor(), console=io.StringIO())

    async def talk() -> None:
        for number in range(500):
            _log.info("line", number=number)

    logger.start()
    asyncio.run(talk())
    assert logger.flush(TIMEOUT_MS)
    _log.info("last")
    assert logger.close(TIMEOUT_MS)
    numbers = [line.get("number", "last") for line in lines_of(tmp_path)]
    assert numbers == [*range(500), "last"]


def test_a_program_that_ends_without_closing_still_loses_nothing(tmp_path: Path) -> None:
    program = """
import pathlib, sys
from noctule.telemetry.logs import TradingLogger, get_log
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LoggingSettings

settings = LoggingSettings(file=pathlib.Path(sys.argv[1]), file_format="json")
TradingLogger(settings, redactor=Redactor()).start()
for number in range(500):
    get_log("noctule.app").info("line", number=number)
sys.exit(1)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "noctule.log")]
    ended = subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    assert ended.returncode == 1
    assert [line["number"] for line in lines_of(tmp_path)] == list(range(500))


def test_closing_is_idempotent_also_before_the_start(tmp_path: Path) -> None:
    logger = inline(tmp_path, io.StringIO())
    assert logger.close()
    logger = inline(tmp_path, io.StringIO())
    logger.start()
    assert logger.close()
    assert logger.close()
