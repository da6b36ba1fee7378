"""What can be traded and by which rules, read at the start and again while we run."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.wire.rules import CONTRACTS, instrument_of
from noctule.domain.errors import VenueError
from noctule.domain.instrument import Instrument, InstrumentStatus
from noctule.domain.values import Symbol
from noctule.telemetry.logs import get_log

__all__ = ["Instruments"]

_log = get_log(__name__)
_DOUBT_MS: Final = 5_000  # between readings that doubts cause


class Instruments:
    """The exchange's contracts; filters may change at any hour, so they are read anew."""

    def __init__(self, rest: BinanceRest) -> None:
        self._rest = rest
        self._listed: dict[Symbol, Instrument] = {}
        self._refused: dict[Symbol, str] = {}
        self._doubted = asyncio.Event()

    @property
    def listed(self) -> Mapping[Symbol, Instrument]:
        """Return a view of the contracts as last read, those that are not open for trading too.

        One that is not listed any more stays as such a one: something may be left of it.
        """
        return MappingProxyType(self._listed)

    @property
    def refused(self) -> Mapping[Symbol, str]:
        """Return the contracts whose rules nobody can trade by, and why."""
        return MappingProxyType(self._refused)

    async def refresh(self, *, lane: Lane = Lane.READ) -> tuple[Symbol, ...]:
        """Read all contracts, and the limits they are told with; return whose rules changed."""
        told = await self._rest.run(CONTRACTS, self._rest.client.exchange_info, lane=lane)
        self._rest.gate.budget.learn(tuple(told.rate_limits))
        before, now = dict(self._listed), _closed(self._listed)
        self._refused.clear()
        for row in told.symbols:
            instrument = instrument_of(row)
            if isinstance(instrument, str):
                self._refused[row.symbol] = instrument
            else:
                now[row.symbol] = instrument
        self._listed |= now  # in its place: who holds the view sees it
        changed = tuple(each for each in now if before and before.get(each) != now[each])
        for symbol in changed:
            _log.warning("contract rules changed", symbol=symbol, status=now[symbol].status.value)
        return changed

    def doubt(self) -> None:
        """Hear that an order did not fit its contract: somebody may have changed that."""
        self._doubted.set()

    async def keep_fresh(self, every_ms: int) -> None:
        """Read the contracts again and again, at once when they are doubted, until cancelled."""
        while True:
            is_doubted = await self._doubted_within(every_ms)
            self._doubted.clear()  # before it is read: who doubts meanwhile has seen older rules
            try:
                await self.refresh(lane=Lane.GUARD if is_doubted else Lane.READ)
            except VenueError as exc:
                _log.warning("contracts not refreshed", cause=str(exc))
            if is_doubted:
                await self._rest.time.sleep_ms(_DOUBT_MS)

    async def _doubted_within(self, wait_ms: int) -> bool:
        try:
            async with asyncio.timeout(wait_ms / 1_000):
                await self._doubted.wait()
        except TimeoutError:
            return False
        return True


def _closed(listed: Mapping[Symbol, Instrument]) -> dict[Symbol, Instrument]:
    """Return contracts as they are if nobody lists them any more."""
    closed = InstrumentStatus.NOT_TRADING
    return {symbol: replace(each, status=closed) for symbol, each in listed.items()}
