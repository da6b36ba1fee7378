"""The market is told at once, and never so often that nothing else is seen."""

from collections.abc import Sequence
from decimal import Decimal

from noctule.app.narration.chatter import Chatter, Held
from noctule.domain.values import MINUTE_MS, Symbol
from noctule.telemetry.narration import Line
from tests.builders import BTCUSDT, START_MS, candle

ETHUSDT, SOLUSDT, XRPUSDT = Symbol("ETHUSDT"), Symbol("SOLUSDT"), Symbol("XRPUSDT")
LONG = Held(symbol=BTCUSDT, text="long 0.136", pnl=Decimal("12.4"))


def chatter(*symbols: Symbol, waits: str = "waits for a cross") -> Chatter:
    return Chatter(symbols or (BTCUSDT,), waits_for=lambda symbol: waits and f"{symbol} {waits}")


def words(lines: Sequence[Line]) -> list[str]:
    return [f"{each.word} {each.text}" for each in lines]


def test_the_first_candle_is_told_at_once_with_what_is_waited_for() -> None:
    market = chatter()
    market.hear(candle(60_060.0, open=60_000.0), 1_000)
    assert words([*market.lines(1_000, ())]) == [
        "CANDLE 60,060     +0.10 %",
        "WAITS BTCUSDT waits for a cross",
    ]
    assert [*market.lines(2_000, ())] == []


def test_a_candle_is_measured_against_the_close_before_it_and_shows_what_is_held() -> None:
    market = chatter(waits="")
    market.hear(candle(60_000.0), 1_000)
    assert len([*market.lines(1_000, ())]) == 1
    market.hear(candle(60_600.0, open_ms=START_MS + MINUTE_MS), 2_000)
    (line,) = market.lines(2_000, (LONG,))
    assert line.text == "60,600     +1.00 %   long 0.136 +12.40"
    assert line.at_ms == START_MS + 2 * MINUTE_MS


def test_candles_that_come_faster_than_anybody_reads_are_thinned_to_the_latest() -> None:
    market = chatter(waits="")
    for now_ms in range(1_000, 2_000, 100):
        market.hear(candle(60_000.0 + now_ms), now_ms)
    told = [line for now_ms in range(1_000, 2_000, 100) for line in market.lines(now_ms, ())]
    assert len(told) == 1
    assert told[0].text.startswith("61,900")


def test_what_is_waited_for_is_told_again_after_a_while_and_only_if_it_changed() -> None:
    said = ["a", "a", "b"]
    market = Chatter((BTCUSDT,), waits_for=lambda _symbol: said.pop(0))
    told = []
    for now_ms in (1_000, 2_000, 9_100, 17_200):
        market.hear(candle(), now_ms)
        told += [line.text for line in market.lines(now_ms, ()) if line.word == "WAITS"]
    assert told == ["a", "b"]


def test_at_the_start_it_is_said_of_three_symbols_what_is_waited_for() -> None:
    market = chatter(BTCUSDT, ETHUSDT, SOLUSDT, XRPUSDT)
    lines = [*market.first_waits(1_000, START_MS)]
    assert [line.symbol for line in lines] == [BTCUSDT, ETHUSDT, SOLUSDT]


def test_several_symbols_share_a_line_once_all_have_closed_and_who_moved_most_is_named() -> None:
    market = chatter(BTCUSDT, ETHUSDT, SOLUSDT, XRPUSDT, waits="")
    closes = {BTCUSDT: 60_060.0, ETHUSDT: 59_000.0, SOLUSDT: 60_300.0, XRPUSDT: 60_001.0}
    for symbol, close in closes.items():
        market.hear(candle(close, symbol=symbol, open=60_000.0), 1_000)
    assert [*market.lines(1_500, ())] == []
    (line,) = market.lines(2_000, (LONG, LONG))
    assert (line.symbol, line.word) == ("4 coins", "MARKET")
    assert line.text == (
        "ETHUSDT 59,000 -1.67 %, SOLUSDT 60,300 +0.50 %, BTCUSDT 60,060 +0.10 %; 2 open +24.80"
    )
    market.hear(candle(), 2_100)
    assert [*market.lines(4_000, ())] == []
    assert len([*market.lines(7_100, ())]) == 1


def test_of_several_symbols_one_after_the_other_says_what_it_waits_for() -> None:
    market = chatter(BTCUSDT, ETHUSDT)
    asked = []
    for now_ms in (1_000, 12_000, 23_000):
        market.hear(candle(), now_ms - 1_000)
        asked += [line.symbol for line in market.lines(now_ms, ()) if line.word == "WAITS"]
    assert asked == [BTCUSDT, ETHUSDT, BTCUSDT]


def test_a_position_without_a_mark_is_named_without_its_worth() -> None:
    market = chatter(waits="")
    market.hear(candle(60_000.0), 1_000)
    (line,) = market.lines(1_000, (Held(symbol=BTCUSDT, text="short 1", pnl=None),))
    assert line.text.endswith("   short 1")


def test_it_has_news_from_a_candle_until_it_is_told() -> None:
    market = chatter()
    has_news = [market.has_news]
    market.hear(candle(60_060.0, open=60_000.0), 1_000)
    has_news.append(market.has_news)
    assert [*market.lines(1_000, ())]
    has_news.append(market.has_news)
    assert has_news == [False, True, False]
