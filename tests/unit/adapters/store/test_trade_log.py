"""The trade log on disk."""

import errno
import json
from pathlib import Path

import msgspec
import pytest

from noctule.adapters.clock.virtual import VirtualClock
from noctule.adapters.store.trade_lines import Funding, OrderRejected, Signal
from noctule.adapters.store.trade_log import TradeLog, encode
from noctule.domain.order import ClientOrderId
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol, quote
from noctule.telemetry.files import LineFile
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.writer import OnFailure, Runner

AT_MS = 1_795_223_880_123
TIMEOUT_MS = 10_000
SECRET = "s3cr3t-of-the-bot"
FULL = OSError(errno.ENOSPC, "no space left on device")


def log_at(
    path: Path, *, runner: Runner = Runner.INLINE, on_failure: OnFailure | None = None
) -> TradeLog:
    return TradeLog(
        VirtualClock(AT_MS + 1000),
        path,
        environment="sim",
        redactor=Redactor([SECRET]),
        runner=runner,
        on_failure=on_failure,
    )


def fail(_file: LineFile, _lines: bytes) -> None:
    raise FULL


def rejection(code: int) -> OrderRejected:
    return OrderRejected(
        at_ms=AT_MS,
        trace="T",
        symbol=Symbol("BTCUSDT"),
        strategy="sma_cross",
        client_order_id=ClientOrderId("noc-1"),
        code=code,
        message="no",
    )


def funding(amount: str = "1.50", *, strategy: str = "sma_cross") -> Funding:
    return Funding(
        at_ms=AT_MS,
        trace="T",
        symbol=Symbol("BTCUSDT"),
        strategy=strategy,
        amount=quote(amount),
    )


def test_a_line_is_in_the_file_as_published_and_at_once(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "trades.jsonl"
    log = log_at(path)
    log.start()
    log.write(funding("1.50"))
    assert path.read_text() == (
        '{"at":"2026-11-21T01:18:00.123Z","event":"funding","schema_version":1,"trace":"T",'
        '"symbol":"BTCUSDT","environment":"sim","strategy":"sma_cross","amount":"1.5"}\n'
    )
    assert log.close(TIMEOUT_MS)


def test_the_thread_writes_every_line_in_order_before_close_returns(tmp_path: Path) -> None:
    path = tmp_path / "trades.jsonl"
    log = log_at(path, runner=Runner.THREAD)
    log.start()
    for number in range(300):
        log.write(funding(str(number)))
    assert log.flush(TIMEOUT_MS)
    assert log.close(TIMEOUT_MS)
    amounts = [json.loads(line)["amount"] for line in path.read_text().splitlines()]
    assert amounts == [str(number) for number in range(300)]


def test_secrets_are_starred(tmp_path: Path) -> None:
    path = tmp_path / "trades.jsonl"
    log = log_at(path)
    log.start()
    log.write(funding(strategy=SECRET))
    assert json.loads(path.read_text())["strategy"] == "***"
    assert log.close(TIMEOUT_MS)


def test_half_a_line_of_a_killed_process_becomes_a_gap_line(tmp_path: Path) -> None:
    path = tmp_path / "trades.jsonl"
    whole = encode(funding(), "sim")
    path.write_text(f"{whole}\n{whole[:20]}")
    log = log_at(path)
    log.start()
    log.write(funding())
    assert log.close(TIMEOUT_MS)
    first, gap, last = path.read_text().splitlines()
    assert (first, last) == (whole, whole)
    assert json.loads(gap) == {
        "at": "2026-11-21T01:18:01.123Z",
        "event": "log_gap",
        "schema_version": 1,
        "trace": "",
        "symbol": None,
        "environment": "sim",
        "strategy": None,
        "lost": 0,
        "torn": whole[:20],
    }


def test_lines_that_did_not_fit_on_the_disk_are_told_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trades.jsonl"
    log = log_at(path)
    log.start()
    with monkeypatch.context() as patch:
        patch.setattr(LineFile, "append", fail)
        log.write(funding())
        log.write(funding())
    assert log.lost == 2
    assert str(log.last_error) == "[Errno 28] no space left on device"
    log.write(funding())
    gap, line = (json.loads(text) for text in path.read_text().splitlines())
    assert (gap["event"], gap["lost"], gap["torn"]) == ("log_gap", 2, None)
    assert line["event"] == "funding"
    assert log.close(TIMEOUT_MS)


def test_a_disk_that_stays_full_is_told_once_and_leaves_a_gap_line_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, Exception | None]] = []

    path = tmp_path / "trades.jsonl"
    log = log_at(path, on_failure=lambda name, error: told.append((name, error)))
    log.start()
    with monkeypatch.context() as patch:
        patch.setattr(LineFile, "append", fail)
        log.write(funding())
        log.write(funding())
    assert told == [("trade log", FULL)]
    assert log.close(TIMEOUT_MS)
    assert told == [("trade log", FULL), ("trade log", None)]
    (gap,) = (json.loads(text) for text in path.read_text().splitlines())
    assert (gap["at"], gap["event"], gap["lost"]) == ("2026-11-21T01:18:01.123Z", "log_gap", 2)


def test_a_line_with_odd_numbers_is_written_and_so_are_those_after_it(tmp_path: Path) -> None:
    path = tmp_path / "trades.jsonl"
    log = log_at(path, runner=Runner.THREAD)
    log.start()
    log.write(msgspec.structs.replace(funding(), at_ms=AT_MS * 1000))
    log.write(rejection(code=10**5000))
    log.write(funding())
    assert log.close(TIMEOUT_MS)
    odd, huge, usual = (json.loads(text) for text in path.read_text().splitlines())
    assert odd["at"] == str(AT_MS * 1000)
    assert huge["code"] == "an int of 16610 bits"
    assert usual["at"] == "2026-11-21T01:18:00.123Z"


def test_a_number_json_does_not_know_is_written_as_text() -> None:
    signal = Signal(
        at_ms=AT_MS,
        trace="T",
        symbol=Symbol("BTCUSDT"),
        strategy="odd",
        direction=Direction.LONG,
        reason="divided by nothing",
        price=float("inf"),
        stop=None,
        target=None,
        confidence=float("nan"),
    )
    line = json.loads(encode(signal, "sim"))
    assert (line["price"], line["confidence"]) == ("inf", "nan")


def test_a_hanging_disk_makes_close_say_so(tmp_path: Path) -> None:
    log = log_at(tmp_path / "trades.jsonl")
    log.write(funding())  # never started: nothing will ever write it
    assert not log.close(timeout_ms=1)
