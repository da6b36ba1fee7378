"""A candle is found by when it closed, or by any instant within it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from noctule.adapters.store.ledger_reading import Span, seen_at, seen_between, spans, symbols
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS
from tests.fakes.ledger_scene import LedgerScene, close_ms


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[LedgerScene]:
    scene = LedgerScene(tmp_path / "store.db")
    for minute in (0, 1, 2, 5):
        scene.see(minute)
    scene.see(4, timeframe=Timeframe.M5)
    yield scene
    scene.close()


@pytest.mark.parametrize(
    ("at_ms", "found"),
    [
        (START_MS, 0),  # it is open
        (close_ms(0), 0),
        (close_ms(0) + 1, 0),  # it closed at that time
        (close_ms(0) + 2, 1),
        (close_ms(5) + 1, 5),
        (START_MS - 60_000, None),
        (close_ms(3), None),  # of which nobody knows
        (close_ms(5) + 2, None),
    ],
)
def test_the_candle_is_the_one_that_closed_then_or_else_holds_it(
    scene: LedgerScene, at_ms: int, found: int | None
) -> None:
    seen = seen_at(scene.connection, BTCUSDT, at_ms, Timeframe.M1)
    assert (None if seen is None else seen.close_ms) == (None if found is None else close_ms(found))


def test_it_tells_what_it_knows_the_shortest_timeframe_first(scene: LedgerScene) -> None:
    connection = scene.connection
    assert symbols(connection) == [BTCUSDT]
    assert spans(connection, BTCUSDT) == [
        Span(timeframe=Timeframe.M1, candles=4, first_ms=close_ms(0), last_ms=close_ms(5)),
        Span(timeframe=Timeframe.M5, candles=1, first_ms=close_ms(4), last_ms=close_ms(4)),
    ]
    assert spans(connection, "ETHUSDT") == []


def test_a_stretch_is_read_in_its_order(scene: LedgerScene) -> None:
    stretch = seen_between(
        scene.connection, BTCUSDT, Timeframe.M1, from_ms=close_ms(1), to_ms=close_ms(5)
    )
    assert [each.close_ms for each in stretch] == [close_ms(each) for each in (1, 2, 5)]
