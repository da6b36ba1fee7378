"""What was done beside the events of a run, done again."""

from collections.abc import Coroutine

import msgspec

from noctule.adapters.store.journal_records import DeedDone
from noctule.app.replay.stage import Stage
from noctule.domain.events.base import Event
from noctule.domain.signals import Reason
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
from noctule.risk.limits import RiskLimits

__all__ = ["deed_of", "do_again"]

_Work = Coroutine[object, None, None] | None


def deed_of(record: DeedDone) -> Deed | None:
    """Return what was done; None where this version does not know it."""
    try:
        deed: Deed = msgspec.msgpack.decode(record.deed, type=Deed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return deed


def do_again(stage: Stage, deed: Deed) -> tuple[Event, ...]:
    """Do it, and return what was published by that."""
    return stage.carry_out(lambda: _work(stage, deed))


def _work(stage: Stage, deed: Deed) -> _Work:
    takeover = stage.trading.takeover
    match deed:
        case AccountBelieved():
            return takeover.believe(deed.snapshot, asked_ms=deed.asked_ms)
        case PositionAdopted():
            return takeover.adopt(deed.adoption)
        case LookWanted():
            return takeover.look_at(deed.symbol)
        case AnswerWanted():
            return takeover.ask(deed.symbol, deed.client_order_id)
        case ForeignNoted():
            takeover.note_foreign(deed.symbol, deed.text)
        case _:
            _tell(stage, deed)
    return None


def _tell(stage: Stage, deed: Deed) -> None:
    """Tell it those who only have to know."""
    trading = stage.trading
    match deed:
        case ContractsKnown():
            stage.contracts.take(deed.instruments, deed.terms)
        case HistoryRead():
            stage.desks[deed.symbol].board.seed(deed.base, deed.higher)
        case EntriesKeptOff():
            _keep_off(stage, deed.reasons)
        case StrategyLeftOff():
            trading.strategies.disable(deed.strategy, deed.reason)
        case BooksTakenUp():
            trading.book.recover(stage.memory, deed.incomes, at_ms=deed.at_ms)
        case TransfersTold():
            trading.book.move_by(deed.incomes, after_ms=deed.after_ms)
        case RateTold():
            trading.rates.hear(deed.asset, deed.rate)
        case ClocksCompared():
            stage.offset_ms = deed.offset_ms
        case LimitsAdopted():
            trading.adopt(RiskLimits.model_validate_json(deed.limits))
        case EquityStanding():
            trading.book.stand(deed)
        case _:
            raise AssertionError(f"nobody has to know of {deed}")


def _keep_off(stage: Stage, reasons: tuple[Reason, ...]) -> None:
    halts = stage.trading.halts
    checks = {each.check for each in reasons}
    for each in halts.observed:
        if each.check not in checks:
            halts.lift(each.check)
    for each in reasons:
        halts.observe(each)
