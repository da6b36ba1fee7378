"""The ledger: for every closed candle what was seen and said, and what became of each signal.

A row is made on the store's thread; here only references are handed over.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sqlalchemy.dialects.sqlite import insert

from noctule.adapters.store.ledger_records import VerdictRecord, seen_record, written
from noctule.adapters.store.store import Change, Store
from noctule.adapters.store.tables import ledger, verdicts
from noctule.domain.events.base import Event
from noctule.domain.events.desk import EntryRefused, ExitRequested
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.events.signal import SignalRefused
from noctule.domain.ids import candle_of
from noctule.domain.observation import Observation
from noctule.domain.trade import ExitReason

__all__ = ["AUTHORIZED", "EXIT", "REFUSED", "Ledger"]

AUTHORIZED: Final = "authorized"
REFUSED: Final = "refused"
EXIT: Final = "exit requested"

# A candle that is told again after a restart changes nothing: it was answered once.
_SEEN: Final = insert(ledger).on_conflict_do_nothing()
_VERDICT: Final = insert(verdicts).on_conflict_do_nothing()


class Ledger:
    """Takes observations, and as a tap of the bus what became of signals; never waits."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, seen: Observation) -> None:
        """Keep what was seen and said at one candle."""
        self._store.note(_seen, seen)

    def see(self, event: Event) -> None:
        """Keep a verdict, if this is one."""
        to_record = _VERDICTS.get(type(event))
        if to_record is not None:
            self._store.note(_verdict, event)


def _seen(seen: Observation) -> Iterable[Change]:
    candle = seen.candle
    row = {
        "symbol": candle.symbol,
        "timeframe": candle.timeframe.value,
        "close_ms": candle.close_ms,
        "record": written(seen_record(seen)),
    }
    return (Change(_SEEN, row),)


def _verdict(event: Event) -> Iterable[Change]:
    """Return the row of a verdict; none of what no candle's signal was the cause of."""
    cause = candle_of(event.trace)
    told = _VERDICTS[type(event)](event)
    if cause is None or told is None:
        return ()
    symbol, timeframe, close_ms = cause
    outcome, record = told
    row = {
        "symbol": symbol,
        "timeframe": timeframe.value,
        "close_ms": close_ms,
        "at_ms": event.at_ms,
        "outcome": outcome,
        "record": written(record),
    }
    return (Change(_VERDICT, row),)


_Told = tuple[str, VerdictRecord] | None


def _authorized(event: TradingAuthorized) -> _Told:
    record = VerdictRecord(
        strategy=event.strategy, direction=event.direction, gates=event.gates, shut=()
    )
    return AUTHORIZED, record


def _refused(event: SignalRefused | EntryRefused) -> _Told:
    reasons = {each.check: each.text for each in event.reasons}
    record = VerdictRecord(
        strategy=event.strategy,
        direction=event.direction,
        gates=event.gates | reasons,
        shut=tuple(reasons),
    )
    return REFUSED, record


def _exit(event: ExitRequested) -> _Told:
    if event.reason is not ExitReason.SIGNAL:
        return None
    return EXIT, VerdictRecord(strategy=None, direction=None, gates={}, shut=())


# Each function takes the event class it stands beside, which a mapping's type cannot say.
_VERDICTS: Final[Mapping[type[Event], Callable[..., _Told]]] = {
    TradingAuthorized: _authorized,
    SignalRefused: _refused,
    EntryRefused: _refused,
    ExitRequested: _exit,
}
