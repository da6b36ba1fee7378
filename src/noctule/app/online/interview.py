"""Everything that `check --online` asks, in order, and told as it comes."""

from collections.abc import Callable, Mapping
from random import Random

from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.setup import AccountSetup
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.binance.wire.market_rest import PREMIUM_INDEX
from noctule.app.online.checks import Inquiry, about_the_account, about_the_market
from noctule.app.online.findings import Finding, Verdict, passed, warned
from noctule.app.online.probe import Probe
from noctule.app.online.rights import about_the_key
from noctule.app.online.streams import streams_finding
from noctule.app.reach import Reach
from noctule.config.settings import Settings
from noctule.domain.instrument import Instrument, InstrumentStatus
from noctule.domain.values import Symbol

__all__ = ["Interview"]


class Interview:
    """Asks one exchange about one configuration; a VenueError ends it with questions left over."""

    def __init__(
        self, reached: Reach, settings: Settings, *, jitter: Random, tell: Callable[[Finding], None]
    ) -> None:
        rest = reached.rest
        self._reached = reached
        self._jitter = jitter
        self._tell_whom = tell
        self._is_unfit = False
        self._settings = settings
        self._instruments = Instruments(rest)
        self._venue = BinanceVenue(rest, instruments=self._listed)
        self._inquiry = Inquiry(
            exchange=reached.exchange,
            rest=rest,
            instruments=self._instruments,
            settings=settings,
        )

    async def ask(self) -> None:
        """Ask about the market, and about the account where there is one."""
        reached = self._reached
        reached.rest.gate.bans.recall()
        async for finding in about_the_market(self._inquiry):
            self._tell(finding)
        await self._listen()
        if reached.account is None:
            self._tell(passed("account", "paper needs none: nothing is asked about it"))
            return
        async for finding in about_the_account(
            self._inquiry, setup=AccountSetup(reached.rest), venue=self._venue, tag=reached.account
        ):
            self._tell(finding)
        if self._settings.api.environment != "sim":
            async for finding in about_the_key(reached.wallet):
                self._tell(finding)

    async def probe(self) -> None:
        """Try out every type of order on the first symbol; asked first, it knows its rules."""
        assert self._reached.account is not None, "there is no account to probe with"
        rest, symbol = self._reached.rest, self._settings.trading.symbols[0]
        instrument = self._instruments.listed.get(symbol)
        is_open = instrument is not None and instrument.status is InstrumentStatus.TRADING
        if instrument is None or not is_open or self._is_unfit:
            text = "not tried: account or symbol cannot trade, see above"
            self._tell(warned("probe", text, remedy="mend that first"))
            return
        premium = await rest.run(
            PREMIUM_INDEX, lambda: rest.client.mark_price(symbol), lane=Lane.READ
        )
        probe = Probe(
            self._reached, account=self._reached.account, venue=self._venue, jitter=self._jitter
        )
        await probe.run(instrument, instrument.quantize_price(premium.mark_price), self._tell)

    def _tell(self, finding: Finding) -> None:
        is_unfit = finding.topic == "account" and finding.verdict is Verdict.FAIL
        self._is_unfit = self._is_unfit or is_unfit
        self._tell_whom(finding)

    async def _listen(self) -> None:
        listed = self._instruments.listed
        symbol = next((each for each in self._inquiry.symbols if each in listed), None)
        if symbol is None:
            return
        self._tell(
            await streams_finding(
                self._reached.transport,
                stream_url=self._reached.endpoints.stream_url,
                symbol=symbol,
                clock=self._reached.clock,
            )
        )

    async def _listed(self) -> Mapping[Symbol, Instrument]:
        return self._instruments.listed
