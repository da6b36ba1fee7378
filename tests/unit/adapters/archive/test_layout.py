"""Paths are those of Binance's archive, to the letter."""

from datetime import UTC, datetime

from noctule.adapters.archive.layout import FUNDING, KLINES, MARK_KLINES, daily_path, monthly_path

DAY = datetime(2023, 5, 7, tzinfo=UTC)


def test_months() -> None:
    assert monthly_path(KLINES, "BTCUSDT", "5m", DAY) == (
        "monthly/klines/BTCUSDT/5m/BTCUSDT-5m-2023-05.zip"
    )
    assert monthly_path(FUNDING, "BTCUSDT", None, DAY) == (
        "monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2023-05.zip"
    )


def test_days() -> None:
    assert daily_path(MARK_KLINES, "BTCUSDT", "1h", DAY) == (
        "daily/markPriceKlines/BTCUSDT/1h/BTCUSDT-1h-2023-05-07.zip"
    )
