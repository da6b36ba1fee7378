"""What followed from a signal is told by its thread, and what an exit ended by when it was open."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.store.aftermath import Aftermath, aftermath, trade_left_at
from tests.builders import BTCUSDT
from tests.fakes.ledger_scene import LedgerScene, close_ms, trace


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[LedgerScene]:
    scene = LedgerScene(tmp_path / "store.db")
    scene.trade(0, until=5)
    yield scene
    scene.close()


def test_orders_are_told_with_what_was_filled_and_the_trade_with_its_stamps(
    scene: LedgerScene,
) -> None:
    followed = aftermath(scene.connection, trace(0))
    assert [(each.leg, each.filled, each.mean_price) for each in followed.orders] == [
        ("entry", Decimal("0.01"), Decimal(60_005)),
        ("stop", Decimal(0), None),
    ]
    (trade,) = followed.trades
    assert (trade.net_pnl, trade.exit_reason) == (Decimal("11.3"), "signal")
    assert trade.stamps["received"] == close_ms(0) + 12
    assert trade.stamps["protected"] is None


def test_nothing_follows_from_another_candle(scene: LedgerScene) -> None:
    assert aftermath(scene.connection, trace(1)) == Aftermath(orders=(), trades=())


def test_an_exit_ends_the_trade_that_was_open_then(scene: LedgerScene) -> None:
    left = trade_left_at(scene.connection, BTCUSDT, close_ms(5))
    assert left is not None
    assert left.trace == trace(0)
    assert trade_left_at(scene.connection, BTCUSDT, close_ms(6)) is None
