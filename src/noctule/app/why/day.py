"""A stretch of candles in short: how often something was said, and which gates refused it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from sqlalchemy.engine import Connection

from noctule.adapters.store.ledger import AUTHORIZED
from noctule.adapters.store.ledger_reading import Seen, Verdict, seen_between, verdicts_between
from noctule.app.why.answer import verdict_words
from noctule.app.why.moment import Moment
from noctule.domain.observation import Answer
from noctule.domain.values import Timeframe
from noctule.telemetry.formats import iso_ms

__all__ = ["DaySummary", "day_of", "told_day"]

_SIGNALS_MAX: Final = 1_000
_CAUSES_MAX: Final = 20
_COUNTED: Final = {
    Answer.NOTHING: "nothing said",
    Answer.SIGNAL: "signals",
    Answer.FAILED: "strategy failed",
    Answer.DISABLED: "strategy disabled",
    Answer.HISTORY: "came with the history",
}


class SignalTold(Struct, frozen=True, kw_only=True):
    """One signal of the day, and what became of it."""

    closed: str
    direction: str
    reason: str
    verdict: str


class DaySummary(Struct, frozen=True, kw_only=True):
    """What a stretch of candles amounted to."""

    symbol: str
    timeframe: str
    first: str  # closes
    last: str
    candles: int
    warming_up: int  # of them
    answers: Mapping[str, int]
    entered: int
    refused: Mapping[str, int]  # by gate: one signal may be refused by several
    latest_refusals: Mapping[str, str]  # what each gate said last
    causes: Mapping[str, int]  # of failures
    signals: tuple[SignalTold, ...]


def day_of(
    connection: Connection, symbol: str, timeframe: Timeframe, moment: Moment
) -> DaySummary | None:
    """Sum up the candles that closed within; None where there are none."""
    from_ms, to_ms = moment.from_ms, moment.to_ms
    told: dict[int, list[Verdict]] = defaultdict(list)
    for each in verdicts_between(connection, symbol, timeframe, from_ms=from_ms, to_ms=to_ms):
        told[each.close_ms].append(each)
    count = _Count(told)
    for seen in seen_between(connection, symbol, timeframe, from_ms=from_ms, to_ms=to_ms):
        count.add(seen)
    if not count.closes:
        return None
    verdicts = [each for of_one in told.values() for each in of_one]
    shut = [(check, each.record.gates[check]) for each in verdicts for check in each.record.shut]
    return DaySummary(
        symbol=symbol,
        timeframe=timeframe.value,
        first=iso_ms(count.closes[0]),
        last=iso_ms(count.closes[1]),
        candles=sum(count.answers.values()),
        warming_up=count.warming_up,
        answers={each.value: times for each, times in count.answers.items()},
        entered=sum(each.outcome == AUTHORIZED for each in verdicts),
        refused=dict(Counter(check for check, _ in shut).most_common()),
        latest_refusals=dict(shut),
        causes=dict(count.causes.most_common(_CAUSES_MAX)),
        signals=tuple(count.signals),
    )


def told_day(day: DaySummary) -> Iterator[str]:
    """Yield the lines of a summary."""
    candles = "candle" if day.candles == 1 else "candles"
    yield f"{day.symbol} {day.timeframe}, {day.candles} {candles} closed"
    yield f"  from {_clock(day.first)} to {_clock(day.last)} UTC"
    for answer, words in _COUNTED.items():
        if answer.value in day.answers:
            yield f"  {day.answers[answer.value]:>5} {words}"
    if day.warming_up:
        yield f"  {day.warming_up:>5} while it was warming up"
    if day.signals:
        yield f"  {day.entered:>5} entered"
    for check, times in day.refused.items():
        yield f"  {times:>5} refused by {check}, the last time: {day.latest_refusals[check]}"
    for cause, times in day.causes.items():
        yield f"  {times:>5} {cause}"
    for signal in day.signals:
        yield f"{_clock(signal.closed)} {signal.direction:<5} {signal.verdict}"
        yield f"      {signal.reason}"


class _Count:
    """Counts candles one by one, for a year of them is no more to hold than a day."""

    def __init__(self, verdicts: Mapping[int, list[Verdict]]) -> None:
        self.closes: tuple[int, int] | tuple[()] = ()
        self.warming_up = 0
        self.answers: Counter[Answer] = Counter()
        self.causes: Counter[str] = Counter()
        self.signals: list[SignalTold] = []
        self._verdicts = verdicts

    def add(self, seen: Seen) -> None:
        """Count a candle."""
        record, close_ms = seen.record, seen.close_ms
        self.closes = (self.closes[0] if self.closes else close_ms, close_ms)
        self.answers[record.answer] += 1
        self.warming_up += record.candles < record.candles_needed
        if record.cause is not None:
            self.causes[record.cause] += 1
        if record.said is not None and len(self.signals) < _SIGNALS_MAX:
            told = self._verdicts.get(close_ms, [])
            self.signals.append(
                SignalTold(
                    closed=iso_ms(close_ms),
                    direction=record.said.direction.value,
                    reason=record.said.reason,
                    verdict=verdict_words(record.said.direction, told),
                )
            )


def _clock(iso: str) -> str:
    """Write a close as the instant at which it was over."""
    seconds = round(datetime.fromisoformat(iso).timestamp())
    return f"{datetime.fromtimestamp(seconds, UTC):%m-%d %H:%M}"
