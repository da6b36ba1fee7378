"""A fetch goes from the plan to the report, whichever the source."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.clock import SystemClock
from noctule.app.fetching.plan import series_of
from noctule.app.fetching.running import Order, fetched_from_archive, fetched_from_exchange
from noctule.app.fetching.series import Kind, Span
from noctule.app.fetching.shelf import opened_shelf
from noctule.app.fetching.tally import Report
from noctule.domain.errors import ConfigError
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.loopback import OPEN_MS, loopback
from tests.fakes.told_past import JUNE_MS, MAY_MS, HeldArchive
from tests.fakes.web_server import served

BTC = Symbol("BTCUSDT")
MAY = Span(MAY_MS, JUNE_MS)


def order(timeframe: Timeframe, span: Span, kinds: Sequence[Kind] = (Kind.CANDLES,)) -> Order:
    return Order(series=series_of([BTC], timeframe, kinds), span=span)


def from_archive(archive: str, folder: Path) -> Report:
    with opened_shelf(folder) as shelf:
        return fetched_from_archive(
            order(Timeframe.H4, MAY),
            shelf,
            archive=archive,
            api=ApiSettings(),
            clock=SystemClock(),
            tell=print,
        )


async def test_candles_of_an_exchange_are_those_that_begin_in_the_time_asked_for(
    tmp_path: Path,
) -> None:
    from_ms = OPEN_MS - 30 * MINUTE_MS
    async with loopback(speed=1) as exchange:
        with opened_shelf(tmp_path / "data") as shelf:
            report = await fetched_from_exchange(
                order(Timeframe.M5, Span(from_ms + 1, from_ms + 10 * MINUTE_MS + 1)),
                shelf,
                api=ApiSettings(rest_url=exchange.rest_url),
                bans_file=tmp_path / "bans.json",
                clock=SystemClock(),
                jitter=Random(1),
                tell=print,
            )

    (fetched,) = report.fetched
    assert (fetched.first_ms, fetched.last_ms) == (
        from_ms + 5 * MINUTE_MS,
        from_ms + 10 * MINUTE_MS,
    )
    assert report.source == exchange.rest_url
    assert report.requests == 3  # the time, the contracts, and one page
    assert report.problems == []


def test_an_archive_in_a_folder_costs_no_request(tmp_path: Path) -> None:
    HeldArchive(tmp_path / "archive").month(MAY_MS, JUNE_MS)

    report = from_archive(str(tmp_path / "archive"), tmp_path / "data")

    assert (report.requests, report.fetched[0].rows) == (0, 186)


def test_an_archive_on_a_server_is_asked_for_the_file_and_its_checksum(tmp_path: Path) -> None:
    HeldArchive(tmp_path / "archive").month(MAY_MS, JUNE_MS)
    with served(tmp_path / "archive") as server:
        report = from_archive(server.url, tmp_path / "data")
        again = from_archive(server.url, tmp_path / "data")

    assert (report.requests, report.fetched[0].rows) == (2, 186)
    assert (again.requests, again.fetched[0].rows) == (0, 0)
    assert again.problems == []


def test_a_folder_that_is_no_archive_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no archive is there, data/futures/um/monthly should be"):
        from_archive(str(tmp_path), tmp_path / "data")
