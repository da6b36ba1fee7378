"""What is written into a file of candles is read back bit for bit, in every packing."""

import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.replay.cache import CandleCache
from noctule.adapters.replay.market import load_market
from noctule.domain.values import Timeframe
from tests.fakes.recorded_files import HEADER, PACKINGS, START_MS, write_rows

prices = st.floats(1e-8, 1e8, allow_subnormal=False)
volumes = st.floats(0, 1e12, allow_subnormal=False)
timeframes = st.sampled_from(Timeframe)
candles = st.builds(
    lambda four, volume, quote, count, shares: (
        *(four[1], four[3], four[0], four[2]),
        volume,
        quote,
        count,
        *(volume * shares[0], quote * shares[1]),
    ),
    st.lists(prices, min_size=4, max_size=4).map(sorted),
    volumes,
    volumes,
    st.integers(0, 10**9),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
NAMES = ("open", "high", "low", "close", "volume", "quote_volume", "trades")
TAKERS = ("taker_buy_volume", "taker_buy_quote")


def written(candle: tuple[float, ...], open_ms: int, timeframe: Timeframe, scale: int) -> str:
    *figures, quote, count, taker, taker_quote = (
        str(each) if isinstance(each, int) else f"{Decimal(repr(each)):f}" for each in candle
    )
    close_ms = (timeframe.close_of(open_ms) + 1) * scale - 1
    texts = [*figures, str(close_ms), quote, count, taker, taker_quote]
    return ",".join([str(open_ms * scale), *texts])


@given(
    several=st.lists(st.tuples(candles, st.integers(1, 3)), min_size=1, max_size=8),
    timeframe=timeframes,
    scale=st.sampled_from([1, 1_000]),
    header=st.sampled_from([HEADER, None]),
)
def test_every_packing_gives_back_what_was_written(
    several: list[tuple[tuple[float, ...], int]],
    timeframe: Timeframe,
    scale: int,
    header: str | None,
) -> None:
    open_ms, rows, opens = timeframe.open_of(START_MS), [], []
    for candle, steps in several:
        for _ in range(steps):
            open_ms = timeframe.next_open(open_ms)
        opens.append(open_ms)
        rows.append(written(candle, open_ms, timeframe, scale))
    expected = [np.array(column) for column in zip(*(each for each, _ in several), strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        for suffix in PACKINGS:
            told = HEADER if suffix == ".parquet" else header  # there columns have their names
            path = write_rows(Path(folder) / f"BTCUSDT-{timeframe}-1{suffix}", rows, header=told)
            for _ in range(2):  # the second time from the cache
                market = load_market([path], cache=CandleCache(Path(folder) / "cache"))
                (found,) = market.candles.values()

                assert found.open_ms.tolist() == opens
                for name, column in zip((*NAMES, *TAKERS), expected, strict=True):
                    assert getattr(found, name).tobytes() == column.tobytes(), name
