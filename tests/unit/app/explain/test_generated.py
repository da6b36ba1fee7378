from itertools import islice, pairwise

import pytest

from noctule.app.explain.generated import GENERATED_FROM_MS, generated_candles
from noctule.domain.errors import ConfigError
from noctule.domain.market import Candle
from noctule.domain.values import Timeframe


def minutes(seed: int, symbol: str | None = None, count: int = 300) -> list[Candle]:
    recording = generated_candles(seed=seed, symbol=symbol, interval=None)
    return list(islice(recording.candles, count))


def test_the_same_seed_gives_the_same_candles_and_another_gives_others() -> None:
    assert minutes(7) == minutes(7)
    assert minutes(7) != minutes(8)


@pytest.mark.parametrize("symbol", ["BTCUSDT", "THINUSDT"])
def test_every_minute_follows_the_one_before_and_is_possible(symbol: str) -> None:
    candles = minutes(3, symbol)

    assert candles[0].symbol == symbol
    assert all(after.open_ms == before.close_ms + 1 for before, after in pairwise(candles))
    assert [candle.flaw() for candle in candles] == [None] * len(candles)


def test_a_minute_without_trades_repeats_the_last_close() -> None:
    candles = minutes(3, "THINUSDT")

    before, idle = next(pair for pair in pairwise(candles) if pair[1].is_idle)
    assert {idle.open, idle.high, idle.low, idle.close} == {before.close}


def test_days_of_longer_candles_are_built() -> None:
    recording = generated_candles(seed=1, symbol=None, interval="4h")
    candles = list(recording.candles)

    assert recording.timeframe is Timeframe.H4
    assert candles[0].open_ms == GENERATED_FROM_MS
    assert len(candles) == 24


def test_a_symbol_that_is_not_generated_is_refused() -> None:
    with pytest.raises(ConfigError, match="'BTC' is not generated, did you mean 'BTCUSDT'"):
        generated_candles(seed=1, symbol="BTC", interval=None)
