"""Every door that is no event is watched, and what went through it is written once."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec

from noctule.adapters.clock import VirtualClock
from noctule.app.deed_watch import DeedWatch
from noctule.domain.events.data import CandleClosed
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.signals import Reason
from noctule.domain.values import Symbol, quote
from noctule.engine.deeds import (
    AccountBelieved,
    ClocksCompared,
    ContractsKnown,
    Deed,
    EntriesKeptOff,
    LimitsAdopted,
    PositionAdopted,
)
from noctule.positions.equity import EquityStanding
from noctule.reconcile.plan import Adoption
from tests.builders import BTCUSDT, START_MS, candle, instrument
from tests.fakes.floor import plan
from tests.fakes.trading_room import TradingRoom, new_room

ETHUSDT = Symbol("ETHUSDT")
WALLET = Balance(asset="USDT", wallet=quote("1000"), available=quote("900"))
CLOSED = CandleClosed(at_ms=START_MS, trace="t", candle=candle())


class Notes:
    """Remembers what was written."""

    def __init__(self) -> None:
        self.deeds: list[Deed] = []

    def note(self, content: bytes) -> None:
        deed: Deed = msgspec.msgpack.decode(content, type=Deed)
        self.deeds.append(deed)

    def take(self) -> list[Deed]:
        taken, self.deeds = self.deeds, []
        return taken


async def watched(
    home: Path, offset_ms: Callable[[], float | None] = lambda: None
) -> tuple[TradingRoom, DeedWatch, Notes]:
    """Return trading, its watch, and what the watch writes from here on."""
    room, notes = await new_room(home, VirtualClock(START_MS)), Notes()
    watch = DeedWatch(notes.note, room.contracts, room.trading.book, clock_offset_ms=offset_ms)
    watch.begin(room.trading, (BTCUSDT,))
    return room, watch, notes


async def test_the_contracts_come_first_and_again_when_terms_change(tmp_path: Path) -> None:
    room, _, notes = await watched(tmp_path)
    (known,) = notes.take()
    assert isinstance(known, ContractsKnown)
    assert list(known.instruments) == list(known.terms) == [BTCUSDT]
    room.contracts.hear_leverage(BTCUSDT, 3)
    (changed,) = notes.take()
    assert isinstance(changed, ContractsKnown)
    assert changed.terms[BTCUSDT].leverage == 3
    room.contracts.doubt_terms()
    assert notes.take() == [ContractsKnown(instruments=known.instruments, terms={})]


async def test_rules_that_changed_are_written_once(tmp_path: Path) -> None:
    room, watch, notes = await watched(tmp_path)
    notes.take()
    watch.look_at_contracts()
    assert notes.take() == []
    room.contracts.take({BTCUSDT: instrument()}, {})
    watch.look_at_contracts()
    watch.look_at_contracts()
    assert len(notes.take()) == 1


async def test_what_was_observed_and_adopted_is_written_when_it_is_news(tmp_path: Path) -> None:
    room, _, notes = await watched(tmp_path)
    notes.take()
    reason = Reason(check="key", text="it is refused")
    before = room.trading.halts.observed
    room.trading.halts.observe(reason)
    room.trading.halts.observe(reason)
    room.trading.halts.lift("key")
    room.trading.halts.lift("key")
    assert notes.take() == [
        EntriesKeptOff(reasons=(*before, reason)),
        EntriesKeptOff(reasons=before),
    ]
    room.trading.adopt(room.trading.risk.limits)
    (adopted,) = notes.take()
    assert isinstance(adopted, LimitsAdopted)


async def test_rules_of_what_is_adopted_are_written_ahead_of_it(tmp_path: Path) -> None:
    room, _, notes = await watched(tmp_path)
    notes.take()
    adoption = Adoption(
        symbol=ETHUSDT,
        plan=plan(),
        orders=(),
        signed_quantity=Decimal(0),
        entry_price=None,
        foreign_stops=0,
        told_ms=START_MS,
    )
    room.contracts.take({BTCUSDT: instrument(), ETHUSDT: instrument()}, {})
    room.trading.takeover.on_deed(PositionAdopted(adoption=adoption))
    known, adopted = notes.take()
    assert isinstance(known, ContractsKnown)
    assert set(known.instruments) == {BTCUSDT, ETHUSDT}
    assert adopted == PositionAdopted(adoption=adoption)


async def test_what_a_signal_looks_at_is_written_when_it_has_changed(tmp_path: Path) -> None:
    room, watch, notes = await watched(tmp_path, offset_ms=lambda: 2.5)
    notes.take()
    watch.look_around(CLOSED)
    watch.look_around(CLOSED)
    assert [type(each) for each in notes.take()] == [ClocksCompared, EquityStanding]
    snapshot = AccountSnapshot(at_ms=START_MS, balances=(WALLET,), positions=())
    await room.trading.takeover.believe(snapshot, asked_ms=START_MS)
    watch.look_around(CLOSED)
    assert [type(each) for each in notes.take()] == [AccountBelieved, EquityStanding]
