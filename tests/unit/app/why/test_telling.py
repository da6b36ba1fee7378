"""A candle is told in four parts, within 80 columns, so that a glance says why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from noctule.adapters.store.ledger_reading import seen_at
from noctule.app.why.answer import CandleAnswer, answer_of
from noctule.app.why.telling import told
from noctule.domain.observation import Answer
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT
from tests.fakes.ledger_scene import LONG, LedgerScene, close_ms

FLAT = Signal(direction=Direction.FLAT, reason="the range is over")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[LedgerScene]:
    scene = LedgerScene(tmp_path / "store.db")
    yield scene
    scene.close()


def answer(scene: LedgerScene, minute: int = 0) -> CandleAnswer:
    seen = seen_at(scene.connection, BTCUSDT, close_ms(minute), Timeframe.M1)
    assert seen is not None
    return answer_of(scene.connection, seen)


def lines(scene: LedgerScene, minute: int = 0, **changed: Any) -> list[str]:
    whole = structs.replace(answer(scene, minute), **changed)
    told_lines = list(told(whole, width=80, marks=("✓", "✗")))
    assert max(map(len, told_lines)) <= 80
    return told_lines


def test_an_entry_is_told_from_what_was_seen_to_what_it_came_to(scene: LedgerScene) -> None:
    scene.see(0, Answer.SIGNAL, said=LONG, names=("sma(10)", "rsi(14)"), values=(60_010.5, None))
    scene.authorize(0)
    scene.trade(0, until=5)
    assert lines(scene) == [
        "BTCUSDT 1m, the candle that closed 2026-09-28 00:01:00 UTC",
        "",
        "Seen",
        "  candle             open 60,000  high 60,000  low 60,000  close 60,000",
        "  volume             10 in 100 trades",
        "  received           12 ms after it closed",
        "  sma(10)            60,010.5",
        "  rsi(14)            no value yet",
        "  regime             range",
        "  position           flat",
        "  mark price         60,001.5, spread 0.01 %",
        "",
        "Said",
        "  sma_cross          LONG: SMA 10 crossed above SMA 30 by 12.5",
        "  stop               59,400, 1 % away",
        "  target             61,200, 2 % away",
        "  confidence         0.8",
        "  factors            trend 0.5",
        "  verdict            authorized",
        "",
        "Verdict 00:01:00: authorized",
        "  ✓ position         nothing is held",
        "  ✓ size             0.01, bound by risk",
        "",
        "Followed",
        "  00:01:00 entry     BUY 0.01 MARKET, filled at 60,005",
        "  00:01:00 stop      SELL all STOP_MARKET at 59400, cancelled",
        "  00:06:00 closed    LONG 0.01 from 60,005 to 61,205, by signal",
        "  net P&L            +11.30 = +12.00 gross, -0.60 fees, -0.10 funding",
        "  slippage           -0.05 against the signal's price, within the gross",
        "  its way            candle closed, received +12ms, decided +1ms, sent +1ms,",
        "                     acknowledged +20ms, filled +1ms",
    ]


def test_of_a_refusal_the_gates_that_were_shut_come_first(scene: LedgerScene) -> None:
    scene.see(0, Answer.SIGNAL, said=LONG)
    scene.refuse(0)
    whole = lines(scene)
    assert "  verdict            refused by max_positions" in whole
    assert whole[-3:] == [
        "Verdict 00:01:00: refused",
        "  ✗ max_positions    3 of 3 positions",
        "  ✓ position         nothing is held",
    ]


def test_an_exit_is_told_with_the_trade_that_it_ended(scene: LedgerScene) -> None:
    scene.trade(0, until=5)
    scene.see(5, Answer.SIGNAL, said=FLAT, held="0.01")
    scene.leave(5)
    whole = lines(scene, 5)
    assert "  position           0.01 from 60000" in whole
    assert "  verdict            exit requested" in whole
    assert "  00:06:00 closed    LONG 0.01 from 60,005 to 61,205, by signal" in whole


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (FLAT, "nothing was held: nothing to do"),
        (LONG, "no verdict was recorded: the process may have ended just then"),
    ],
)
def test_a_signal_without_a_verdict_says_why_there_is_none(
    scene: LedgerScene, said: Signal, verdict: str
) -> None:
    scene.see(0, Answer.SIGNAL, said=said)
    assert answer(scene).verdict == verdict


@pytest.mark.parametrize(
    ("how", "told_as"),
    [
        ({"answer": Answer.NOTHING}, "nothing: no signal"),
        (
            {"answer": Answer.NOTHING, "candles": 12},
            "nothing: 12 of 31 candles to warm up with",
        ),
        ({"answer": Answer.FAILED, "cause": "mine.py:7: boom"}, "failed: mine.py:7: boom"),
        (
            {"answer": Answer.DISABLED, "cause": "too slow"},
            "was not asked, it is disabled: too slow",
        ),
        (
            {"answer": Answer.HISTORY},
            "was not asked: the candle came with the history that is read at a start",
        ),
    ],
)
def test_that_nothing_was_said_is_told_with_its_cause(
    scene: LedgerScene, how: dict[str, Any], told_as: str
) -> None:
    scene.see(0, **how)
    (said,) = [each for each in " ".join(lines(scene)).split("Said") if "sma_cross" in each]
    assert " ".join(said.split()) == f"sma_cross {told_as}"


def test_what_is_not_known_is_left_out_or_said(scene: LedgerScene) -> None:
    scene.see(0, candles=12)
    bias = (("1h bias", "up"),)
    told_lines = lines(scene, regime=None, spread_share=None, indicators=bias)
    assert "  warming up         12 of 31 candles" in told_lines
    assert "  regime             not known" in told_lines
    assert "  1h bias            up" in told_lines
    assert "  mark price         60,001.5, spread not known" in told_lines
    assert not [each for each in lines(scene, mark=None) if "mark price" in each]


def test_an_indicator_of_another_timeframe_says_which(scene: LedgerScene) -> None:
    scene.see(4)
    scene.see(4, timeframe=Timeframe.M5)
    seen = seen_at(scene.connection, BTCUSDT, close_ms(4), Timeframe.M5)
    assert seen is not None
    five = structs.replace(seen, timeframe=Timeframe.M1)  # as if it were a base candle
    assert answer_of(scene.connection, five).indicators == (("5m sma(10)", 60_010.5),)


def test_an_order_that_was_filled_in_part_or_refused_says_so(scene: LedgerScene) -> None:
    scene.trade(0, until=5)
    scene.see(0, Answer.SIGNAL, said=LONG)
    whole = answer(scene)
    entry, stop = whole.aftermath.orders
    assert entry.quantity is not None
    partly = structs.replace(entry, quantity=2 * entry.quantity, state="CANCELED")
    refused = structs.replace(stop, state="REJECTED", cause="-2021 would trigger")
    followed = structs.replace(whole.aftermath, orders=(partly, refused), trades=())
    told_lines = lines(scene, aftermath=followed)
    assert "  00:01:00 entry     BUY 0.02 MARKET, canceled, 0.01 filled at 60,005" in told_lines
    assert "  00:01:00 stop      SELL all STOP_MARKET at 59400, rejected: -2021 would" in told_lines


def test_a_trade_of_which_no_step_was_seen_has_no_way(scene: LedgerScene) -> None:
    scene.trade(0, until=5)
    scene.see(0)
    whole = answer(scene)
    (trade,) = whole.aftermath.trades
    followed = structs.replace(whole.aftermath, trades=(structs.replace(trade, stamps={}),))
    assert not [each for each in lines(scene, aftermath=followed) if "its way" in each]
