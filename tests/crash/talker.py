"""Write log, trades and audit trail as fast as possible, until killed."""

import io
import sys
from pathlib import Path

from noctule.adapters.clock.system import SystemClock
from noctule.adapters.store.audit import AuditEvent, AuditLogger
from noctule.adapters.store.trade_lines import Funding
from noctule.adapters.store.trade_log import TradeLog
from noctule.domain.values import Symbol, quote
from noctule.telemetry.logs import TradingLogger, get_log
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LoggingSettings

_FLUSH_TIMEOUT_MS = 10_000


def main(folder: Path) -> None:
    """Tell on stdout after every hundred lines that they are on disk."""
    clock, redactor = SystemClock(), Redactor()
    settings = LoggingSettings(file=folder / "noctule.log", file_format="json", rotate_mb=1000)
    logger = TradingLogger(settings, redactor=redactor, console=io.StringIO())
    trades = TradeLog(clock, folder / "trades.jsonl", environment="sim", redactor=redactor)
    audit = AuditLogger(clock, folder / "audit.jsonl", redactor=redactor)
    for writer in (logger, trades, audit):
        writer.start()
    log = get_log("noctule.talker")
    while True:
        for number in range(100):
            log.info("line", number=number)
            trades.write(_line(clock.now_ms(), number))
            audit.write(AuditEvent.ORDER_SENT, "bot", number=number)
        for writer in (logger, trades, audit):
            assert writer.flush(_FLUSH_TIMEOUT_MS)
        sys.stdout.write("written\n")
        sys.stdout.flush()


def _line(at_ms: int, number: int) -> Funding:
    return Funding(
        at_ms=at_ms,
        trace="T",
        symbol=Symbol("BTCUSDT"),
        strategy="sma_cross",
        amount=quote(str(number)),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
