"""The last 24 hours are the same, kept up to date or added up from the start."""

from decimal import Decimal
from random import Random

from noctule.adapters.sim.day import Day
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.klines import Kline
from tests.fakes.sim_market import START_MS

MINUTES = 1_440


def minute(number: int, random: Random) -> Kline:
    low = Decimal(random.randint(90, 100))
    high = low + random.randint(0, 9)
    return Kline(
        open_ms=START_MS + number * MINUTE_MS,
        close_ms=START_MS + (number + 1) * MINUTE_MS - 1,
        open=low,
        high=high,
        low=low,
        close=high,
        volume=Decimal(number),
        quote_volume=Decimal(number) * low,
        count=2,
        first_id=2 * number,
        last_id=2 * number + 1,
    )


def test_the_figures_are_those_of_the_last_1440_minutes() -> None:
    random, day = Random(1), Day()
    minutes = [minute(number, random) for number in range(2 * MINUTES)]
    for each in minutes[:-1]:
        day.add(each)
    ticker, of_day = day.ticker(minutes[-1], last_qty=Decimal(3)), minutes[-MINUTES:]
    assert ticker.open == of_day[0].open
    assert ticker.high == max(each.high for each in of_day)
    assert ticker.low == min(each.low for each in of_day)
    assert ticker.last == of_day[-1].close
    assert ticker.volume == sum(each.volume for each in of_day)
    assert ticker.quote_volume == sum(each.quote_volume for each in of_day)
    assert ticker.count == 2 * MINUTES
    assert (ticker.first_id, ticker.last_id) == (of_day[0].first_id, of_day[-1].last_id)
    assert ticker.close_ms - ticker.open_ms + 1 == MINUTES * MINUTE_MS


def test_the_first_minute_alone_is_the_day() -> None:
    first = minute(1, Random(1))
    ticker = Day().ticker(first, last_qty=Decimal(3))
    assert (ticker.open, ticker.high, ticker.low, ticker.last) == (
        first.open,
        first.high,
        first.low,
        first.close,
    )
    assert (ticker.count, ticker.last_qty) == (2, Decimal(3))
