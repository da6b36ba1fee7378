"""Where the archive keeps a file, below its root: by kind of price, month or day."""

from datetime import datetime
from typing import Final

__all__ = ["FUNDING", "KLINES", "MARK_KLINES", "daily_path", "monthly_path"]

KLINES: Final = "klines"
MARK_KLINES: Final = "markPriceKlines"
FUNDING: Final = "fundingRate"  # has no interval, and no files of days


def monthly_path(folder: str, symbol: str, interval: str | None, month: datetime) -> str:
    """Return the path of a month, like `monthly/klines/BTCUSDT/5m/BTCUSDT-5m-2023-05.zip`."""
    return _path("monthly", folder, symbol, interval, f"{month:%Y-%m}")


def daily_path(folder: str, symbol: str, interval: str | None, day: datetime) -> str:
    """Return the path of a day, like `daily/klines/BTCUSDT/5m/BTCUSDT-5m-2023-05-17.zip`."""
    return _path("daily", folder, symbol, interval, f"{day:%Y-%m-%d}")


def _path(often: str, folder: str, symbol: str, interval: str | None, date: str) -> str:
    below = symbol if interval is None else f"{symbol}/{interval}"
    return f"{often}/{folder}/{below}/{symbol}-{interval or folder}-{date}.zip"
