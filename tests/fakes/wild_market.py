"""Markets that do a bit of everything: they drift, swing, jump, stand still and go on."""

from collections.abc import Sequence
from random import Random

from msgspec import structs

from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe
from tests.builders import BTCUSDT, START_MS

__all__ = ["shuffled_behind", "wild_market"]


def wild_market(
    seed: int,
    count: int,
    *,
    symbol: Symbol = BTCUSDT,
    timeframe: Timeframe = Timeframe.M5,
    start_ms: int = START_MS,
) -> list[Candle]:
    """Draw candles that follow one another."""
    random, bars = Random(seed), list[Candle]()
    price, open_ms, drift, heat = 1_000.0, timeframe.open_of(start_ms), 0.0, 1.0
    for _ in range(count):
        if random.random() < 0.06:  # the weather changes
            drift, heat = random.choice([0.0, 0.0, 0.4, -0.4]), random.choice([0.0, 0.5, 1.0, 3.0])
        opened = price + random.choice([0.0] * 30 + [-9.0, 9.0])
        price = max(opened + (drift + random.gauss(0, 1)) * heat * 4, 10.0)
        reach = [abs(random.gauss(0, 2)) * heat for _ in range(2)]
        volume = random.uniform(1, 100) if heat else 0.0
        bars.append(
            Candle(
                symbol=symbol,
                timeframe=timeframe,
                open_ms=open_ms,
                close_ms=timeframe.close_of(open_ms),
                open=opened,
                high=max(opened, price) + reach[0],
                low=max(min(opened, price) - reach[1], 1.0),
                close=price,
                volume=volume,
                quote_volume=volume * price,
                trades=int(volume),
                taker_buy_volume=volume * random.random(),
            )
        )
        open_ms = bars[-1].close_ms + 1
    return bars


def shuffled_behind(candles: Sequence[Candle], last: int, random: Random) -> list[Candle]:
    """Let what comes after a candle come in another order, at the times that there are."""
    past, future = candles[: last + 1], candles[last + 1 :]
    others = random.sample(future, len(future))
    return [
        *past,
        *(
            structs.replace(other, open_ms=each.open_ms, close_ms=each.close_ms)
            for each, other in zip(future, others, strict=True)
        ),
    ]
