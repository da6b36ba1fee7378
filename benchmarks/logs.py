"""What a log call, a trade line and an audit line cost their caller, beside what they replace.

Run: python benchmarks/logs.py
"""

import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
from typing_extensions import override

from noctule.adapters.clock.system import SystemClock
from noctule.adapters.store.audit import AuditEvent, AuditLogger
from noctule.adapters.store.trade_lines import Fill
from noctule.adapters.store.trade_log import TradeLog, encode
from noctule.domain.order import ClientOrderId
from noctule.domain.values import Price, Quantity, Side, Symbol
from noctule.telemetry.logs import TradingLogger, get_log
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LoggingSettings

_ROUNDS = 101
# Few enough to end before the interpreter switches threads (5 ms), or else the writer's work
# would be counted as the caller's.
_CALLS = 500
_FLUSH_TIMEOUT_MS = 60_000
_SECRETS = ("k3y" * 21, "s3c" * 21)
_FILL = Fill(
    at_ms=1_795_223_880_123,
    trace="BTCUSDT:1m:1795223879999",
    symbol=Symbol("BTCUSDT"),
    strategy="sma_cross",
    client_order_id=ClientOrderId("noc-entry"),
    order_id="8886774",
    trade_id=4711,
    side=Side.BUY,
    price=Price(Decimal("64000.10")),
    quantity=Quantity(Decimal("0.010")),
    fee=Decimal("0.25600040"),
    fee_asset="USDT",
    maker=False,
)


class ListHandler(logging.Handler):
    """The least a handler can do."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record."""
        self.records.append(record)


class Row(msgspec.Struct, frozen=True):
    """One line of the table: what was called, and what it is compared with."""

    name: str
    cost_us: float
    reference: str
    reference_us: float


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*measure_logs(Path(folder)), *measure_lines(Path(folder)), measure_redactor()]
    print(f"{'caller pays':<38}{'µs':>8}   {'reference':<38}{'µs':>8}{'ratio':>8}")
    for row in rows:
        ratio = row.cost_us / row.reference_us
        print(
            f"{row.name:<38}{row.cost_us:>8.2f}   "
            f"{row.reference:<38}{row.reference_us:>8.2f}{ratio:>8.2f}"
        )


def measure_logs(folder: Path) -> list[Row]:
    """Compare with the standard library's logger on a handler that appends to a list."""
    bare = logging.getLogger("bare")
    bare.propagate = False
    bare.setLevel(logging.INFO)
    handler = ListHandler()
    bare.addHandler(handler)
    bare_off = cost_us(lambda: bare.debug("queue drained %s %s", "data", 0))
    bare_on = cost_us(
        lambda: bare.info("queue drained %s %s", "data", 0), between=handler.records.clear
    )

    settings = LoggingSettings(file=folder / "noctule.log", rotate_mb=1000)
    with (
        Path(os.devnull).open("w") as console,
        TradingLogger(settings, redactor=Redactor(_SECRETS), console=console) as logger,
    ):
        voice = get_log("noctule.benchmark")

        def flush() -> None:
            assert logger.flush(_FLUSH_TIMEOUT_MS)

        off = cost_us(lambda: voice.debug("queue drained", queue="data", left=0))
        on = cost_us(lambda: voice.info("queue drained", queue="data", left=0), between=flush)
        assert logger.lost == 0
    return [
        Row("log call, level disabled", off, "logging, level disabled", bare_off),
        Row(
            "log call, console and file behind it", on, "logging, handler appends to list", bare_on
        ),
    ]


def measure_lines(folder: Path) -> list[Row]:
    """Compare with encoding the same line and writing it on the spot."""
    redactor, clock = Redactor(_SECRETS), SystemClock()
    trades = TradeLog(clock, folder / "trades.jsonl", environment="sim", redactor=redactor)
    audit = AuditLogger(clock, folder / "audit.jsonl", redactor=redactor)
    line = encode(_FILL, "sim").encode() + b"\n"
    descriptor = os.open(folder / "reference", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    written = cost_us(lambda: os.write(descriptor, line))
    os.close(descriptor)
    trades.start()
    audit.start()

    def flush() -> None:
        assert trades.flush(_FLUSH_TIMEOUT_MS)
        assert audit.flush(_FLUSH_TIMEOUT_MS)

    trade = cost_us(lambda: trades.write(_FILL), between=flush)
    act = cost_us(
        lambda: audit.write(AuditEvent.ORDER_SENT, "bot", order="noc-entry", quantity="0.010"),
        between=flush,
    )
    assert trades.lost == 0
    assert audit.lost == 0
    assert trades.close(_FLUSH_TIMEOUT_MS)
    assert audit.close(_FLUSH_TIMEOUT_MS)
    reference = "os.write of a ready line"
    return [
        Row("trade line", trade, reference, written),
        Row("audit line", act, reference, written),
    ]


def measure_redactor() -> Row:
    """Compare with the two searches that cannot be avoided (on the writer's thread)."""
    redactor, text = Redactor(_SECRETS), encode(_FILL, "sim")
    redacted = cost_us(lambda: redactor.redact(text))
    searched = cost_us(lambda: any(secret in text for secret in _SECRETS))
    return Row(
        "redaction of a clean line (writer)", redacted, "search for the raw secrets", searched
    )


def cost_us(call: Callable[[], object], *, between: Callable[[], None] | None = None) -> float:
    """Return the median cost of a call over the rounds; `between` is not measured."""
    costs = []
    for _ in range(_ROUNDS):
        started = time.perf_counter_ns()
        for _ in range(_CALLS):
            call()
        costs.append((time.perf_counter_ns() - started) / _CALLS / 1000)
        if between is not None:
            between()
    return statistics.median(costs)


if __name__ == "__main__":
    main()
