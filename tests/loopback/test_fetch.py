"""`data fetch` from the simulated exchange over real sockets: the files are what it shows."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import sleep
from typing import Any, Final
from urllib.request import urlopen

import pytest

from noctule.adapters.binance.market.past import PastRest
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.clock import SystemClock, VirtualClock, run_virtual
from noctule.adapters.replay.market import load_market
from noctule.adapters.sim.candle_files import candles_of, named
from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.funding_files import funding_file_of, fundings_of
from noctule.adapters.sim.venue import Market
from noctule.app.fetching.plan import series_of
from noctule.app.fetching.running import Order, fetched_from_exchange
from noctule.app.fetching.series import Kind, Span
from noctule.app.fetching.shelf import opened_shelf
from noctule.app.fetching.tally import Report
from noctule.domain.errors import BudgetExhausted
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.in_process import InProcess
from tests.fakes.loopback import OPEN_MS, Loopback, loopback, market_of
from tests.fakes.told_past import lines_in

ROOT = Path(__file__).resolve().parents[2]
BTC, ETH = Symbol("BTCUSDT"), Symbol("ETHUSDT")
HOUR_MS: Final = 60 * MINUTE_MS
DAY: Final = Span(OPEN_MS - 24 * HOUR_MS, OPEN_MS - HOUR_MS)  # 1,380 minutes: two pages
ALL_KINDS: Final = (Kind.CANDLES, Kind.MARKS, Kind.FUNDING)


def a_day(*symbols: str) -> Market:
    return market_of(*(symbols or ("BTCUSDT",)), history_ms=25 * HOUR_MS)


async def fetched(
    exchange: Loopback,
    folder: Path,
    *,
    symbols: Sequence[Symbol] = (BTC,),
    span: Span = DAY,
    kinds: Sequence[Kind] = (Kind.CANDLES,),
) -> Report:
    with opened_shelf(folder / "data") as shelf:
        return await fetched_from_exchange(
            Order(series=series_of(symbols, Timeframe.M1, kinds), span=span),
            shelf,
            api=ApiSettings(rest_url=exchange.rest_url),
            bans_file=folder / "bans.json",
            clock=SystemClock(),
            jitter=Random(1),
            tell=print,
        )


async def shown(exchange: Loopback, path: str, **parameters: object) -> list[Any]:
    """Ask the exchange as anybody would."""
    asked = {"symbol": BTC, "startTime": DAY.from_ms, "endTime": DAY.to_ms - 1, **parameters}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return await asyncio.to_thread(_read, f"{exchange.rest_url}/fapi/v1/{path}?{query}")


def _read(url: str) -> list[Any]:
    with urlopen(url) as reply:
        answer: list[Any] = json.load(reply)
    return answer


def _wait_for(path: Path) -> None:
    while not path.exists():
        sleep(0.02)


async def test_every_row_is_the_exchange_s_own_text(tmp_path: Path) -> None:
    async with loopback(a_day(), speed=1) as exchange:
        report = await fetched(exchange, tmp_path, kinds=ALL_KINDS)
        klines = await shown(exchange, "klines", interval="1m", limit=1_500)
        marks = await shown(exchange, "markPriceKlines", interval="1m", limit=1_500)
        fundings = await shown(exchange, "fundingRate", limit=1_000)

    candles, of_marks, rates = (
        [line for name in each.files for line in lines_in(tmp_path / "data" / name)[1:]]
        for each in report.fetched
    )
    assert candles == [",".join(map(str, row[:11])) for row in klines]
    assert of_marks == [",".join(map(str, row[:11])) for row in marks]
    assert rates == [f"{row['fundingTime']},8,{row['fundingRate']}" for row in fundings]
    assert [len(each) for each in (candles, of_marks, rates)] == [1_380, 1_380, 3]
    assert not any(each.gaps or each.absent for each in report.fetched)
    assert report.requests == 7  # time, contracts, two pages of each price, one of fundings


async def test_both_readers_of_such_files_read_the_same_from_them(tmp_path: Path) -> None:
    async with loopback(a_day("BTCUSDT", "ETHUSDT"), speed=1) as exchange:
        await fetched(exchange, tmp_path, symbols=(BTC, ETH), kinds=ALL_KINDS)
        klines = await shown(exchange, "klines", interval="1m", limit=1_500)
    folder = tmp_path / "data"

    recorded = load_market([folder], symbols=[BTC, ETH])
    files = sorted(folder.iterdir())
    gaps: list[object] = []
    replayed = list(
        candles_of(
            [named(each) for each in files if each.name.startswith("BTCUSDT-1m")], gaps.append
        )
    )
    rates = list(
        fundings_of([each for each in map(funding_file_of, files) if each is not None][:1])
    )

    assert set(recorded.candles) == set(recorded.marks) == set(recorded.funding) == {BTC, ETH}
    columns = recorded.candles[BTC]
    assert columns.open_ms.tolist() == [each.open_ms for each in replayed]
    assert columns.close.tolist() == [float(row[4]) for row in klines]
    assert [str(each.close) for each in replayed] == [row[4] for row in klines]
    assert [str(each.quote_volume) for each in replayed] == [row[7] for row in klines]
    assert (columns.gaps, gaps) == ((), [])
    assert recorded.funding[BTC].rate == tuple(each.rate for each in rates)


async def test_what_was_fetched_is_a_market_to_replay(tmp_path: Path) -> None:
    async with loopback(a_day(), speed=1) as exchange:
        await fetched(exchange, tmp_path, kinds=ALL_KINDS)
    words = ("exchange", "--port", "0", "--data", "data", "--speed", "1", "--json")

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "main.py"), *words), cwd=tmp_path, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        address = json.loads(await process.stdout.readline())
        url = f"{address['rest_url']}/fapi/v1/klines?symbol={BTC}&interval=1m&limit=400"
        (first, *_) = await asyncio.to_thread(_read, url)
    finally:
        process.send_signal(signal.SIGINT)
        await process.communicate()

    assert DAY.from_ms <= first[0] < DAY.to_ms


async def test_a_fetch_that_broke_off_goes_on_with_what_is_missing(tmp_path: Path) -> None:
    async with loopback(a_day("BTCUSDT", "ETHUSDT"), speed=1) as exchange:
        exchange.arm(FaultKind.BANNED, "GET /fapi/v1/klines", skip=2)
        with pytest.raises(BudgetExhausted):
            await fetched(exchange, tmp_path, symbols=(BTC, ETH))
        left = [each.name for each in sorted((tmp_path / "data").iterdir())]
        (tmp_path / "bans.json").unlink()

    async with loopback(a_day("BTCUSDT", "ETHUSDT"), speed=1) as exchange:
        report = await fetched(exchange, tmp_path, symbols=(BTC, ETH))

    assert left == ["BTCUSDT-1m-20260927T0000-20260927T2259.csv.gz"]
    assert [each.rows for each in report.fetched] == [0, 1_380]
    assert report.requests == 4


def fetching_past(exchange: InProcess) -> PastRest:
    return PastRest(rest_over(exchange, keys=None, clock=exchange.clock, jitter=Random(1)))


def test_however_much_is_fetched_the_limits_are_kept() -> None:
    async def main(clock: VirtualClock) -> None:
        exchange = InProcess(clock)
        past = fetching_past(exchange)
        for _ in range(400):  # 2,000 of weight, of which 1,800 a minute are for reading
            await past.klines(BTC, Timeframe.M1, start_ms=OPEN_MS - HOUR_MS, limit=1_000)
        assert set(exchange.statuses) == {200}
        assert clock.now_ms() - OPEN_MS > 40_000  # it waited for the next minute's

    run_virtual(main, start_ms=OPEN_MS)


def test_a_429_is_waited_out() -> None:
    async def main(clock: VirtualClock) -> None:
        exchange = InProcess(clock)
        exchange.protocol.faults.arm(Fault(kind=FaultKind.TOO_MANY, match="GET /fapi/v1/klines"))
        rows = await fetching_past(exchange).klines(
            BTC, Timeframe.M1, start_ms=OPEN_MS - HOUR_MS, limit=10
        )
        assert len(rows) == 10
        assert exchange.statuses == [429, 200]
        assert clock.now_ms() - OPEN_MS >= 1_000

    run_virtual(main, start_ms=OPEN_MS)


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.UNAVAILABLE,
        FaultKind.RESET_AFTER,
        FaultKind.TRUNCATED_ANSWER,
        FaultKind.BAD_GATEWAY,
    ],
)
async def test_a_question_that_fails_is_asked_again_and_no_row_is_lost_or_doubled(
    tmp_path: Path, kind: FaultKind
) -> None:
    async with loopback(a_day(), speed=1) as exchange:
        exchange.arm(kind, "GET /fapi/v1/klines", skip=1)
        report = await fetched(exchange, tmp_path)

    (name,) = report.fetched[0].files
    times = [int(line.split(",")[0]) for line in lines_in(tmp_path / "data" / name)[1:]]
    assert times == [*range(DAY.from_ms, DAY.to_ms, MINUTE_MS)]


async def test_ctrl_c_ends_with_130_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    async with loopback(a_day("BTCUSDT", "ETHUSDT"), speed=1) as exchange:
        exchange.arm(FaultKind.LATE_ANSWER, "GET /fapi/v1/klines", skip=3, delay_ms=4_000)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "main.py"), "data", "fetch", "BTCUSDT", "ETHUSDT"),
            *("--interval", "1m", "--from", "2026-09-27", "--to", "2026-09-27T23:00"),
            *("--set", f"api.rest_url={exchange.rest_url}"),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        await asyncio.to_thread(
            _wait_for, tmp_path / "data/BTCUSDT-1m-20260927T0000-20260927T2259.csv.gz"
        )
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()

    assert process.returncode == 130
    assert out == b""
    assert err.decode() == (
        "noctule: interrupted; what was written to data (1 of its files) is whole, run the same "
        "command again to go on\n"
    )
    assert [each.name for each in (tmp_path / "data").iterdir()] == [
        "BTCUSDT-1m-20260927T0000-20260927T2259.csv.gz"
    ]
