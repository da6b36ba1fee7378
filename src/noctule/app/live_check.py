"""The online check before real money is traded: what fails refuses, or keeps entries off."""

from collections.abc import Sequence
from random import Random
from typing import Final

from noctule.app.online.failures import finding_of, is_out_of_reach
from noctule.app.online.findings import Finding, Verdict, line_of
from noctule.app.online.interview import Interview
from noctule.app.reach import Reach
from noctule.app.stakes import log_stakes
from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError, VenueError, VenueUnreachable
from noctule.domain.ids import belongs_to_account
from noctule.domain.position import AccountSnapshot
from noctule.domain.signals import Reason
from noctule.engine.halts import Halts
from noctule.ports.venue import Venue
from noctule.telemetry.logs import get_log

__all__ = ["LiveCheck"]

_log = get_log(__name__)

_CHECK: Final = "online_check"
_AGAIN_MS: Final = 300_000
_LOOK_MS: Final = 500
_ELSEWHERE: Final = frozenset({"exchange", "streams"})  # a road that is closed may open again


class LiveCheck:
    """Asks what `check --online` asks.

    With nothing held, what fails refuses the start. What is held is guarded first, whatever fails:
    then the check keeps entries off until it passes, and asks again every five minutes.
    """

    def __init__(self, reached: Reach, settings: Settings, *, venue: Venue, jitter: Random) -> None:
        assert reached.account is not None, f"{reached.exchange} has no account of ours"
        self._reached = reached
        self._account = reached.account
        self._settings = settings
        self._venue = venue
        self._jitter = jitter
        self.is_put_off = False

    async def before_start(self) -> None:
        """Say what is at stake, and raise ConfigError for what fails; nothing was sent by then."""
        snapshot = await self._venue.snapshot()
        log_stakes(self._settings, snapshot, asset=await self._asset())
        self.is_put_off = self._is_busy(snapshot)
        if self.is_put_off:
            _log.warning("online check put off: what is held is guarded first")
            return
        failures = await self._failures()
        closed = [each for each in failures if each.topic in _ELSEWHERE]
        if closed and len(closed) == len(failures):
            raise VenueUnreachable("; ".join(map(line_of, closed)))
        if failures:
            raise ConfigError([f"live: {line_of(each)}" for each in failures])
        _log.info("online check passed")

    async def keep(self, halts: Halts) -> None:
        """Keep entries off until a check that was put off has passed."""
        if not self.is_put_off:
            return
        halts.observe(Reason(check=_CHECK, text="the online check was put off and is not over"))
        clock = self._reached.rest.time
        while any(each.check == "start" for each in halts.reasons(clock.now_ms())):
            await clock.sleep_ms(_LOOK_MS)
        while failures := await self._failures_or_silence():
            text = "; ".join(map(line_of, failures))
            halts.observe(Reason(check=_CHECK, text=text))
            await clock.sleep_ms(_AGAIN_MS)
        halts.lift(_CHECK)
        _log.info("online check passed")

    async def _failures_or_silence(self) -> Sequence[Finding]:
        try:
            return await self._failures()
        except VenueError as exc:
            return [finding_of(exc, exchange=self._reached.exchange)]

    async def _failures(self) -> Sequence[Finding]:
        """Ask everything, and return what fails; raises VenueError where nobody answers."""
        findings: list[Finding] = []

        def tell(finding: Finding) -> None:
            findings.append(finding)
            log = _log.info if finding.verdict is Verdict.OK else _log.warning
            log("online check", finding=line_of(finding).strip())

        interview = Interview(self._reached, self._settings, jitter=self._jitter, tell=tell)
        try:
            await interview.ask()
        except VenueError as exc:
            if is_out_of_reach(exc):
                raise
            tell(finding_of(exc, exchange=self._reached.exchange))
        return [each for each in findings if each.verdict is Verdict.FAIL]

    def _is_busy(self, snapshot: AccountSnapshot) -> bool:
        """Tell whether something may be ours: a position that is traded here, or a marked order."""
        symbols = self._settings.trading.symbols
        return any(
            each.symbol in symbols and not each.is_flat for each in snapshot.positions
        ) or any(
            belongs_to_account(each.client_order_id, self._account) for each in snapshot.orders
        )

    async def _asset(self) -> str:
        """Return what profits and losses are counted in."""
        listed = await self._venue.instruments()
        known = (listed[each] for each in self._settings.trading.symbols if each in listed)
        return next((each.margin_asset for each in known), "USDT")
