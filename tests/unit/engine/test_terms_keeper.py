"""Leverage that is changed in the app is known at once; what a gap hid is read again."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping

import pytest
from typing_extensions import override

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import VenueError, VenueUnreachable
from noctule.domain.events.order import AccountFeedRestored, LeverageChanged
from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from noctule.engine.terms_keeper import TermsKeeper
from tests.builders import BTCUSDT, START_MS
from tests.fakes.desk_events import TRACE
from tests.fakes.floor import ETHUSDT, known_contracts
from tests.fakes.offline import OfflineSetup

RESTORED = AccountFeedRestored(at_ms=START_MS, trace=TRACE, missed=0)


class CountedSetup(OfflineSetup):
    """Counts how often terms are asked for; may fail first."""

    def __init__(self, *failures: VenueError) -> None:
        super().__init__()
        self.failures = deque(failures)
        self.asked: list[list[Symbol]] = []

    @override
    async def terms(self, instruments: Iterable[Instrument]) -> Mapping[Symbol, TradingTerms]:
        wanted = list(instruments)
        self.asked.append([each.symbol for each in wanted])
        if self.failures:
            raise self.failures.popleft()
        return await super().terms(wanted)


class Kept:
    """A keeper of known contracts."""

    def __init__(self, clock: VirtualClock, contracts: Contracts, setup: CountedSetup) -> None:
        self.contracts, self.setup, self.clock = contracts, setup, clock
        self.keeper = TermsKeeper(
            contracts=contracts,
            setup=setup,
            symbols=[BTCUSDT, ETHUSDT],
            clock=clock,
            set_up=self._set_up,
        )
        self.untaken: deque[VenueError] = deque()  # what the next settings fail with
        self.set_ups = 0

    async def _set_up(self) -> None:
        if self.untaken:
            raise self.untaken.popleft()
        self.set_ups += 1

    @property
    def leverage(self) -> int | None:
        terms = self.contracts.terms(BTCUSDT)
        return None if terms is None else terms.leverage

    def change(self, leverage: int) -> None:
        self.keeper.on_leverage_changed(
            LeverageChanged(at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, leverage=leverage)
        )

    async def keep(self, duration_ms: int) -> None:
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(self.keeper.keep())
            await self.clock.sleep_ms(duration_ms)
            keeping.cancel()


def kept(*failures: VenueError, keep_ms: int = 0, restores: int = 0) -> Kept:
    """Return a keeper after so many gaps and so much time."""

    async def play(clock: VirtualClock) -> Kept:
        it = Kept(clock, await known_contracts(), CountedSetup(*failures))
        for _ in range(restores):
            it.keeper.on_account_feed_restored(RESTORED)
        if keep_ms:
            await it.keep(keep_ms)
        return it

    return run_virtual(play, start_ms=START_MS)


def test_a_changed_leverage_is_sized_by_at_once_and_told(caplog: pytest.LogCaptureFixture) -> None:
    it = kept()
    it.change(20)
    assert it.leverage == 20
    assert [record.message for record in caplog.records] == ["leverage changed"]


def test_our_own_doing_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    it = kept()
    it.change(5)
    assert it.leverage == 5
    assert caplog.records == []


def test_after_a_gap_there_are_no_terms_until_they_are_read() -> None:
    it = kept(restores=1)
    assert it.leverage is None
    assert it.setup.asked == []


def test_after_a_gap_all_terms_are_read_once() -> None:
    it = kept(restores=2, keep_ms=60_000)
    assert it.setup.asked == [[BTCUSDT, ETHUSDT]]
    assert it.leverage == 1


def test_without_an_answer_somebody_asks_again() -> None:
    it = kept(VenueUnreachable("no"), VenueUnreachable("no"), restores=1, keep_ms=3_999)
    assert len(it.setup.asked) == 2
    assert it.leverage is None
    it = kept(VenueUnreachable("no"), VenueUnreachable("no"), restores=1, keep_ms=4_001)
    assert it.leverage == 1


def test_without_a_gap_nobody_asks() -> None:
    assert kept(keep_ms=60_000).setup.asked == []


async def test_a_start_sets_up_once_and_reads_the_terms() -> None:
    it = Kept(VirtualClock(START_MS), await known_contracts(), CountedSetup())
    was_set_up = it.keeper.is_set_up
    await it.keeper.begin()
    assert (was_set_up, it.keeper.is_set_up) == (False, True)
    await it.keeper.begin()
    assert (it.set_ups, len(it.setup.asked)) == (1, 2)


def test_what_failed_at_the_start_is_raised_and_tried_again() -> None:
    async def play(clock: VirtualClock) -> Kept:
        it = Kept(clock, await known_contracts(), CountedSetup(VenueUnreachable("no")))
        it.untaken.append(VenueUnreachable("not now"))
        with pytest.raises(VenueUnreachable, match="not now"):
            await it.keeper.begin()
        await it.keep(3_000)
        return it

    it = run_virtual(play, start_ms=START_MS)
    assert (it.set_ups, len(it.setup.asked)) == (1, 2)
