"""Everything the bot writes down for people: application log, trade log, audit trail."""

from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from noctule.adapters.store.audit import AuditEvent, AuditLogger
from noctule.adapters.store.trade_log import TradeLog
from noctule.app.narration.opening import opening
from noctule.app.narration.shown_log import ShownLog
from noctule.config.reading import remedy_of
from noctule.config.settings import Configuration
from noctule.domain.commands import ReloadOutcome, SettingChange
from noctule.domain.errors import ConfigError, JournalUnwritable
from noctule.ports.clock import Clock
from noctule.telemetry.files import FileInUse
from noctule.telemetry.logs import TradingLogger, get_log
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.writer import Runner

__all__ = ["Records", "redactor_of"]

_ACTOR = "noctule"
_LAST_MS = 1_000

_log = get_log(__name__)


class Records:
    """The three logs, opened together and closed together, under one redactor."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        clock: Clock,
        console: TextIO | None,
        writers: Runner = Runner.THREAD,
    ) -> None:
        settings = configuration.settings.logging
        redactor = redactor_of(configuration)
        self.shown = ShownLog(is_verbose=settings.level == "DEBUG")
        self.logger = TradingLogger(
            settings, redactor=redactor, runner=writers, console=console, show=self.shown.show
        )
        self.audit = AuditLogger(
            clock,
            settings.audit_log,
            redactor=redactor,
            runner=writers,
            on_failure=_tell_outage,
        )
        self.trades = TradeLog(
            clock,
            settings.trade_log,
            environment=configuration.settings.api.environment,
            redactor=redactor,
            runner=writers,
            on_failure=_tell_outage,
        )
        self._configuration = configuration
        self._is_keeping_ledgers = False

    def open(self) -> None:
        """Open all three; the start is the first thing audited."""
        starts = {
            "file": self.logger.start,
            "audit_log": self.audit.start,
            "trade_log": self.trades.start,
        }
        problems = [problem for key, start in starts.items() for problem in self._try(key, start)]
        if problems:
            raise ConfigError(problems)
        self.logger.tell(lambda: (opening(self._configuration),))
        self._is_keeping_ledgers = True
        self.audit.write(AuditEvent.START, _ACTOR)
        self.audit.write(AuditEvent.CONFIGURATION, _ACTOR, sha256=self._configuration.fingerprint)

    def note_reload(
        self, outcome: ReloadOutcome, *, actor: str, origin: str, sha256: str | None
    ) -> None:
        """Audit that the configuration was read anew: who wanted it, and what changed."""
        self.audit.write(
            AuditEvent.CONTROL,
            actor,
            action="reload",
            origin=origin,
            sha256=sha256,
            applied=_written(outcome.applied),
            frozen=_written(outcome.frozen),
            problems="; ".join(outcome.problems),
        )

    def close_ledgers(self, cause: str, timeout_ms: int) -> None:
        """Write the stop into the audit trail, and both ledgers to their ends."""
        self._is_keeping_ledgers = False
        self.audit.write(AuditEvent.STOP, _ACTOR, cause=cause)
        in_time = [self.trades.close(timeout_ms), self.audit.close(timeout_ms)]
        _log.info("audit trail closed", head=self.audit.head)
        lost = self.trades.lost + self.audit.lost
        if lost or not all(in_time):
            why = self.trades.last_error or self.audit.last_error or f"{timeout_ms} ms were too few"
            raise JournalUnwritable(f"{lost} lines of the trade or audit log were lost: {why}")

    def close(self) -> None:
        """Close whatever is open still; the last thing a run does."""
        if self._is_keeping_ledgers:
            self._is_keeping_ledgers = False
            self.audit.write(AuditEvent.STOP, _ACTOR, cause="the start was given up")
        self.trades.close(_LAST_MS)
        self.audit.close(_LAST_MS)
        self.logger.close()

    def _try(self, key: str, start: Callable[[], None]) -> Iterator[str]:
        try:
            start()
        except OSError as exc:
            in_use = "stop the other bot, or give each log a file of its own"
            remedy = in_use if isinstance(exc, FileInUse) else remedy_of(exc)
            path = getattr(self._configuration.settings.logging, key)
            place = f"{self._configuration.origins[f'logging.{key}']} [logging] {key}"
            yield f"{place}: {path} cannot be written ({exc.strerror}), {remedy}"


def _written(changes: Iterable[SettingChange]) -> str:
    return "; ".join(f"{each.key}: {each.before or '-'} -> {each.now or '-'}" for each in changes)


def _tell_outage(name: str, error: Exception | None) -> None:
    if error is None:
        _log.warning("lines are written again", log=name)
    else:
        _log.error("lines cannot be written", log=name, reason=str(error))


def redactor_of(configuration: Configuration) -> Redactor:
    """Return a redactor that knows this configuration's secrets."""
    credentials = configuration.credentials
    if credentials is None:
        return Redactor()
    return Redactor(
        secret.get_secret_value() for secret in (credentials.api_key, credentials.api_secret)
    )
