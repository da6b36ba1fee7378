"""An exchange that has a past to tell, held in lists; and files as an archive has them."""

import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from noctule.adapters.binance.wire.past import KlineText, SettledRow
from noctule.app.fetching.series import CANDLE_HEADER
from noctule.app.fetching.spans import DAY_MS, at_utc
from noctule.domain.values import Symbol, Timeframe

__all__ = [
    "APRIL_MS",
    "JUNE_MS",
    "MAY_MS",
    "HeldArchive",
    "ToldPast",
    "kline_text",
    "klines_between",
    "lines_in",
    "put_in_archive",
    "zipped",
]

APRIL_MS: Final = 1_680_307_200_000  # 2023-04-01
MAY_MS: Final = APRIL_MS + 30 * DAY_MS
JUNE_MS: Final = MAY_MS + 31 * DAY_MS


def kline_text(
    open_ms: int, timeframe: Timeframe = Timeframe.H4, *, close: str = "101.10"
) -> KlineText:
    """Return a candle whose prices have zeros at their ends."""
    return KlineText(
        open_ms=open_ms,
        open="100.00",
        high="102.50",
        low="99.90",
        close=close,
        volume="12.300",
        close_ms=timeframe.close_of(open_ms),
        quote_volume="1240.5000",
        trades=7,
        taker_buy_volume="5.100",
        taker_buy_quote="512.70",
    )


def klines_between(
    from_ms: int, to_ms: int, timeframe: Timeframe = Timeframe.H4
) -> list[KlineText]:
    """Return the candles that open from one time on and before another."""
    return [kline_text(open_ms, timeframe) for open_ms in range(from_ms, to_ms, timeframe.ms)]


class ToldPast:
    """Tells what it holds, and remembers what it was asked."""

    def __init__(
        self,
        klines: Iterable[KlineText] = (),
        *,
        marks: Iterable[KlineText] = (),
        fundings: Iterable[tuple[int, str]] = (),
        now_ms: int = JUNE_MS + 30 * DAY_MS,
    ) -> None:
        self._klines, self._marks = list(klines), list(marks)
        self._fundings = [
            SettledRow(symbol=Symbol("BTCUSDT"), funding_time=at_ms, funding_rate=rate)
            for at_ms, rate in fundings
        ]
        self._now_ms = now_ms
        self.asked: list[tuple[int, int]] = []  # from when, how many
        self.times_asked = 0

    async def now_ms(self) -> int:
        self.times_asked += 1
        return self._now_ms

    async def symbols(self) -> frozenset[Symbol]:
        return frozenset({Symbol("BTCUSDT"), Symbol("ETHUSDT")})

    async def klines(
        self, symbol: Symbol, timeframe: Timeframe, *, start_ms: int, limit: int
    ) -> list[KlineText]:
        self.asked.append((start_ms, limit))
        return [row for row in self._klines if row.open_ms >= start_ms][:limit]

    async def mark_klines(
        self, symbol: Symbol, timeframe: Timeframe, *, start_ms: int, limit: int
    ) -> list[KlineText]:
        self.asked.append((start_ms, limit))
        return [row for row in self._marks if row.open_ms >= start_ms][:limit]

    async def fundings(self, symbol: Symbol, *, start_ms: int, limit: int) -> list[SettledRow]:
        self.asked.append((start_ms, limit))
        return [row for row in self._fundings if row.funding_time >= start_ms][:limit]


def lines_in(path: Path) -> list[str]:
    """Return the lines of a packed file."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def zipped(lines: Sequence[str], name: str = "table.csv") -> bytes:
    """Return a package of one table."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, "".join(f"{line}\n" for line in lines))
    return memory.getvalue()


def put_in_archive(
    root: Path, path: str, lines: Sequence[str], *, checksum: str | None = None
) -> bytes:
    """Put a table where an archive would have it, its checksum beside it."""
    file, content = root / path, zipped(lines)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest() if checksum is None else checksum
    file.with_name(f"{file.name}.CHECKSUM").write_text(f"{digest}  {file.name}\n")
    return content


class HeldArchive:
    """Writes 4h candles of BTCUSDT as an archive has them, below `data/futures/um`."""

    def __init__(self, folder: Path, *, below: str = "data/futures/um") -> None:
        self.folder = folder
        self.root = folder / below

    def month(self, month_ms: int, to_ms: int, *, checksum: str | None = None) -> bytes:
        """Add a month."""
        name = f"BTCUSDT-4h-{at_utc(month_ms):%Y-%m}.zip"
        return self._put(f"monthly/klines/BTCUSDT/4h/{name}", month_ms, to_ms, checksum)

    def day(self, day_ms: int, *, checksum: str | None = None) -> bytes:
        """Add a day."""
        name = f"BTCUSDT-4h-{at_utc(day_ms):%Y-%m-%d}.zip"
        return self._put(f"daily/klines/BTCUSDT/4h/{name}", day_ms, day_ms + DAY_MS, checksum)

    def _put(self, path: str, from_ms: int, to_ms: int, checksum: str | None) -> bytes:
        rows = [row.line() for row in klines_between(from_ms, to_ms)]
        return put_in_archive(self.root, path, [CANDLE_HEADER, *rows], checksum=checksum)
