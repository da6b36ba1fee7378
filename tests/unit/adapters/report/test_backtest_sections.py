import pytest

from noctule.adapters.report import backtest_candles
from noctule.adapters.report.backtest_candles import markets_of
from noctule.adapters.report.backtest_figure import Figure
from noctule.adapters.report.backtest_sections import candle_section, chart, pair, trade_section
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.backtested import BTC, walk


def test_a_chart_has_a_title_words_for_who_does_not_see_it_and_a_caption() -> None:
    written = chart(Figure(id="a", title="T", label="L", caption="C"))

    assert written == (
        '<figure><h3>T</h3><div id="a" class="chart" role="img" aria-label="L"></div>'
        "<figcaption>C</figcaption></figure>"
    )


def test_an_empty_chart_is_words_and_no_place_to_draw_in() -> None:
    written = pair(Figure(id="a", label="L", empty="Nothing."))

    assert written == ('<div class="pair"><figure><p class="quiet">Nothing.</p></figure></div>')


def test_every_symbol_can_be_chosen() -> None:
    written = candle_section(markets_of({BTC: walk(9), Symbol("<ETH>"): walk(9, seed=2)}))

    assert '<option value="BTCUSDT">BTCUSDT</option>' in written
    assert "&lt;ETH&gt;" in written
    assert '<button type="button" data-days="30">1 month</button>' in written
    assert "longer ones" not in written


@pytest.mark.parametrize(
    ("timeframe", "length"), [(Timeframe.M5, "15 min"), (Timeframe.H12, "7 d")]
)
def test_longer_candles_than_were_traded_on_are_confessed(
    monkeypatch: pytest.MonkeyPatch, timeframe: Timeframe, length: str
) -> None:
    monkeypatch.setattr(backtest_candles, "CANDLES_MAX", 40)

    written = candle_section(markets_of({BTC: walk(100, timeframe=timeframe)}))

    assert f"longer ones (BTCUSDT {length})" in written


def test_without_candles_there_is_nothing_to_move() -> None:
    assert candle_section([]) == '<p class="quiet">There are no candles to draw.</p>'


def test_the_list_says_when_it_is_not_of_all_trades() -> None:
    assert "The list holds" not in trade_section(20_000)
    assert "The list holds the first 20000 of 20001" in trade_section(20_001)
