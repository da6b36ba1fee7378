"""An account outlives its exchange: what it holds, what waits, its numbers and its recent past."""

from decimal import Decimal

import msgspec
import pytest

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.model import MarginType, OrderType, Rules, Side, Tif
from noctule.adapters.sim.saved import SavedAccount
from tests.fakes.pit import BTC, BTCUSDT, ETH, Pit


def written(pit: Pit) -> bytes:
    return msgspec.json.encode(pit.exchange.save(pit.account))


def restarted(pit: Pit, *, rules: tuple[Rules, ...] = (BTC, ETH)) -> Pit:
    """Return another exchange, an hour later, with the account that this one saved."""
    saved = msgspec.json.decode(written(pit), type=SavedAccount)
    other = Pit(rules=rules)
    other.exchange.accounts.clear()
    other.time_ms = pit.time_ms + 3_600_000
    other.exchange.advance(other.time_ms)
    other.account = other.exchange.restore(saved, key="alice", secret="s")
    other.events.clear()
    return other


@pytest.fixture
def pit() -> Pit:
    """Return an account with a position, a stop, a resting order and a past."""
    pit = Pit()
    pit.isolate(5)
    pit.market(Side.BUY, "0.010", client_id="entry")
    pit.stop(Side.SELL, "59000")
    pit.limit(Side.SELL, "0.004", "61000", reduce_only=True)
    pit.exchange.cancel(
        pit.account,
        BTCUSDT,
        order_id=pit.limit(Side.BUY, "0.010", "59500").order_id,
        client_id=None,
    )
    return pit


def test_what_is_written_down_again_is_the_same(pit: Pit) -> None:
    assert written(restarted(pit)) == written(pit)


def test_a_position_goes_on_and_its_stop_closes_it(pit: Pit) -> None:
    other = restarted(pit)
    assert other.position().amount == Decimal("0.010")
    assert other.account.margin_type(BTCUSDT) is MarginType.ISOLATED
    other.tick("58900")
    assert other.heard()[0] == "STOP_MARKET TRIGGERING"
    assert not other.position().amount
    assert not other.account.algos


def test_an_order_that_rested_is_filled_no_sooner_than_it_would_have_been(pit: Pit) -> None:
    pit.tick("61000", qty="3")
    (order,) = pit.account.orders.values()
    ahead = pit.exchange.save(pit.account).queues[order.order_id]
    assert ahead > 0
    other = restarted(pit)
    assert other.exchange.save(other.account).queues == {order.order_id: ahead}
    other.tick("61000.10")
    assert other.position().amount == Decimal("0.006")


def test_a_liquidation_finds_who_holds(pit: Pit) -> None:
    other = restarted(pit)
    other.exchange.cancel_all_algo(other.account, BTCUSDT)
    other.mark("40000")
    assert not other.position().amount


def test_no_number_is_given_out_twice(pit: Pit) -> None:
    before = {trade.trade_id for trade in pit.account.history.trades}
    other = restarted(pit)
    order = other.market(Side.SELL, "0.002")
    assert order.order_id not in {each.order_id for each in pit.account.history.orders}
    assert other.account.history.trades[-1].trade_id not in before


def test_the_past_can_be_asked_for(pit: Pit) -> None:
    other = restarted(pit)
    found = other.exchange.find(other.account, BTCUSDT, order_id=None, client_id="entry")
    assert found.executed == Decimal("0.010")
    assert [each.income_type for each in other.account.history.incomes] == [
        "TRANSFER",
        "COMMISSION",
    ]


def test_only_the_latest_of_the_past_is_kept() -> None:
    pit = Pit(deposit="1000000")
    for _ in range(260):
        pit.market(Side.BUY, "0.001")
        pit.market(Side.SELL, "0.001")
    past = pit.exchange.save(pit.account).past
    assert len(past.trades) == 500
    assert past.trades[-1] is pit.account.history.trades[-1]


def test_a_deadline_that_passed_meanwhile_is_kept_at_once(pit: Pit) -> None:
    now_ms = pit.time_ms
    pit.limit(Side.BUY, "0.010", "59000", tif=Tif.GTD, good_till_ms=now_ms + 700_000)
    pit.exchange.countdown(pit.account, BTCUSDT, 60_000)
    other = restarted(pit)
    other.wait(1)
    assert not other.account.orders


def test_a_trailing_stop_trails_on(pit: Pit) -> None:
    pit.algo(OrderType.TRAILING_STOP_MARKET, Side.SELL, qty="0.010", callback="1", reduce_only=True)
    pit.tick("60500")
    other = restarted(pit)
    (trailing,) = [algo for algo in other.account.algos.values() if algo.callback_rate]
    assert trailing.extreme == Decimal(60_500)
    other.tick("59890")
    assert not other.position().amount


def test_what_is_not_listed_any_more_is_left_behind(pit: Pit) -> None:
    saved = pit.exchange.save(pit.account)
    assert saved.standing.symbols() == {BTCUSDT}
    pit.exchange.countdown(pit.account, BTCUSDT, 60_000)
    other = Pit(rules=(ETH, BTC)).exchange
    del other.rules[BTCUSDT], other._floor.books[BTCUSDT]
    account = other.restore(pit.exchange.save(pit.account), key="again", secret="s")
    assert list(account.held()) == []
    assert not account.orders
    assert not account.algos
    assert account.wallet == pit.account.wallet


def test_a_leg_is_taken_in_once() -> None:
    pit = Pit()
    leg = pit.position()
    account = Account(key="k", secret="s")
    account.take_leg(leg)
    with pytest.raises(AssertionError, match="has a leg"):
        account.take_leg(leg)
