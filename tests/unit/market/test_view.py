"""What a strategy may look at: its own symbol, by timeframe, and nothing to write on."""

import pytest

from noctule.domain.market import BookTicker, MarkPrice
from noctule.domain.position import Position
from noctule.domain.regime import Regime
from noctule.domain.values import Timeframe
from noctule.indicators import Sma
from noctule.market.board import Board
from noctule.market.regime_settings import RegimeSettings
from noctule.market.view import MarketView
from tests.builders import BTCUSDT, START_MS, candles, position
from tests.fakes.market_weather import Weather

MARK = MarkPrice(
    symbol=BTCUSDT,
    mark_price=60_000.1,
    index_price=60_001.0,
    funding_rate=0.0001,
    next_funding_ms=START_MS + 28_800_000,
)
BOOK = BookTicker(
    symbol=BTCUSDT,
    bid_price=60_000.0,
    bid_quantity=1.0,
    ask_price=60_000.1,
    ask_quantity=2.0,
    update_id=7,
)


def new_board() -> Board:
    return Board(BTCUSDT, base=Timeframe.M1, higher=(Timeframe.M3, Timeframe.H1), capacity=10)


def test_each_timeframe_has_its_own_history() -> None:
    board = new_board()
    view = MarketView(board)
    for bar in candles([1.0, 2.0, 3.0, 4.0]):
        board.take(bar)
    assert view.symbol == "BTCUSDT"
    assert view.history(Timeframe.M1).closes(9) == [1.0, 2.0, 3.0, 4.0]
    assert view.history(Timeframe.M3).closes(9) == [3.0]
    assert view.history(Timeframe.H1).closes(9) == []


def test_the_base_comes_before_the_higher_timeframes() -> None:
    assert MarketView(new_board()).timeframes == (Timeframe.M1, Timeframe.M3, Timeframe.H1)


def test_a_timeframe_nobody_configured_is_told_with_those_that_are() -> None:
    with pytest.raises(
        LookupError,
        match=r"^BTCUSDT has no 4h candles, only 1m, 3m, 1h: "
        r"add 4h to \[trading\] higher_timeframes$",
    ):
        MarketView(new_board()).history(Timeframe.H4)


def test_the_base_timeframe_is_told_by_itself() -> None:
    assert MarketView(new_board()).timeframe is Timeframe.M1


def test_an_indicator_has_read_the_candle_that_closes_now() -> None:
    board = new_board()
    view, means = MarketView(board), []
    for bar in candles([1.0, 3.0, 5.0, 7.0, 9.0, 11.0]):
        board.take(bar)
        means.append((view.indicator(Sma, 2).value, view.on("3m").indicator(Sma, 2).value))
    assert means == [(None, None), (2.0, None), (4.0, None), (6.0, None), (8.0, None), (10.0, 8.0)]


def test_an_indicator_can_be_one_of_another_number() -> None:
    board = new_board()
    view = MarketView(board)
    for bar in candles([1.0, 3.0]):
        board.take(bar)
    assert view.indicator(Sma, 2, of="volume").value == 10.0
    assert view.on("1m").indicator(Sma, 2, of="quote_volume").value == 20.0


def test_an_indicator_that_was_kept_is_fresh_after_a_refresh_on_every_timeframe() -> None:
    board = new_board()
    view = MarketView(board)
    kept = [view.indicator(Sma, 1), view.on("3m").indicator(Sma, 1)]
    for bar in candles([1.0, 3.0, 5.0]):
        board.take(bar)
    view.refresh()
    assert [mean.value for mean in kept] == [5.0, 5.0]


def test_an_indicator_reads_the_history_that_a_board_begins_with() -> None:
    board = new_board()
    board.seed(candles([1.0, 3.0]), {Timeframe.M3: (), Timeframe.H1: ()})
    assert MarketView(board).indicator(Sma, 2).value == 2.0


def test_two_views_of_one_board_lend_the_same_indicator() -> None:
    board = new_board()
    assert MarketView(board).indicator(Sma, 2) is MarketView(board).indicator(Sma, 2)


def test_what_is_held_is_shown_as_it_is_now() -> None:
    board = new_board()
    view = MarketView(board)
    assert view.position == Position(symbol=BTCUSDT)
    held = position("0.5", "60000")
    board.held = lambda: held
    assert view.position is held


def test_mark_price_funding_and_best_prices_are_there_once_they_were_told() -> None:
    before, board = MarketView(new_board()), new_board()
    board.mark, board.book = MARK, BOOK
    assert (before.mark, before.book) == (None, None)
    assert (MarketView(board).mark, MarketView(board).book) == (MARK, BOOK)


@pytest.mark.parametrize("name", ["symbol", "timeframe", "timeframes", "mark", "book", "position"])
def test_a_view_is_read_only(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(MarketView(new_board()), name, None)


def test_the_regime_is_there_once_enough_candles_tell_it() -> None:
    regimes = RegimeSettings(trend_candles=10, recent_candles=5, norm_candles=50)
    board, weather = Board(BTCUSDT, base=Timeframe.M1, capacity=1, regimes=regimes), Weather()
    view = MarketView(board)
    for bar in weather.go([1.0] * 49):
        board.take(bar)
    assert (view.regime, view.regime_reading) == (None, None)
    board.take(weather.go([1.0])[0])
    assert view.regime is Regime.TREND_UP
    assert view.regime_reading is not None
    assert (view.regime_reading.regime, view.regime_reading.trend) == (Regime.TREND_UP, 0.9)


def test_mark_and_book_are_freshened_before_they_are_shown() -> None:
    board, asked = new_board(), list[str]()

    def freshen() -> None:
        asked.append("again")
        board.mark, board.book = MARK, BOOK

    board.freshen = freshen
    assert (MarketView(board).mark, len(asked)) == (MARK, 1)
    assert (MarketView(board).book, len(asked)) == (BOOK, 2)


@pytest.mark.parametrize("name", ["regime", "regime_reading"])
def test_who_looks_at_a_regime_that_was_left_out_is_known(name: str) -> None:
    board = new_board()
    board.follows_regime = False
    assert getattr(MarketView(board), name) is None
    assert board.is_regime_missed
