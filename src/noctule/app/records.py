"""Everything the bot writes down for people: application log, trade log, audit trail."""

from typing import TextIO

from noctule.adapters.store.audit import AuditEvent, AuditLogger
from noctule.adapters.store.trade_log import TradeLog
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.ports.clock import Clock
from noctule.telemetry.logs import TradingLogger, get_log
from noctule.telemetry.redaction import Redactor

__all__ = ["Records", "redactor_of"]

_ACTOR = "noctule"
_LAST_MS = 1_000

_log = get_log(__name__)


class Records:
    """The three logs, opened together and closed together, under one redactor."""

    def __init__(
        self, configuration: Configuration, *, clock: Clock, console: TextIO | None
    ) -> None:
        settings = configuration.settings.logging
        redactor = redactor_of(configuration)
        self.logger = TradingLogger(settings, redactor=redactor, console=console)
        self.audit = AuditLogger(clock, settings.audit_log, redactor=redactor)
        self.trades = TradeLog(
            clock,
            settings.trade_log,
            environment=configuration.settings.api.environment,
            redactor=redactor,
        )
        self._fingerprint = configuration.fingerprint

    def open(self) -> None:
        """Open all three; the start is the first thing audited."""
        try:
            self.logger.start()
            self.audit.start()
            self.trades.start()
        except OSError as exc:
            remedy = "name files in a folder this user may write to"
            raise ConfigError([f"[logging] {exc.filename}: {exc.strerror}, {remedy}"]) from exc
        self.audit.write(AuditEvent.START, _ACTOR)
        self.audit.write(AuditEvent.CONFIGURATION, _ACTOR, sha256=self._fingerprint)

    def close_ledgers(self, cause: str, timeout_ms: int) -> None:
        """Write the stop into the audit trail, and both ledgers to their ends."""
        self.audit.write(AuditEvent.STOP, _ACTOR, cause=cause)
        trades_in_time = self.trades.close(timeout_ms)
        audit_in_time = self.audit.close(timeout_ms)
        if not (trades_in_time and audit_in_time):
            _log.error("ledgers not written to their ends", timeout_ms=timeout_ms)
        _log.info("audit trail closed", head=self.audit.head)

    def close(self) -> None:
        """Close whatever is open still; the last thing a run does."""
        self.trades.close(_LAST_MS)
        self.audit.close(_LAST_MS)
        self.logger.close()


def redactor_of(configuration: Configuration) -> Redactor:
    """Return a redactor that knows this configuration's secrets."""
    credentials = configuration.credentials
    if credentials is None:
        return Redactor()
    return Redactor(
        secret.get_secret_value() for secret in (credentials.api_key, credentials.api_secret)
    )
