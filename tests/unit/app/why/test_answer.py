"""What JSON holds of a candle is all that the store knows of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from noctule.adapters.store.ledger_reading import seen_at
from noctule.app.why.answer import answer_of
from noctule.domain.observation import Answer
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT
from tests.fakes.ledger_scene import LONG, LedgerScene, close_ms


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[LedgerScene]:
    scene = LedgerScene(tmp_path / "store.db")
    yield scene
    scene.close()


def test_all_of_it_is_there(scene: LedgerScene) -> None:
    scene.see(0, Answer.SIGNAL, said=LONG)
    scene.refuse(0)
    scene.trade(0, until=5)
    seen = seen_at(scene.connection, BTCUSDT, close_ms(0), Timeframe.M1)
    assert seen is not None
    document = json.loads(msgspec.json.encode(answer_of(scene.connection, seen)))
    assert document["closed"] == "2026-09-28T00:00:59.999Z"
    assert document["said"]["direction"] == "LONG"
    assert document["spread_share"] == pytest.approx(0.0001, rel=1e-3)
    assert document["heard_ms"] == 12
    (verdict,) = document["verdicts"]
    assert verdict["gates"] == [
        {"check": "max_positions", "is_open": False, "text": "3 of 3 positions"},
        {"check": "position", "is_open": True, "text": "nothing is held"},
    ]
    (trade,) = document["aftermath"]["trades"]
    assert (trade["net_pnl"], trade["stamps"]["sent"]) == ("11.3", close_ms(0) + 14)
    assert document["left"] is None
