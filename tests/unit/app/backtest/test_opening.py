"""A market opens with its history behind it, on the terms that were asked for."""

from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.replay.columns import CandleColumns
from noctule.app.backtest.opening import Span, open_market
from noctule.app.backtest.settings import MarketTerms
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol
from tests.fakes.recorded_columns import columns_of, standing
from tests.fakes.replayed import at, configured_at, flat_rows, market_of, replay

ETHUSDT = Symbol("ETHUSDT")
PLAN = "10 LONG; 20 FLAT"


def columns(count: int) -> CandleColumns:
    return columns_of(standing(range(count), price=30_000.0))


def test_left_to_the_data_five_hundred_candles_are_history(tmp_path: Path) -> None:
    settings = configured_at(tmp_path).settings
    market = open_market(settings, market_of(columns(520)), MarketTerms(), Span())
    assert market.open_ms == at(500)
    (track,) = market.tracks
    assert (len(track.history), track.ahead) == (499, 20)
    assert market.pit.exchange.quote("BTCUSDT").last == 30_000


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Span(), "no more than 500 candles"),
        (Span(from_ms=at(101)), "leave no candle: the data go from 2023-11-15T00:00:00.000Z to"),
        (Span(from_ms=at(50), to_ms=at(20)), "--from and --to leave no candle"),
        (Span(from_ms=at(50), to_ms=at(50)), "--from and --to leave no candle"),
        (Span(from_ms=0, to_ms=at(0)), "--from and --to leave no candle"),
    ],
)
def test_a_span_without_candles_is_a_problem(tmp_path: Path, span: Span, said: str) -> None:
    settings = configured_at(tmp_path).settings
    with pytest.raises(ConfigError, match=said):
        open_market(settings, market_of(columns(100)), MarketTerms(), span)


def test_a_contract_that_nobody_knows_is_a_problem(tmp_path: Path) -> None:
    unknown = columns_of(standing(range(50)), symbol=Symbol("NOBODYUSDT"))
    settings = configured_at(tmp_path).settings
    with pytest.raises(ConfigError, match="no contract rules for NOBODYUSDT, only for BTCUSDT"):
        open_market(settings, market_of(unknown), MarketTerms(), Span(from_ms=at(5)))


def test_from_before_the_data_everything_is_traded_on(tmp_path: Path) -> None:
    settings = configured_at(tmp_path).settings
    market = open_market(settings, market_of(columns(100)), MarketTerms(), Span(from_ms=0))
    (track,) = market.tracks
    assert (track.history, track.running, track.ahead) == ([], None, 100)


def test_fees_spread_and_slippage_are_as_asked_for(tmp_path: Path) -> None:
    terms = MarketTerms(spread_ticks=3, slippage=Decimal("0.0001"), taker_fee=Decimal("0.001"))
    (trade,) = replay(tmp_path, flat_rows(40, {}), plan=PLAN, terms=terms).course.trades
    # Bid and ask are a tick below and two above the close; what takes pays three more.
    assert trade.entry_price == Decimal("30003.3")
    assert trade.exit_price == Decimal("29996.9")
    volume = trade.quantity * (trade.entry_price + trade.exit_price)
    assert trade.fees == pytest.approx(volume * Decimal("0.001"), abs=Decimal("1e-7"))


def test_a_maker_s_fee_is_a_maker_s(tmp_path: Path) -> None:
    keys = ("trading.entry_order=limit", "trading.entry_offset=0.001",
            "trading.entry_timeout_seconds=3600")  # fmt: skip
    rows = flat_rows(60, {12: (30_000.0, 30_010.0, 29_900.0, 30_000.0)})
    terms = MarketTerms(maker_fee=Decimal(0), taker_fee=Decimal("0.001"))
    (trade,) = replay(tmp_path, rows, *keys, plan="10 LONG; 30 FLAT", terms=terms).course.trades
    volume = trade.quantity * trade.exit_price
    assert trade.fees == pytest.approx(volume * Decimal("0.001"), abs=Decimal("1e-7"))
