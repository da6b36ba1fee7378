from base64 import b64decode
from gzip import decompress

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from noctule.adapters.report import backtest_candles
from noctule.adapters.report.backtest_candles import Market, markets_of
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.backtested import BTC, Walk, walk

ETH = Symbol("ETHUSDT")


def opened(market: Market) -> dict[str, NDArray[np.float64]]:
    """Open the columns as the browser does."""
    planes = np.frombuffer(decompress(b64decode(market.packed)), np.uint8).reshape(5, 4, -1)
    columns = (planes.astype(np.int64) * (256 ** np.arange(4))[None, :, None]).sum(axis=1)
    minutes, jump, body, above, below = columns
    jump, body = (np.where(each % 2, -(each + 1) // 2, each // 2) for each in (jump, body))
    close = np.cumsum(jump + body)
    first = close - body
    return {
        "open_ms": market.first_ms + 60_000 * np.cumsum(minutes),
        "open": first / market.scale,
        "high": (np.maximum(first, close) + above) / market.scale,
        "low": (np.minimum(first, close) - below) / market.scale,
        "close": close / market.scale,
    }


def test_every_candle_comes_out_as_it_went_in() -> None:
    candles = walk(500)

    (market,) = markets_of({BTC: candles})

    assert (market.symbol, market.count, market.candle_ms) == (BTC, 500, 300_000)
    assert market.scale == 10
    assert not market.is_gathered
    for name, column in opened(market).items():
        assert column.tolist() == pytest.approx(getattr(candles, name).tolist(), abs=1e-9), name


def test_gaps_stay_gaps() -> None:
    whole = walk(10)
    keep = np.array([0, 1, 2, 7, 8, 9])
    columns = {
        name: getattr(whole, name)[keep] for name in ("open_ms", "open", "high", "low", "close")
    }
    candles = Walk(timeframe=Timeframe.M5, **columns)

    (market,) = markets_of({BTC: candles})

    assert opened(market)["open_ms"].tolist() == candles.open_ms.tolist()


def test_prices_that_are_no_whole_number_of_anything_are_as_near_as_four_bytes_allow() -> None:
    candles = walk(50)
    odd = replace(
        candles, **{name: getattr(candles, name) / 7 for name in ("open", "high", "low", "close")}
    )

    (market,) = markets_of({BTC: odd})

    assert market.scale == 10**5
    assert opened(market)["close"].tolist() == pytest.approx(odd.close.tolist(), abs=1e-5)


def test_too_many_candles_become_longer_ones_of_the_same_market(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backtest_candles, "CANDLES_MAX", 200)
    candles = walk(288)

    btc, eth = markets_of({ETH: walk(288, seed=2), BTC: candles})

    assert [btc.symbol, eth.symbol] == [BTC, ETH]
    assert btc.is_gathered
    assert (btc.candle_ms, btc.count) == (15 * 60_000, 96)
    seen = opened(btc)
    assert seen["open_ms"].tolist() == candles.open_ms[::3].tolist()
    assert seen["open"].tolist() == candles.open[::3].tolist()
    assert seen["high"].tolist() == candles.high.reshape(-1, 3).max(axis=1).tolist()
    assert seen["low"].tolist() == candles.low.reshape(-1, 3).min(axis=1).tolist()
    assert seen["close"].tolist() == candles.close[2::3].tolist()


def test_a_symbol_without_candles_has_no_market() -> None:
    assert markets_of({BTC: walk(0)}) == []
