"""The collector's settings: mark prices and candles, unless more is asked for."""

from noctule.adapters.binance.market.settings import CollectorSettings


def test_beside_candles_only_mark_prices_are_collected_by_default() -> None:
    settings = CollectorSettings()
    assert settings.mark_price == "1s"
    assert (settings.book_ticker, settings.trades, settings.depth_levels) == (False, False, 0)


def test_a_dead_kline_stream_is_noticed_within_ten_seconds_by_default() -> None:
    settings = CollectorSettings()
    noticed_ms = settings.silence_ms + settings.probe_ms + settings.push_ms + settings.check_ms
    assert noticed_ms < 10_000
