"""What was done beside the events of a run, done again."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

import msgspec

from noctule.adapters.store.journal_records import DeedDone
from noctule.app.replay.stage import Stage
from noctule.domain.events.base import Event
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
    trading = stage.trading
    match deed:
        case AccountBelieved():
            return trading.takeover.believe(deed.snapshot, asked_ms=deed.asked_ms)
        case PositionAdopted():
            return trading.takeover.adopt(deed.adoption)
        case LookWanted():
            return trading.takeover.look_at(deed.symbol)
        case AnswerWanted():
            return trading.takeover.ask(deed.symbol, deed.client_order_id)
        case _:
            _TOLD[type(deed)](stage, deed)
    return None


def _note_foreign(stage: Stage, deed: ForeignNoted) -> None:
    stage.trading.takeover.note_foreign(deed.symbol, deed.text)


def _know_contracts(stage: Stage, deed: ContractsKnown) -> None:
    stage.contracts.take(deed.instruments, deed.terms)


def _read_history(stage: Stage, deed: HistoryRead) -> None:
    stage.desks[deed.symbol].board.seed(deed.base, deed.higher)


def _keep_off(stage: Stage, deed: EntriesKeptOff) -> None:
    halts = stage.trading.halts
    checks = {each.check for each in deed.reasons}
    for each in halts.observed:
        if each.check not in checks:
            halts.lift(each.check)
    for each in deed.reasons:
        halts.observe(each)


def _leave_off(stage: Stage, deed: StrategyLeftOff) -> None:
    stage.trading.strategies.disable(deed.strategy, deed.reason)


def _take_up_books(stage: Stage, deed: BooksTakenUp) -> None:
    stage.trading.book.recover(stage.memory, deed.incomes, at_ms=deed.at_ms)


def _hear_of_transfers(stage: Stage, deed: TransfersTold) -> None:
    stage.trading.book.move_by(deed.incomes, after_ms=deed.after_ms)


def _hear_rate(stage: Stage, deed: RateTold) -> None:
    stage.trading.rates.hear(deed.asset, deed.rate)


def _compare_clocks(stage: Stage, deed: ClocksCompared) -> None:
    stage.offset_ms = deed.offset_ms


def _adopt_limits(stage: Stage, deed: LimitsAdopted) -> None:
    stage.trading.adopt(RiskLimits.model_validate_json(deed.limits))


def _stand(stage: Stage, deed: EquityStanding) -> None:
    stage.trading.book.stand(deed)


# Each function takes the deed it stands beside, which a mapping's type cannot say.
_TOLD: Final[Mapping[type[Deed], Callable[[Stage, Any], None]]] = {
    ForeignNoted: _note_foreign,
    ContractsKnown: _know_contracts,
    HistoryRead: _read_history,
    EntriesKeptOff: _keep_off,
    StrategyLeftOff: _leave_off,
    BooksTakenUp: _take_up_books,
    TransfersTold: _hear_of_transfers,
    RateTold: _hear_rate,
    ClocksCompared: _compare_clocks,
    LimitsAdopted: _adopt_limits,
    EquityStanding: _stand,
}
