"""How far the market went either way is read off the candles, and of the last only what came."""

from decimal import Decimal
from pathlib import Path

import pytest

from noctule.app.backtest.settings import Ambiguity, MarketTerms
from noctule.performance.records import TradeRecord
from tests.fakes.replayed import flat_rows, replay

PLAN = "10 LONG 29700 30600; 20 FLAT"
SHORT = "10 SHORT 30300 29400; 20 FLAT"


def traded(home: Path, plan: str, ambiguity: Ambiguity, **bars: tuple[float, ...]) -> TradeRecord:
    rows = flat_rows(40, {int(name[1:]): bar for name, bar in bars.items()})  # type: ignore[misc]
    terms = MarketTerms(ambiguity=ambiguity)
    (trade,) = replay(home, rows, plan=plan, terms=terms).course.trades
    return trade


def test_every_candle_while_it_was_open_counts(tmp_path: Path) -> None:
    trade = traded(
        tmp_path,
        PLAN,
        Ambiguity.WORST,
        _9=(30_000.0, 30_500.0, 29_000.0, 30_000.0),  # before it
        _12=(30_000.0, 30_020.0, 29_750.0, 30_000.0),
        _15=(30_000.0, 30_550.0, 29_990.0, 30_000.0),
        _22=(30_000.0, 30_590.0, 29_710.0, 30_000.0),  # after it
    )
    assert (trade.worst_price, trade.best_price) == (Decimal("29750.0"), Decimal("30550.0"))
    assert trade.candles == 10
    assert not trade.is_ambiguous


def test_for_a_short_the_worst_is_the_highest(tmp_path: Path) -> None:
    trade = traded(tmp_path, SHORT, Ambiguity.WORST, _12=(30_000.0, 30_250.0, 29_500.0, 30_000.0))
    assert (trade.worst_price, trade.best_price) == (Decimal("30250.0"), Decimal("29500.0"))


@pytest.mark.parametrize(
    ("ambiguity", "worst"), [(Ambiguity.WORST, "29800.0"), (Ambiguity.BEST, "29990.0")]
)
def test_of_the_candle_it_was_left_in_only_what_came_before_counts(
    tmp_path: Path, ambiguity: Ambiguity, worst: str
) -> None:
    """Up to the target: with the high first, the low came when nothing was held any more."""
    trade = traded(tmp_path, PLAN, ambiguity, _12=(30_000.0, 30_700.0, 29_800.0, 30_650.0))
    assert trade.exit_reason == "target"
    assert (trade.worst_price, trade.best_price) == (Decimal(worst), Decimal("30600.0"))


def test_a_candle_that_held_stop_and_target_is_ambiguous(tmp_path: Path) -> None:
    trade = traded(tmp_path, PLAN, Ambiguity.WORST, _12=(30_000.0, 30_700.0, 29_600.0, 30_000.0))
    assert trade.is_ambiguous


def test_a_candle_that_opened_beyond_the_stop_is_not(tmp_path: Path) -> None:
    trade = traded(tmp_path, PLAN, Ambiguity.WORST, _12=(29_600.0, 29_650.0, 29_500.0, 29_600.0))
    assert not trade.is_ambiguous
    assert trade.worst_price == Decimal("29600.0")


@pytest.mark.parametrize("ambiguity", list(Ambiguity))
def test_what_came_after_an_exit_at_the_open_does_not_count(
    tmp_path: Path, ambiguity: Ambiguity
) -> None:
    trade = traded(tmp_path, PLAN, ambiguity, _12=(29_600.0, 30_700.0, 29_500.0, 30_000.0))
    assert trade.exit_price == Decimal(29_600)
    assert (trade.worst_price, trade.best_price) == (Decimal("29600.0"), Decimal("30010.0"))
    assert not trade.is_ambiguous
