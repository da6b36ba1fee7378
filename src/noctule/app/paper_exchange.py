"""The paper exchange: our matching core behind live prices, in this process, with paper money.

Nothing of it ever leaves the machine. Its contracts, prices and funding are the live ones; what
nobody is told without a key is assumed: the tiers of leverage, and the fees of a newcomer.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Final

import msgspec

from noctule.adapters.binance.market.price_streams import PriceStreams
from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.wire.prices import (
    LAST_PRICES,
    LAST_PRICES_WEIGHT,
    MARKS,
    MARKS_WEIGHT,
    LastPrice,
    MarkRow,
)
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.fills import Fills, Impact
from noctule.adapters.sim.model import ZERO, Rules
from noctule.adapters.sim.pacing import Followed
from noctule.adapters.sim.protocol import Protocol, Setup
from noctule.adapters.sim.rules_file import rules_told
from noctule.adapters.sim.saved import SavedAccount
from noctule.adapters.sim.venue import followed, make_venue
from noctule.app.in_process import InProcessTransport
from noctule.app.paper_account import PAPER_KEY, PAPER_SECRET
from noctule.app.paper_market import PaperMarket
from noctule.app.paper_purse import PaperPurse
from noctule.app.paper_road import PaperRoad
from noctule.app.reach import Reach
from noctule.domain.errors import FeedMalformed, OutcomeUnknown, VenueError
from noctule.telemetry.logs import get_log

__all__ = ["PaperExchange"]

_log = get_log(__name__)

# What the best price has not got is paid by the square-root law: 1 % for ten million.
_FILLS: Final = Fills(depth=Impact(volume_quote=Decimal(10_000_000)))
_CONTRACTS_EVERY_MS: Final = 60 * 60_000
_CONTRACTS: Final = Call(
    name="GET exchangeInfo", safety=Safety.REPEATABLE, decoder=msgspec.json.Decoder(msgspec.Raw)
)


class PaperExchange:
    """Opens when the live exchange has told its contracts and prices, then follows it."""

    def __init__(
        self,
        market: Reach,
        *,
        symbols: Sequence[str],
        balance: Decimal,
        purse: PaperPurse,
        jitter: Random,
    ) -> None:
        self.road = PaperRoad()
        self._market = market
        self._symbols = symbols
        self._balance = balance
        self._purse = purse
        self._jitter = jitter
        self._protocol: Protocol | None = None
        self._is_open = asyncio.Event()
        self._work: Sequence[Callable[[], Coroutine[object, object, None]]] = ()

    async def open(self) -> None:
        """Read contracts and prices, and bring the account back; opened again it stays as it is."""
        if self._protocol is not None:
            return
        saved = self._purse.read()
        left = frozenset[str]() if saved is None else saved.standing.symbols()
        rules = await self._rules({*self._symbols, *left})
        lasts, marks = await self._lasts(), await self._marks()
        time = self._market.rest.time
        protocol = Protocol(
            make_venue(followed(rules, start_ms=time.now_ms()), fills=_FILLS),
            Setup(clock=time, pace=Followed(time.now_ms)),
        )
        market = PaperMarket(protocol)
        for each in rules:
            _begin(market, protocol, last=lasts.get(each.symbol), mark=marks.get(each.symbol))
        self._open_account(protocol, saved)
        self._follow(protocol, market)

    async def run(self) -> None:
        """Follow the live market until cancelled."""
        await self._is_open.wait()
        async with asyncio.TaskGroup() as group:
            for work in self._work:
                group.create_task(work())

    async def keep_contracts(self) -> None:
        """Let the live exchange's rules be ours as they change, until cancelled."""
        while True:
            await self._market.rest.time.sleep_ms(_CONTRACTS_EVERY_MS)
            try:
                await self.renew_contracts()
            except VenueError as exc:
                _log.warning("paper contracts not refreshed", cause=str(exc))

    async def renew_contracts(self) -> None:
        """Read the rules anew."""
        assert self._protocol is not None, "it is not open"
        exchange = self._protocol.venue.exchange
        for rules in await self._rules(exchange.rules.keys()):
            exchange.set_rules(rules)

    def _open_account(self, protocol: Protocol, saved: SavedAccount | None) -> None:
        exchange = protocol.venue.exchange
        if saved is None:
            account = exchange.open_account(
                key=PAPER_KEY, secret=PAPER_SECRET, deposit=self._balance
            )
            _log.info("paper account opened", balance=str(self._balance))
        else:
            account = exchange.restore(saved, key=PAPER_KEY, secret=PAPER_SECRET)
            held = {leg.symbol: str(leg.amount) for leg in account.held()}
            _log.info("paper account brought back", wallet=str(account.wallet), held=held or None)
            for symbol in sorted(saved.standing.symbols() - exchange.rules.keys()):
                _log.warning("not listed any more, dropped from the paper account", symbol=symbol)
        self._purse.follow(lambda: exchange.save(account))

    def _follow(self, protocol: Protocol, market: PaperMarket) -> None:
        self._protocol = protocol
        transport = InProcessTransport(protocol, clock=self._market.rest.time)
        streams = PriceStreams(
            transport=self._market.transport,
            stream_url=self._market.endpoints.stream_url,
            clock=self._market.rest.time,
            jitter=self._jitter,
            symbols=protocol.venue.exchange.rules,
            listener=market,
        )
        self._work = (transport.run, streams.run, self._purse.keep)
        self.road.lead_to(transport, doubt=market.doubt)
        self._is_open.set()

    async def _rules(self, symbols: Collection[str]) -> Sequence[Rules]:
        rest = self._market.rest
        told = await rest.run(_CONTRACTS, rest.client.exchange_info, lane=Lane.READ)
        try:
            return rules_told(bytes(told), symbols)
        except BadData as exc:
            raise OutcomeUnknown(str(exc)) from exc

    async def _lasts(self) -> Mapping[str, LastPrice]:
        rest = self._market.rest
        rows = await rest.run(
            LAST_PRICES, rest.client.ticker_price, lane=Lane.READ, weight=LAST_PRICES_WEIGHT
        )
        return {row.symbol: row for row in rows}

    async def _marks(self) -> Mapping[str, MarkRow]:
        rest = self._market.rest
        rows = await rest.run(MARKS, rest.client.mark_price, lane=Lane.READ, weight=MARKS_WEIGHT)
        return {row.symbol: row for row in rows}


def _begin(
    market: PaperMarket, protocol: Protocol, *, last: LastPrice | None, mark: MarkRow | None
) -> None:
    """Let a contract have prices to begin with; nothing trades at them."""
    try:
        if last is not None:
            last.check()
            protocol.happen(_standing(last))
        if mark is not None:
            market.on_mark(mark.told())
    except FeedMalformed as exc:
        raise OutcomeUnknown(f"the last prices cannot be true: {exc}") from exc


def _standing(last: LastPrice) -> Tick:
    return Tick(
        symbol=last.symbol,
        time_ms=last.time,
        price=last.price,
        qty=ZERO,
        quote_qty=ZERO,
        count=0,
        taker_buy_qty=ZERO,
        taker_buy_quote=ZERO,
    )
