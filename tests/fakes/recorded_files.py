"""Files of recorded markets as an archive would have them, in every packing."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import pyarrow
from pyarrow.parquet import write_table

from noctule.domain.values import Timeframe

__all__ = [
    "HEADER",
    "PACKINGS",
    "START_MS",
    "candle_row",
    "random_rows",
    "write_funding",
    "write_rows",
]

START_MS = 1_672_531_200_000  # 2023-01-01 00:00 UTC
PACKINGS = (".csv", ".csv.gz", ".zip", ".parquet")
HEADER = (
    "open_time,open,high,low,close,volume,close_time,"
    "quote_volume,count,taker_buy_volume,taker_buy_quote_volume"
)
_INTEGERS = {"open_time", "close_time", "count"}


def candle_row(
    number: int = 0,
    *,
    prices: str = "100,110,95,105",
    volume: str = "4",
    rest: str = ",410,8,1,103",
    timeframe: Timeframe = Timeframe.M1,
    start_ms: int = START_MS,
) -> str:
    """Write the candle that opens so many candles after the start."""
    open_ms = start_ms + number * timeframe.ms
    return f"{open_ms},{prices},{volume},{timeframe.close_of(open_ms)}{rest}"


def random_rows(count: int, *, seed: int = 1, timeframe: Timeframe = Timeframe.M1) -> list[str]:
    """Write candles of a walk, with all columns, as the exchange does."""
    random, price = Random(seed), 20_000.0
    rows = []
    for number in range(count):
        opened, price = price, max(1.0, price + random.gauss(0, 30))
        high = max(opened, price) + random.random() * 9
        low = min(opened, price) - random.random() * 0.9
        volume = random.randrange(1, 10**6)
        prices = ",".join(f"{each:.2f}" for each in (opened, high, low, price))
        rest = f",{volume * price:.5f},{random.randrange(9_999)},{volume // 3}.5,{volume / 4:.6f}"
        rows.append(
            candle_row(number, prices=prices, volume=f"{volume}.25", rest=rest, timeframe=timeframe)
        )
        price = float(prices.rpartition(",")[2])
    return rows


def write_rows(path: Path, rows: Iterable[str], *, header: str | None = HEADER) -> Path:
    """Write rows into a file, packed as its name says."""
    lines = [*([] if header is None else [header]), *rows]
    text = "".join(f"{line}\n" for line in lines).encode()
    if path.suffix == ".parquet":
        _write_parquet(path, lines)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{path.stem}.csv", text)
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(text))
    else:
        path.write_bytes(text)
    return path


def write_funding(path: Path, *rows: str) -> Path:
    """Write funding rates, each row as `calc_time,hours,rate`."""
    return write_rows(path, rows, header="calc_time,funding_interval_hours,last_funding_rate")


def _write_parquet(path: Path, lines: Sequence[str]) -> None:
    columns = [*zip(*csv.reader(io.StringIO("\n".join(lines))), strict=True)]
    write_table(
        pyarrow.table({name: [_number(name, text) for text in texts] for name, *texts in columns}),
        path,
    )


def _number(name: str, text: str) -> int | float | str | None:
    if not text:
        return None
    try:
        return int(text) if name in _INTEGERS else float(text)
    except ValueError:
        return text
