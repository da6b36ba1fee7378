"""One generated symbol: on its grid, with mark and index apart, and funding from its premium."""

from decimal import Decimal
from random import Random

from noctule.adapters.sim.character import character_of
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.generated_symbol import GeneratedSymbol
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.temper import Mood
from tests.fakes.sim_market import START_MS, rules_of

CALM = Mood(minutes=1, volatility=1, drift=0, pull=0, premium=0)
KEEN = Mood(minutes=1, volatility=1, drift=0, pull=0, premium=0.002)


def lived(symbol: str, *, minutes: int, mood: Mood) -> tuple[list[Tick], list[MarkTick]]:
    (rules,), random = rules_of(symbol), Random(3)
    of_symbol = GeneratedSymbol(rules, character_of(symbol), random, start_ms=START_MS)
    ticks, marks = list[Tick](), list[MarkTick]()
    for minute in range(minutes):
        now_ms = START_MS + minute * MINUTE_MS
        of_symbol.enter_minute(mood=mood, volatility=1.0, season=1.0, steps=1)
        of_symbol.move(random.gauss(0, 1))
        tick = of_symbol.tick(now_ms)
        ticks += [] if tick is None else [tick]
        marks.append(of_symbol.mark(now_ms))
    return ticks, marks


def test_every_trade_is_on_the_grid_of_its_contract_and_adds_up() -> None:
    for symbol in ("BTCUSDT", "DOGEUSDT", "THINUSDT"):
        (rules,) = rules_of(symbol)
        for tick in lived(symbol, minutes=500, mood=CALM)[0]:
            assert tick.price % rules.tick == 0
            assert tick.qty > 0
            assert tick.qty % rules.step == tick.taker_buy_qty % rules.step == 0
            assert 0 <= tick.taker_buy_qty <= tick.qty
            assert tick.quote_qty == tick.price * tick.qty


def test_a_thin_symbol_often_does_not_trade_and_a_busy_one_always_does() -> None:
    assert len(lived("BTCUSDT", minutes=1_000, mood=CALM)[0]) == 1_000
    assert 400 < len(lived("THINUSDT", minutes=1_000, mood=CALM)[0]) < 700


def test_mark_and_index_are_apart_and_have_eight_decimals() -> None:
    marks = lived("BTCUSDT", minutes=500, mood=KEEN)[1]
    assert all(each.mark.as_tuple().exponent == -8 for each in marks)
    assert marks[-1].mark > marks[-1].index * Decimal("1.001")


def test_the_funding_rate_is_the_interest_in_a_calm_market_and_grows_with_the_premium() -> None:
    assert lived("BTCUSDT", minutes=470, mood=CALM)[1][-1].funding_rate == Decimal("0.00010000")
    assert lived("BTCUSDT", minutes=470, mood=KEEN)[1][-1].funding_rate > Decimal("0.0008")


def test_the_next_funding_moves_on_when_it_is_reached_at_the_symbols_own_interval() -> None:
    for symbol, hours in (("BTCUSDT", 8), ("FASTUSDT", 4)):
        marks = lived(symbol, minutes=hours * 60 + 1, mood=CALM)[1]
        fundings = [(each.next_funding_ms - START_MS) / 3_600_000 for each in marks]
        assert fundings == [hours] * hours * 60 + [2 * hours]


def test_the_price_stays_within_its_contract_whatever_happens() -> None:
    crash = Mood(minutes=1, volatility=1, drift=-0.5, pull=0, premium=0)
    (rules,) = rules_of("BTCUSDT")
    assert lived("BTCUSDT", minutes=100, mood=crash)[0][-1].price == rules.min_price
