"""The bot's own parts stand on an account that answers at once, and come to rest by themselves."""

from pathlib import Path

import pytest

from noctule.app.backtest.opening import OpenMarket, Span, open_market
from noctule.app.backtest.settings import MarketTerms
from noctule.app.backtest.stage import Stage
from noctule.app.replay.clock import RecordedClock
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.order import OrderAccepted
from noctule.domain.events.signal import SignalRefused
from noctule.domain.values import Symbol
from noctule.engine.outcome import at_once
from tests.fakes.recorded_columns import columns_of
from tests.fakes.replayed import at, configured_at, flat_rows, market_of

BTCUSDT = Symbol("BTCUSDT")


@pytest.fixture
def market(tmp_path: Path) -> OpenMarket:
    settings = configured_at(tmp_path).settings
    recorded = market_of(columns_of(flat_rows(60, {})))
    return open_market(settings, recorded, MarketTerms(), Span(from_ms=at(5)))


@pytest.fixture
def stage(tmp_path: Path, market: OpenMarket) -> Stage:
    clock, desk = RecordedClock(), market.desk
    clock.show(now_ms=market.open_ms - 1, elapsed_ms=market.open_ms - 1)
    instruments = at_once(desk.venue.instruments())
    made = Stage(
        configured_at(tmp_path, plan="10 LONG; 12 FLAT"),
        clock=clock,
        account_tag=market.account_tag,
        executor=desk.executor,
        contracts=(instruments, at_once(desk.setup.terms([instruments[BTCUSDT]]))),
        venue=desk.venue,
        heard=desk.take,
    )
    desk.begin()
    return made


def close(stage: Stage, market: OpenMarket, number: int) -> None:
    """Let the candle of this number close, and all come of it."""
    (track,) = market.tracks
    stage.clock.show(now_ms=at(number + 1), elapsed_ms=at(number + 1))
    for event in track.close_all(at(number + 1)):
        board = stage.desks[BTCUSDT].board
        mark, board.book = market.pit.quotes(event.candle)
        board.mark = mark
        stage.drive(event)
        stage.trading.book.hear_mark(BTCUSDT, mark.mark_price, at_ms=event.candle.close_ms)
    stage.settle()


def up_to(stage: Stage, market: OpenMarket, last: int) -> None:
    (track,) = market.tracks
    first = 4 + track.candles
    for number in range(first, last + 1):
        close(stage, market, number)
        track.begin()


def test_before_it_is_opened_nothing_is_entered(stage: Stage, market: OpenMarket) -> None:
    refused = list[SignalRefused]()
    stage.bus.subscribe(SignalRefused, refused.append)
    up_to(stage, market, 10)
    assert not stage.is_busy
    assert "start" in {each.check for each in refused[0].reasons}


def test_once_open_a_signal_is_entered_and_guarded_before_it_comes_to_rest(
    stage: Stage, market: OpenMarket
) -> None:
    stage.open()
    up_to(stage, market, 10)
    assert stage.is_busy
    (bracket,) = stage.trading.desk.brackets.values()
    assert bracket.is_settled
    assert stage.trading.book.position(BTCUSDT).signed_quantity > 0
    below, above = market.pit.exchange.calm.bounds(BTCUSDT) or (0, 0)
    assert below > 29_000
    assert above < 31_000


def test_it_leaves_when_it_is_told_to(stage: Stage, market: OpenMarket) -> None:
    stage.open()
    up_to(stage, market, 12)
    assert not stage.is_busy
    assert stage.trading.book.position(BTCUSDT).is_flat


def test_deadlines_that_have_passed_are_heard(stage: Stage) -> None:
    stage.open()
    deadline_ms = stage.next_timer_ms
    assert deadline_ms is not None
    stage.clock.show(now_ms=deadline_ms, elapsed_ms=deadline_ms)
    stage.fire_timers()
    assert stage.next_timer_ms is not None
    assert stage.next_timer_ms > deadline_ms


def test_candles_are_what_it_is_driven_by(stage: Stage, market: OpenMarket) -> None:
    heard = list[CandleClosed]()
    stage.bus.subscribe(CandleClosed, heard.append)
    close(stage, market, 4)
    assert [each.candle.open_ms for each in heard] == [at(4)]


def test_that_the_exchange_has_an_order_is_heard_once(stage: Stage, market: OpenMarket) -> None:
    accepted: list[str] = []
    stage.bus.subscribe(OrderAccepted, lambda each: accepted.append(each.client_order_id))
    stage.open()

    up_to(stage, market, 12)

    assert len(accepted) == 4  # entry, stop, target and close
    assert len(set(accepted)) == 4
