"""Pages follow on each other without a row twice, and end where the source has no more."""

import pytest
from msgspec.structs import replace
from typing_extensions import override

from noctule.adapters.binance.wire.past import KlineText
from noctule.app.fetching.pages import pages_of
from noctule.app.fetching.series import Kind, Row, Series, Span
from noctule.domain.errors import FeedMalformed
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.told_past import (
    MAY_MS,
    ToldPast,
    kline_text,
    klines_between,
)

BTC = Symbol("BTCUSDT")
MINUTES = Series(symbol=BTC, kind=Kind.CANDLES, timeframe=Timeframe.M1)
MARKS = Series(symbol=BTC, kind=Kind.MARKS, timeframe=Timeframe.M1)
FUNDING = Series(symbol=BTC, kind=Kind.FUNDING)
HOUR_MS = 60 * MINUTE_MS


async def told(
    past: ToldPast, series: Series, span: Span, flaws: list[str] | None = None
) -> list[list[Row]]:
    refuse = [] if flaws is None else flaws
    return [page async for page in pages_of(past, series, span, refuse.append)]


async def test_as_much_is_asked_as_is_left_and_one_row_more() -> None:
    end_ms = MAY_MS + 1_500 * MINUTE_MS
    past = ToldPast(klines_between(MAY_MS, end_ms + HOUR_MS, Timeframe.M1))

    pages = await told(past, MINUTES, Span(MAY_MS, end_ms))

    assert past.asked == [(MAY_MS, 1_000), (MAY_MS + 1_000 * MINUTE_MS, 501)]
    times_ms = [row.at_ms for page in pages for row in page]
    assert times_ms == [*range(MAY_MS, end_ms + MINUTE_MS, MINUTE_MS)]


async def test_a_short_answer_is_the_last_one() -> None:
    past = ToldPast(klines_between(MAY_MS, MAY_MS + 5 * MINUTE_MS, Timeframe.M1))

    pages = await told(past, MINUTES, Span(MAY_MS, MAY_MS + HOUR_MS))

    assert [len(page) for page in pages] == [5]
    assert len(past.asked) == 1


async def test_a_hole_costs_no_question_of_its_own() -> None:
    begins_ms, end_ms = MAY_MS + 100_000 * MINUTE_MS, MAY_MS + 100_010 * MINUTE_MS
    past = ToldPast(klines_between(begins_ms, end_ms, Timeframe.M1))

    pages = await told(past, MINUTES, Span(MAY_MS, end_ms))

    assert [len(page) for page in pages] == [10]
    assert len(past.asked) == 1


async def test_mark_prices_are_asked_for_as_such() -> None:
    past = ToldPast(marks=[kline_text(MAY_MS, Timeframe.M1, close="100.5")])

    ((row,),) = await told(past, MARKS, Span(MAY_MS, MAY_MS + MINUTE_MS))

    assert ",100.5," in row.line


async def test_an_impossible_row_is_refused_and_told() -> None:
    rows = klines_between(MAY_MS, MAY_MS + 3 * MINUTE_MS, Timeframe.M1)
    rows[1] = replace(rows[1], high="1")
    flaws: list[str] = []

    (page,) = await told(ToldPast(rows), MINUTES, Span(MAY_MS, MAY_MS + 3 * MINUTE_MS), flaws)

    assert [row.at_ms for row in page] == [MAY_MS, MAY_MS + 2 * MINUTE_MS]
    assert flaws == ["BTCUSDT 1m: high 1.0 is not the highest of 100.0 99.9 101.1"]


async def test_the_row_after_the_stretch_may_still_be_open_and_is_not_judged() -> None:
    rows = klines_between(MAY_MS, MAY_MS + 2 * MINUTE_MS, Timeframe.M1)
    rows[1] = replace(rows[1], high="1")
    flaws: list[str] = []

    await told(ToldPast(rows), MINUTES, Span(MAY_MS, MAY_MS + MINUTE_MS), flaws)

    assert flaws == []


class Muddled(ToldPast):
    @override
    async def klines(
        self, symbol: Symbol, timeframe: Timeframe, *, start_ms: int, limit: int
    ) -> list[KlineText]:
        return self._klines[:limit]


@pytest.mark.parametrize("shifts", [(-1, 0), (1, 0), (0, 0)])
async def test_an_answer_that_would_lead_round_in_circles_is_refused(
    shifts: tuple[int, int],
) -> None:
    past = Muddled(kline_text(MAY_MS + at * MINUTE_MS, Timeframe.M1) for at in shifts)

    with pytest.raises(FeedMalformed, match="BTCUSDT 1m: rows that were not asked for"):
        await told(past, MINUTES, Span(MAY_MS, MAY_MS + HOUR_MS))


def fundings(*hours: int) -> list[tuple[int, str]]:
    return [(MAY_MS + hour * HOUR_MS + 8, "0.00010000") for hour in hours]


@pytest.mark.parametrize(
    ("hours", "told_hours"),
    [
        ((-8, 0, 8, 16), "8 8 8"),
        ((0, 8, 16), "8 8 8"),
        ((0, 4, 8), "4 4 4"),  # nothing before: as long as until the next
        ((-8, 0, 4, 8), "8 4 4"),
        ((-8, 0, 24, 32), "8 8 8"),  # one is missing
        ((0,), "8"),
    ],
)
async def test_a_funding_tells_the_hours_since_the_one_before(
    hours: tuple[int, ...], told_hours: str
) -> None:
    past = ToldPast(fundings=fundings(*hours))

    (page,) = await told(past, FUNDING, Span(MAY_MS, MAY_MS + 100 * HOUR_MS))

    assert " ".join(row.line.split(",")[1] for row in page) == told_hours
    assert page[0].line.startswith(f"{MAY_MS + 8},")
    assert page[0].line.endswith(",0.00010000")


async def test_fundings_come_in_pages_too_and_their_hours_go_on() -> None:
    hours = range(0, 1_500 * 4, 4)
    past = ToldPast(fundings=fundings(*hours))

    pages = await told(past, FUNDING, Span(MAY_MS, MAY_MS + 7_000 * HOUR_MS))

    assert [len(page) for page in pages] == [1_000, 500]
    assert {row.line.split(",")[1] for page in pages for row in page} == {"4"}
    assert past.asked[1] == (MAY_MS + 999 * 4 * HOUR_MS + 9, 1_000)


async def test_a_funding_that_is_none_is_refused_and_told() -> None:
    past = ToldPast(fundings=[(MAY_MS, "0.0001"), (MAY_MS + 8 * HOUR_MS, "7")])
    flaws: list[str] = []

    (page,) = await told(past, FUNDING, Span(MAY_MS, MAY_MS + 24 * HOUR_MS), flaws)

    assert len(page) == 1
    assert flaws == ["BTCUSDT funding: a rate of 7"]


async def test_fundings_end_with_the_first_after_the_stretch() -> None:
    past = ToldPast(fundings=fundings(*range(0, 2_000 * 8, 8)))

    pages = await told(past, FUNDING, Span(MAY_MS, MAY_MS + 24 * HOUR_MS))

    assert len(pages) == 1
