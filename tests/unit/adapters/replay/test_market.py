"""One door to recorded markets: what comes through it is checked, whole and the same always."""

from pathlib import Path
from random import Random

import pytest

from noctule.adapters.replay.cache import CandleCache
from noctule.adapters.replay.market import load_market
from noctule.adapters.sim.candle_files import candles_of, named
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe
from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.recorded_files import (
    PACKINGS,
    START_MS,
    candle_row,
    random_rows,
    write_funding,
    write_rows,
)

BTC, ETH = Symbol("BTCUSDT"), Symbol("ETHUSDT")
FIVE = 300_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two symbols, their marks and funding, and one finer series."""
    five = random_rows(24, timeframe=Timeframe.M5)
    write_rows(tmp_path / "BTCUSDT-5m-1.csv.gz", five[:12])
    write_rows(tmp_path / "BTCUSDT-5m-2.csv", five[12:], header=None)
    write_rows(tmp_path / "BTCUSDT-1m-1.zip", random_rows(120))
    write_rows(tmp_path / "ETHUSDT-5m-1.parquet", random_rows(24, timeframe=Timeframe.M5)[6:])
    write_rows(tmp_path / "BTCUSDT-MARK-5m-1.csv", random_rows(24, timeframe=Timeframe.M5))
    write_funding(tmp_path / "BTCUSDT-funding-1.csv", f"{START_MS + 3_600_004},8,0.0001")
    return tmp_path


def test_everything_that_was_asked_for_is_there(folder: Path) -> None:
    recorded = load_market([folder], symbols=["btcusdt", "ETHUSDT"], timeframe=Timeframe.M5)

    assert {symbol: len(each) for symbol, each in recorded.candles.items()} == {BTC: 24, ETH: 18}
    assert {symbol: len(each) for symbol, each in recorded.marks.items()} == {BTC: 24}
    assert recorded.funding[BTC].time_ms.tolist() == [START_MS + 3_600_000]
    assert recorded.finer == {}


def test_a_symbol_may_begin_later(folder: Path) -> None:
    recorded = load_market([folder], symbols=[BTC, ETH], timeframe=Timeframe.M5)

    assert recorded.candles[ETH].from_ms == recorded.candles[BTC].from_ms + 6 * FIVE
    assert recorded.candles[ETH].gaps == ()


def test_a_finer_series_covers_the_same_span(folder: Path) -> None:
    recorded = load_market(
        [folder],
        symbols=[BTC],
        timeframe=Timeframe.M5,
        finer=Timeframe.M1,
        from_ms=START_MS + 1,
        to_ms=START_MS + 3 * FIVE,
    )

    candles, finer = recorded.candles[BTC], recorded.finer[BTC]
    assert (candles.from_ms, candles.to_ms) == (START_MS + FIVE, START_MS + 3 * FIVE)
    assert (finer.from_ms, finer.to_ms) == (candles.from_ms, candles.to_ms)
    assert (len(candles), len(finer)) == (2, 10)


def test_all_problems_are_told_at_once(folder: Path) -> None:
    write_rows(folder / "BTCUSDT-5m-2.csv", [candle_row(volume="-4", timeframe=Timeframe.M5)])
    write_rows(folder / "ETHUSDT-5m-1.parquet", [candle_row(volume="-5", timeframe=Timeframe.M5)])

    with pytest.raises(ConfigError) as caught:
        load_market([folder], symbols=[BTC, ETH], timeframe=Timeframe.M5)

    assert caught.value.problems == (
        f"{folder}/BTCUSDT-5m-2.csv:2: volume is -4, should be 0 or more",
        f"{folder}/ETHUSDT-5m-1.parquet:1: volume is -5, should be 0 or more",
    )


def test_many_problems_are_counted(tmp_path: Path) -> None:
    for number in range(13):
        write_rows(tmp_path / f"BTCUSDT-1m-{number}.csv", [candle_row(volume="-4")])

    with pytest.raises(ConfigError) as caught:
        load_market([tmp_path])

    assert len(caught.value.problems) == 11
    assert caught.value.problems[-1] == "and 3 more files are refused: see data verify"


def test_a_second_load_is_the_first_one_again(folder: Path, tmp_path: Path) -> None:
    cache = CandleCache(tmp_path / "cache")
    told: list[tuple[int, int]] = []
    first, second = (
        load_market(
            [folder],
            symbols=[BTC],
            timeframe=Timeframe.M5,
            cache=cache,
            on_progress=lambda at, last: told.append((at, last)),
        ).candles[BTC]
        for _ in range(2)
    )

    for name in ("open_ms", "open", "high", "low", "close", "volume", "quote_volume", "trades"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
    assert first.files == second.files
    assert told[-1][0] == told[-1][1]


@needs_data
def test_real_files_of_two_half_years_are_one_series() -> None:
    recorded = load_market([DATA / "klines"], symbols=[BTC, ETH], timeframe=Timeframe.H4)
    five = load_market([DATA / "klines", DATA / "funding"], symbols=[BTC], timeframe=Timeframe.M5)

    assert {symbol: len(each) for symbol, each in recorded.candles.items()} == {
        BTC: 2_994,
        ETH: 2_994,
    }
    assert len(five.candles[BTC]) == 78_624
    assert [source.rows for source in five.candles[BTC].files] == [61_056, 17_568]
    assert five.candles[BTC].gaps == ()
    assert five.candles[BTC].idle == 3  # the halt of 2023-09-12
    assert len(five.funding[BTC]) == 1_498
    assert str(five.funding[BTC].rate[2]) == "0.00000691"


def test_generated_files_of_two_halves_are_one_series(tmp_path: Path) -> None:
    rows = random_rows(3_000, timeframe=Timeframe.M5)
    rows[2_000] = candle_row(2_000, volume="0", rest=",0,0,0,0", timeframe=Timeframe.M5)
    write_rows(tmp_path / "BTCUSDT-5m-1.csv.gz", rows[:1_700])
    write_rows(tmp_path / "BTCUSDT-5m-2.csv.gz", rows[1_700:])

    candles = load_market([tmp_path]).candles[BTC]

    assert len(candles) == 3_000
    assert [source.rows for source in candles.files] == [1_700, 1_300]
    assert (candles.gaps, candles.idle) == ((), 1)


def assert_the_exchange_reads_the_same(path: Path, timeframe: Timeframe) -> None:
    """Compare with the simulated exchange's own reader, which has another author and no floats."""
    symbol = Symbol(path.name.partition("-")[0])
    columns = load_market([path], symbols=[symbol], timeframe=timeframe).candles[symbol]
    file = named(path, symbol=symbol, interval=timeframe)
    told = list(candles_of([file], on_gap=print))

    for name, exact in [
        ("open_ms", [candle.open_ms for candle in told]),
        ("open", [float(candle.open) for candle in told]),
        ("high", [float(candle.high) for candle in told]),
        ("low", [float(candle.low) for candle in told]),
        ("close", [float(candle.close) for candle in told]),
        ("volume", [float(candle.volume) for candle in told]),
        ("quote_volume", [float(candle.quote_volume) for candle in told]),
        ("trades", [candle.count for candle in told]),
        ("taker_buy_volume", [float(candle.taker_buy_volume) for candle in told]),
        ("taker_buy_quote", [float(candle.taker_buy_quote) for candle in told]),
    ]:
        assert getattr(columns, name).tolist() == exact, name


