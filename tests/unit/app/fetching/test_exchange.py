"""What is missing and settled is fetched; what is there costs no question."""

from pathlib import Path

import pytest
from typing_extensions import override

from noctule.adapters.binance.wire.past import KlineText
from noctule.app.fetching.exchange import fetch_from_exchange
from noctule.app.fetching.plan import errands_of, series_of
from noctule.app.fetching.progress import Progress
from noctule.app.fetching.series import Kind, Series, Span
from noctule.app.fetching.shelf import opened_shelf
from noctule.app.fetching.spans import DAY_MS
from noctule.app.fetching.tally import Fetched
from noctule.domain.errors import ConfigError, VenueRefused
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.told_past import APRIL_MS, JUNE_MS, MAY_MS, ToldPast, klines_between, lines_in

HOUR_MS = 60 * MINUTE_MS
BOTH = Span(APRIL_MS, JUNE_MS)
(BTC,) = series_of([Symbol("BTCUSDT")], Timeframe.H4, [Kind.CANDLES])


async def fetched(
    folder: Path,
    past: ToldPast,
    span: Span = BOTH,
    *,
    series: Series = BTC,
    told: list[Progress] | None = None,
) -> Fetched:
    with opened_shelf(folder) as shelf:
        errands = errands_of([(series, span)], folder)
        heard = [] if told is None else told
        (result,) = await fetch_from_exchange(errands, past, shelf, heard.append)
    return result


def rows_in(folder: Path) -> list[str]:
    return [line for path in sorted(folder.iterdir()) for line in lines_in(path)[1:]]


def two_months(now_ms: int = JUNE_MS + DAY_MS) -> ToldPast:
    return ToldPast(klines_between(APRIL_MS, now_ms), now_ms=now_ms)


async def test_a_second_time_nothing_is_asked_at_all(tmp_path: Path) -> None:
    first = await fetched(tmp_path, two_months())
    past = two_months()

    again = await fetched(tmp_path, past)

    assert len(first.files) == 2
    assert (past.times_asked, past.asked) == (0, [])
    assert (again.files, again.found) == ((), first.files)


async def test_only_what_is_missing_is_fetched_and_nothing_is_written_anew(tmp_path: Path) -> None:
    first = await fetched(tmp_path, two_months(), Span(APRIL_MS + DAY_MS, MAY_MS))
    bytes_before = (tmp_path / first.files[0]).read_bytes()
    past = two_months()

    second = await fetched(tmp_path, past)

    assert second.files == (
        "BTCUSDT-4h-20230401-20230401.csv.gz",
        "BTCUSDT-4h-20230501-20230531.csv.gz",
    )
    assert [start_ms for start_ms, _ in past.asked] == [APRIL_MS, MAY_MS]
    assert (tmp_path / first.files[0]).read_bytes() == bytes_before
    assert rows_in(tmp_path) == [each.line() for each in klines_between(APRIL_MS, JUNE_MS)]


async def test_only_closed_candles_are_written_and_the_name_says_until_when(tmp_path: Path) -> None:
    now_ms = MAY_MS + 9 * HOUR_MS

    result = await fetched(tmp_path, two_months(now_ms), Span(MAY_MS, JUNE_MS))

    assert result.files == ("BTCUSDT-4h-20230501T0000-20230501T0400.csv.gz",)
    assert result.wanted == Span(MAY_MS, MAY_MS + 8 * HOUR_MS)
    assert result.absent == ()


async def test_a_candle_that_has_just_ended_is_left_for_the_next_time(tmp_path: Path) -> None:
    now_ms = MAY_MS + 8 * HOUR_MS + 59_999

    result = await fetched(tmp_path, two_months(now_ms), Span(MAY_MS, JUNE_MS))

    assert result.last_ms == MAY_MS


async def test_what_is_not_over_yet_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        await fetched(tmp_path, two_months(MAY_MS), Span(MAY_MS, JUNE_MS))

    assert caught.value.problems == (
        "BTCUSDT 4h: at the exchange nothing from 2023-05-01T00:00 on is over yet",
    )


@pytest.mark.parametrize(
    ("symbol", "remedy"),
    [
        ("BTCUSD", "did you mean BTCUSDT?"),
        ("XYZ", "of what is no longer listed, see --archive"),
    ],
)
async def test_an_unknown_symbol_is_found_out_before_anything_is_fetched(
    tmp_path: Path, symbol: str, remedy: str
) -> None:
    past = two_months()
    series = series_of([Symbol("BTCUSDT"), Symbol(symbol)], Timeframe.H4, [Kind.CANDLES])

    errands = errands_of([(each, BOTH) for each in series], tmp_path)
    with opened_shelf(tmp_path) as shelf, pytest.raises(ConfigError) as caught:
        await fetch_from_exchange(errands, past, shelf, print)

    assert caught.value.problems == (f"{symbol}: the exchange lists no such contract, {remedy}",)
    assert past.asked == []


class Refusing(ToldPast):
    code = -1121

    @override
    async def klines(
        self, symbol: Symbol, timeframe: Timeframe, *, start_ms: int, limit: int
    ) -> list[KlineText]:
        raise VenueRefused("Invalid symbol.", code=self.code)


async def test_a_listed_contract_without_candles_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="BTCUSDT 4h: the exchange tells nothing of it"):
        await fetched(tmp_path, Refusing())


async def test_any_other_refusal_is_passed_on(tmp_path: Path) -> None:
    past = Refusing()
    past.code = -1100

    with pytest.raises(VenueRefused):
        await fetched(tmp_path, past)


async def test_progress_never_goes_back_and_ends_at_the_whole(tmp_path: Path) -> None:
    told: list[Progress] = []

    await fetched(tmp_path, two_months(), told=told)

    done_ms = [each.done_ms for each in told]
    assert done_ms == sorted(done_ms)
    assert told[-1].done_ms == told[-1].total_ms == JUNE_MS - APRIL_MS


async def test_a_source_without_anything_is_told_as_such(tmp_path: Path) -> None:
    result = await fetched(tmp_path, ToldPast())

    assert result.is_empty
    assert [each.why for each in result.absent] == ["the exchange has nothing"]
