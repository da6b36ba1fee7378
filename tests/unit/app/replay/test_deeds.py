"""What was done beside the events is done again, and what nobody knows is passed over."""

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from noctule.adapters.store.journal_records import DeedDone
from noctule.app.replay.deeds import deed_of, do_again
from noctule.app.replay.stage import Stage
from noctule.domain.events.order import OrderRequested
from noctule.domain.order import ClientOrderId, Leg
from noctule.domain.position import AccountSnapshot, Balance, Position
from noctule.domain.signals import Reason
from noctule.domain.values import price, quote
from noctule.engine.deeds import (
    AccountBelieved,
    AnswerWanted,
    BooksTakenUp,
    ClocksCompared,
    ContractsKnown,
    Deed,
    EntriesKeptOff,
    ForeignNoted,
    HistoryRead,
    LimitsAdopted,
    LookWanted,
    PositionAdopted,
    RateTold,
    StrategyLeftOff,
    TransfersTold,
)
from noctule.positions.equity import EquityStanding
from noctule.reconcile.plan import Adoption
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes.floor import plan
from tests.fakes.replayed_stage import stage_at

WALLET = Balance(asset="USDT", wallet=quote("1000"), available=quote("900"))
SNAPSHOT = AccountSnapshot(at_ms=START_MS, balances=(WALLET,), positions=())
HELD = Position(
    symbol=BTCUSDT,
    signed_quantity=Decimal("0.010"),
    entry_price=price("60000"),
    updated_ms=START_MS,
)
ADOPTION = Adoption(
    symbol=BTCUSDT,
    plan=plan(),
    orders=(),
    signed_quantity=HELD.signed_quantity,
    entry_price=HELD.entry_price,
    foreign_stops=0,
    told_ms=START_MS,
)
KEY = Reason(check="key", text="it is refused")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return stage_at(tmp_path)


def record_of(deed: Deed) -> DeedDone:
    return DeedDone(at_ms=1, deed=msgspec.msgpack.encode(deed))


def test_a_deed_is_read_back_as_it_was_written() -> None:
    deed = RateTold(asset="BNB", rate=Decimal("600.5"))
    assert deed_of(record_of(deed)) == deed


def test_a_deed_of_a_newer_version_is_none() -> None:
    content = msgspec.msgpack.encode({"type": "MoonRose"})
    assert deed_of(DeedDone(at_ms=1, deed=content)) is None


def test_the_account_is_believed_and_its_books_are_taken_up(stage: Stage) -> None:
    do_again(stage, AccountBelieved(snapshot=SNAPSHOT, asked_ms=START_MS))
    do_again(stage, BooksTakenUp(incomes=(), at_ms=START_MS))
    do_again(stage, TransfersTold(incomes=(), after_ms=START_MS))
    book = stage.trading.book
    assert book.is_recovered
    standing = EquityStanding(day=3, day_equity=quote("5"), peak=quote("7"))
    do_again(stage, standing)
    assert book.standing == standing


def test_a_bracket_begins_with_what_was_found_and_decides_at_once(stage: Stage) -> None:
    snapshot = replace(SNAPSHOT, positions=(HELD,), marks={BTCUSDT: price("60000")})
    do_again(stage, AccountBelieved(snapshot=snapshot, asked_ms=START_MS))
    told = do_again(stage, PositionAdopted(adoption=ADOPTION))
    requested = [each for each in told if isinstance(each, OrderRequested)]
    assert requested
    assert requested[0].request.leg is Leg.PROTECT


def test_entries_are_kept_off_for_what_was_observed_and_for_nothing_else(stage: Stage) -> None:
    do_again(stage, EntriesKeptOff(reasons=(KEY,)))
    assert stage.trading.halts.observed == (KEY,)
    do_again(stage, EntriesKeptOff(reasons=()))
    assert not stage.trading.halts.observed


def test_contracts_history_rates_and_clocks_are_known(stage: Stage) -> None:
    do_again(stage, ContractsKnown(instruments={}, terms={}))
    assert stage.contracts.instrument(BTCUSDT) is None
    do_again(stage, HistoryRead(symbol=BTCUSDT, base=(candle(),), higher={}))
    board = stage.desks[BTCUSDT].board
    assert list(board.series[board.base].history) == [candle()]
    do_again(stage, RateTold(asset="BNB", rate=Decimal(600)))
    assert stage.trading.rates.rate_of("BNB") == 600
    do_again(stage, ClocksCompared(offset_ms=3.5))
    assert stage.offset_ms == 3.5


def test_other_limits_hold_from_then_on(stage: Stage) -> None:
    limits = stage.settings.risk.model_copy(update={"max_positions": 9})
    do_again(stage, LimitsAdopted(limits=limits.model_dump_json().encode()))
    assert stage.trading.risk.limits == limits


def test_a_strategy_that_starts_disabled_is_asked_nothing(stage: Stage) -> None:
    do_again(stage, StrategyLeftOff(strategy="sma_cross", reason="it hung"))
    assert stage.desks[BTCUSDT].disabled == "it hung"


def test_questions_are_wanted_again_and_nobody_is_asked(stage: Stage) -> None:
    for deed in (
        LookWanted(symbol=BTCUSDT),
        AnswerWanted(symbol=BTCUSDT, client_order_id=ClientOrderId("x")),
        ForeignNoted(symbol=BTCUSDT, text="theirs"),
    ):
        assert do_again(stage, deed) == ()
    assert not stage.trading.lanes.waiting
