"""The past is asked with the parameters and the weight that the exchange's documents name."""

from noctule.adapters.binance.market.past import PastRest
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.loopback import OPEN_MS, loopback
from tests.fakes.rest_desk import rest_to

BTC = Symbol("BTCUSDT")


async def test_what_is_told_begins_where_it_was_asked_from_and_is_no_more_than_that() -> None:
    async with loopback() as exchange, rest_to(exchange) as rest:
        past, start_ms = PastRest(rest), OPEN_MS - 1_800_000
        klines = await past.klines(BTC, Timeframe.M5, start_ms=start_ms, limit=3)
        marks = await past.mark_klines(BTC, Timeframe.M5, start_ms=start_ms, limit=3)

    opened = [start_ms + at * 300_000 for at in range(3)]
    assert [row.open_ms for row in klines] == opened
    assert [row.open_ms for row in marks] == opened
    assert {row.volume for row in marks} == {"0.000"}
    assert all(row.flaw(BTC, Timeframe.M5) is None for row in [*klines, *marks])


async def test_the_weight_asked_for_is_the_weight_used() -> None:
    async with loopback() as exchange, rest_to(exchange) as rest:
        past = PastRest(rest)
        before, _ = rest.gate.usage()["REQUEST_WEIGHT 60 s"]
        await past.klines(BTC, Timeframe.M1, start_ms=OPEN_MS, limit=1_000)
        await past.mark_klines(BTC, Timeframe.M1, start_ms=OPEN_MS, limit=1_000)
        used, _ = rest.gate.usage()["REQUEST_WEIGHT 60 s"]
        await past.fundings(BTC, start_ms=0, limit=1_000)
        of_fundings, limit = rest.gate.usage()["FUNDING 300 s"]

    assert used - before == 10
    assert (of_fundings, limit) == (1, 500)


async def test_who_is_listed_and_what_time_it_is_there() -> None:
    async with loopback(speed=1) as exchange, rest_to(exchange) as rest:
        past = PastRest(rest)
        symbols = await past.symbols()
        now_ms = await past.now_ms()

    assert symbols == {"BTCUSDT", "ETHUSDT"}
    assert abs(now_ms - exchange.now_ms) < 60_000