@needs_data
@pytest.mark.parametrize(
    "name",
    [
        "DOGEUSDT-1m-20230814-20230816",
        "SOLUSDT-1m-20230814-20230816",
        "LTCUSDT-5m-20230801-20230930",
        "BTCUSDT-4h-20230101-20240513",
        "BTCUSDT-SPOT-allcols-4h-20200101-20211231",
    ],
)
def test_real_files_are_what_the_simulated_exchange_reads(name: str) -> None:
    timeframe = next(each for each in Timeframe if f"-{each}-" in name)

    assert_the_exchange_reads_the_same(DATA / "klines" / f"{name}.csv.gz", timeframe)


@pytest.mark.parametrize("suffix", PACKINGS)
def test_generated_files_are_what_the_simulated_exchange_reads(tmp_path: Path, suffix: str) -> None:
    random, rows = Random(3), random_rows(600)
    for number, row in enumerate(rows):
        fields = row.split(",")
        if number % 3:
            fields[5] = f"{random.random() * 10 ** random.randrange(9):.{random.randrange(9)}f}"
            fields[7:] = [""] * 4
        if number % 7 == 0:
            fields[7 + number % 4] = ""
        rows[number] = ",".join(fields)

    path = write_rows(tmp_path / f"BTCUSDT-1m-1{suffix}", rows)
    assert_the_exchange_reads_the_same(path, Timeframe.M1)
