"""A day with no trade is no mystery: it is counted what was said, and what refused it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from noctule.app.why.day import DaySummary, day_of, told_day
from noctule.app.why.moment import Moment
from noctule.domain.observation import Answer
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT
from tests.fakes.ledger_scene import LONG, LedgerScene, close_ms


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[LedgerScene]:
    scene = LedgerScene(tmp_path / "store.db")
    yield scene
    scene.close()


def day(scene: LedgerScene) -> DaySummary | None:
    moment = Moment(from_ms=close_ms(0), to_ms=close_ms(99))
    return day_of(scene.connection, BTCUSDT, Timeframe.M1, moment)


def test_a_stretch_of_candles_is_summed_up(scene: LedgerScene) -> None:
    scene.see(0, Answer.HISTORY)
    scene.see(1, candles=12)
    scene.see(2, Answer.FAILED, cause="mine.py:7: boom")
    for minute in (3, 4):
        scene.see(minute, Answer.SIGNAL, said=LONG)
        scene.refuse(minute)
    scene.see(5, Answer.SIGNAL, said=LONG)
    scene.authorize(5)
    scene.see(6, Answer.DISABLED, cause="too slow")
    summary = day(scene)
    assert summary is not None
    assert list(told_day(summary)) == [
        "BTCUSDT 1m, 7 candles closed",
        "  from 09-28 00:01 to 09-28 00:07 UTC",
        "      1 nothing said",
        "      3 signals",
        "      1 strategy failed",
        "      1 strategy disabled",
        "      1 came with the history",
        "      1 while it was warming up",
        "      1 entered",
        "      2 refused by max_positions, the last time: 3 of 3 positions",
        "      1 mine.py:7: boom",
        "      1 too slow",
        "09-28 00:04 LONG  refused by max_positions",
        "      SMA 10 crossed above SMA 30 by 12.5",
        "09-28 00:05 LONG  refused by max_positions",
        "      SMA 10 crossed above SMA 30 by 12.5",
        "09-28 00:06 LONG  authorized",
        "      SMA 10 crossed above SMA 30 by 12.5",
    ]


def test_a_quiet_stretch_says_so(scene: LedgerScene) -> None:
    scene.see(0)
    summary = day(scene)
    assert summary is not None
    assert list(told_day(summary)) == [
        "BTCUSDT 1m, 1 candle closed",
        "  from 09-28 00:01 to 09-28 00:01 UTC",
        "      1 nothing said",
    ]


def test_where_no_candle_closed_there_is_no_summary(scene: LedgerScene) -> None:
    assert day(scene) is None
