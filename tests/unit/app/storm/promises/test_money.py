"""The wallet, the bot's trades and the store tell the same as the exchange's bookings."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import create_engine

from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.store.tables import METADATA, fills
from noctule.app.storm.promises.money import (
    MoneyIsConserved,
    StoreTellsTheTruth,
    TradesAddUp,
)
from noctule.app.storm.story import DiskFailure
from noctule.domain.events.desk import PositionClosed
from noctule.domain.values import Quote, Symbol
from tests.fakes.desk_events import CLOSED
from tests.fakes.small_storms import a_story
from tests.fakes.storm_court import BTC, ETH, Court, a_life


def test_a_wallet_of_what_was_booked_is_fine() -> None:
    court = Court(MoneyIsConserved)
    court.enter()
    court.leave()
    court.rule.calm()
    assert court.told == []


def test_money_from_nowhere_is_told() -> None:
    court = Court(MoneyIsConserved)
    court.scene.account.wallet += 1
    court.rule.calm()
    assert court.told == ["the wallet holds 100001, booked were 100000"]


def _closed(court: Court[TradesAddUp], *, gross: str, fees: str) -> None:
    now_ms = court.scene.clock.now_ms()
    trade = replace(
        CLOSED.trade,
        symbol=Symbol(BTC),
        gross_pnl=Quote(Decimal(gross)),
        fees=Quote(Decimal(fees)),
        opened_ms=now_ms,
        closed_ms=now_ms,
    )
    court.rule.heard(PositionClosed(at_ms=now_ms, trace="", trade=trade))


@pytest.fixture
def traded() -> Court[TradesAddUp]:
    court = Court(TradesAddUp)
    court.wait(60_000)
    court.enter()
    court.scene.trade(BTC, "61000")
    court.leave()
    return court


def test_a_trade_that_was_booked_like_this_is_fine(traded: Court[TradesAddUp]) -> None:
    _closed(traded, gross="99.99", fees="6.05")
    _closed(traded, gross=str(_booked(traded)[0]), fees=str(_booked(traded)[1]))
    assert len(traded.told) == 1  # the first, which was guessed


def test_after_something_went_wrong_a_trade_may_be_told_in_part(
    traded: Court[TradesAddUp],
) -> None:
    traded.rule.befallen(Fault(kind=FaultKind.DROPPED_FRAME), "ORDER_TRADE_UPDATE")
    _closed(traded, gross="0", fees="0")
    assert traded.told == []


def test_so_it_may_where_the_owner_took_part(traded: Court[TradesAddUp]) -> None:
    traded.scene.market(BTC, "0.1")
    _closed(traded, gross="0", fees="0")
    assert traded.told == []


def _booked(court: Court[TradesAddUp]) -> tuple[Decimal, Decimal]:
    trades = court.scene.account.history.trades
    return (
        sum((each.realized_pnl for each in trades), Decimal(0)),
        sum((each.commission for each in trades), Decimal(0)),
    )


class _Shelf:
    """A court whose process keeps a store."""

    def __init__(self, home: Path, *, has_disk: bool = True) -> None:
        troubles = () if has_disk else (DiskFailure(at_ms=0, for_ms=1_000),)
        story = a_story(*troubles, symbols=(BTC, ETH))
        self.court = Court(StoreTellsTheTruth, story, life=a_life(home=home))
        self.court.wait(10_000)
        self.court.enter()
        self.court.wait(120_000)
        (home / "state").mkdir()
        self._engine = create_engine(f"sqlite:///{home}/state/sim.db")
        METADATA.create_all(self._engine)

    @property
    def trade(self) -> Trade:
        return self.court.scene.account.history.trades[0]

    def write(self, *, trade_id: int, fee: Decimal) -> None:
        trade = self.trade
        with self._engine.begin() as connection:
            connection.execute(
                fills.insert().values(
                    symbol=trade.symbol,
                    trade_id=trade_id,
                    trace="",
                    client_order_id=trade.client_id,
                    venue_order_id="1",
                    side=trade.side.value,
                    price=trade.price,
                    quantity=trade.qty,
                    fee=fee,
                    fee_asset="USDT",
                    is_maker=False,
                    realized_pnl=trade.realized_pnl,
                    at_ms=trade.time_ms,
                )
            )

    def told(self) -> list[str]:
        self._engine.dispose()
        self.court.end()
        self.court.rule.over()
        return self.court.told


def test_a_fill_that_stands_there_as_it_was_is_fine(tmp_path: Path) -> None:
    shelf = _Shelf(tmp_path)
    shelf.write(trade_id=shelf.trade.trade_id, fee=shelf.trade.commission)
    assert shelf.told() == []


def test_one_that_is_missing_is_told(tmp_path: Path) -> None:
    shelf = _Shelf(tmp_path)
    assert [each.endswith("is missing") for each in shelf.told()] == [True]


def test_one_with_another_fee_is_told(tmp_path: Path) -> None:
    shelf = _Shelf(tmp_path)
    shelf.write(trade_id=shelf.trade.trade_id, fee=Decimal(1))
    assert len(shelf.told()) == 1


def test_one_that_never_was_is_told(tmp_path: Path) -> None:
    shelf = _Shelf(tmp_path)
    shelf.write(trade_id=shelf.trade.trade_id, fee=shelf.trade.commission)
    shelf.write(trade_id=7, fee=shelf.trade.commission)
    assert shelf.told() == [f"1 fills: ('{BTC}', 7) is invented"]


def test_a_full_disk_may_have_cost_one(tmp_path: Path) -> None:
    assert _Shelf(tmp_path, has_disk=False).told() == []


def test_without_a_store_nothing_is_said(tmp_path: Path) -> None:
    court = Court(StoreTellsTheTruth, life=a_life(home=tmp_path))
    court.rule.over()
    assert court.told == []
