"""Funding files in the layout of Binance's archive: which rate is settled when."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.candle_files import Gap
from noctule.adapters.sim.data_rows import BadData, rows_of, to_ms

__all__ = [
    "USUAL_HOURS",
    "USUAL_RATE",
    "Funding",
    "FundingFile",
    "FundingRates",
    "funding_file_of",
    "fundings_of",
]

USUAL_HOURS: Final = 8  # between fundings
USUAL_RATE: Final = Decimal("0.0001")  # what a calm market pays
_NAME: Final = re.compile(r"(?P<symbol>[^-]+)-funding(Rate)?[-.].*")
_COLUMNS: Final = ("calc_time", "funding_interval_hours", "last_funding_rate")
_HOUR_MS: Final = 3_600_000
_OFF_MS_MAX: Final = 60_000  # recorded times are tens of milliseconds late
_DAY_HOURS: Final = 24


class FundingFile(Struct, frozen=True, kw_only=True):
    """A file, and whose rates are in it."""

    path: Path
    symbol: str


class Funding(Struct, frozen=True, kw_only=True):
    """A settlement as a file tells it."""

    path: Path
    line: int
    funding_ms: int  # on the hour
    hours: int  # since the one before
    rate: Decimal


def funding_file_of(path: Path) -> FundingFile | None:
    """Read a name like `BTCUSDT-funding-2024-05.csv.gz`; None if it is not one of fundings."""
    found = _NAME.fullmatch(path.name)
    return FundingFile(path=path, symbol=found["symbol"]) if found else None


def fundings_of(files: Iterable[FundingFile]) -> Iterator[Funding]:
    """Yield one symbol's settlements, file after file; refuse what cannot be true."""
    before_ms = -1
    for file in files:
        for line, fields in rows_of(file.path, _COLUMNS, needed=len(_COLUMNS)):
            funding = _funding(file.path, line, fields)
            if funding.funding_ms <= before_ms:
                raise BadData(f"{file.path}:{line}: {fields[0]} is not after the row before")
            before_ms = funding.funding_ms
            yield funding


class FundingRates:
    """What the market announces: the rate that will be settled next, and when that is.

    Where the files have none – before they begin, in a hole, after their end – it is the usual
    rate at whole intervals; each such stretch is told once, when it is asked about.
    """

    def __init__(
        self,
        fundings: Iterable[Funding] = (),
        *,
        usual_hours: int = USUAL_HOURS,
        on_gap: Callable[[Gap], None] = lambda _gap: None,
    ) -> None:
        self._fundings: Sequence[Funding] = tuple(fundings)
        self._times_ms = [each.funding_ms for each in self._fundings]
        self._usual_hours = usual_hours
        self._on_gap = on_gap
        self._told = set[int]()  # the stretches without a rate, by the place of what follows
        self._asked_ms, self._announced = 0, (USUAL_RATE, 0)

    def at(self, time_ms: int) -> tuple[Decimal, int]:
        """Return the rate in force at this time, and the instant at which it will be settled.

        At the instant itself the next one is announced already.
        """
        if not self._asked_ms <= time_ms < self._announced[1]:
            self._announced = self._looked_up(time_ms)
            self._asked_ms = time_ms
        return self._announced

    def _looked_up(self, time_ms: int) -> tuple[Decimal, int]:
        place = bisect_right(self._times_ms, time_ms)
        before = self._fundings[place - 1] if place else None
        after = self._fundings[place] if place < len(self._fundings) else None
        interval_ms = (before.hours if before else self._usual_hours) * _HOUR_MS
        usual_ms = time_ms - time_ms % interval_ms + interval_ms
        if after is not None and (after.funding_ms <= usual_ms or _follows(before, after)):
            return after.rate, after.funding_ms
        self._tell(place, before, after)
        return USUAL_RATE, usual_ms

    def _tell(self, place: int, before: Funding | None, after: Funding | None) -> None:
        row = after or before
        if row is None or place in self._told:
            return
        self._told.add(place)
        where = "before" if after else "after"
        self._on_gap(
            Gap(
                path=row.path,
                line=row.line,
                from_ms=before.funding_ms + before.hours * _HOUR_MS if before else 0,
                to_ms=after.funding_ms if after else None,
                flaw=f"no funding rate {where} this row, so it is {USUAL_RATE}",
            )
        )


def _follows(before: Funding | None, after: Funding) -> bool:
    """Tell whether nothing is missing between two rows; the interval may change with either."""
    if before is None:
        return False
    return after.funding_ms - before.funding_ms <= max(before.hours, after.hours) * _HOUR_MS


def _funding(path: Path, line: int, fields: list[str]) -> Funding:
    try:
        time_ms, hours, rate = to_ms(fields[0]), int(fields[1]), Decimal(fields[2])
        flaw = _flaw(time_ms, hours, rate)
    except (ValueError, InvalidOperation) as exc:
        raise BadData(f"{path}:{line}: not a funding: {','.join(fields)[:200]}") from exc
    if flaw:
        raise BadData(f"{path}:{line}: {flaw}")
    return Funding(path=path, line=line, funding_ms=_on_the_hour(time_ms), hours=hours, rate=rate)


def _flaw(time_ms: int, hours: int, rate: Decimal) -> str | None:
    if abs(time_ms - _on_the_hour(time_ms)) > _OFF_MS_MAX:
        return f"calc_time {time_ms} is not on the hour"
    if not 0 < hours <= _DAY_HOURS or _DAY_HOURS % hours:
        return f"an interval of {hours} hours does not divide the day"
    if not -1 < rate < 1:
        return f"the funding rate is {rate}"
    return None


def _on_the_hour(time_ms: int) -> int:
    return (time_ms + _HOUR_MS // 2) // _HOUR_MS * _HOUR_MS
