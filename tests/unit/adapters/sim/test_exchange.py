"""The exchange as one object: time, countdowns, contracts that change, many accounts."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.fills import Fills, Spread
from noctule.adapters.sim.model import OrderStatus, Side
from noctule.adapters.sim.switches import Switches
from tests.fakes.pit import BTC, BTCUSDT, START_MS, Pit


def test_time_never_goes_back_and_a_tick_brings_its_own() -> None:
    pit = Pit()
    assert pit.exchange.now_ms == START_MS + 1_000
    pit.exchange.advance(START_MS + 5_000)
    pit.tick("60001")
    assert pit.exchange.now_ms == START_MS + 5_000
    pit.mark("60001")
    pit.time_ms = START_MS + 9_000
    pit.mark("60001")
    assert pit.exchange.now_ms == START_MS + 10_000


def test_a_countdown_cancels_the_regular_orders_of_its_symbol_at_its_time() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000")
    pit.stop(Side.SELL, "58000", qty="0.1")
    pit.exchange.countdown(pit.account, BTCUSDT, 10_000)
    pit.wait(9_999)
    assert order.is_open
    pit.wait(1)
    assert order.status is OrderStatus.CANCELED
    assert (len(pit.account.algos), pit.account.countdowns) == (1, {})


def test_a_countdown_told_anew_starts_anew_and_zero_stops_it() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "59000")
    pit.exchange.countdown(pit.account, BTCUSDT, 10_000)
    pit.wait(9_000)
    pit.exchange.countdown(pit.account, BTCUSDT, 10_000)
    pit.wait(9_000)
    pit.exchange.countdown(pit.account, BTCUSDT, 0)
    pit.wait(9_000)
    assert order.is_open


def test_whether_a_countdown_reaches_conditional_orders_is_a_switch() -> None:
    pit = Pit(switches=Switches(countdown_reaches_algos=True))
    pit.stop(Side.SELL, "58000", qty="0.1")
    pit.exchange.countdown(pit.account, BTCUSDT, 10_000)
    pit.wait(10_000)
    assert pit.account.algos == {}


def test_rules_fills_and_switches_may_change_while_it_trades() -> None:
    pit = Pit()
    pit.exchange.set_rules(replace(BTC, min_qty=Decimal("0.2")))
    with pit.refuses(-4004):
        pit.limit(Side.BUY, "0.1", "59000")
    assert pit.exchange.rules[BTCUSDT].min_qty == Decimal("0.2")
    pit.exchange.set_fills(Fills(spread=Spread(ticks=100)))
    assert pit.exchange.quote(BTCUSDT).ask == 60_005
    assert pit.exchange.fills.spread.ticks == 100
    pit.exchange.set_switches(Switches(trigger_refusal="no"))
    algo = pit.stop(Side.SELL, "59000", qty="0.5")
    pit.tick("59000")
    assert algo.failure == "no"


def test_accounts_trade_with_the_market_and_not_with_each_other() -> None:
    pit = Pit()
    order = pit.limit(Side.BUY, "0.1", "60000")
    other = pit.open("bob")
    mine, pit.account = pit.account, other
    pit.market(Side.SELL, "0.1")
    assert order.is_open
    pit.tick("59999.90")
    assert mine.positions[BTCUSDT, pit.position().side].amount == Decimal("0.1")
    assert other.wallet < 10_000
    assert pit.exchange.accounts == {"alice": mine, "bob": other}


def test_a_key_opens_one_account() -> None:
    pit = Pit()
    with pytest.raises(AssertionError, match="'alice' has an account"):
        pit.open("alice")


def test_an_unknown_symbol_is_refused_everywhere() -> None:
    pit = Pit()
    for call in (
        lambda: pit.exchange.quote("NOUSDT"),
        lambda: pit.exchange.cancel_all(pit.account, "NOUSDT"),
        lambda: pit.exchange.cancel_all_algo(pit.account, "NOUSDT"),
        lambda: pit.exchange.countdown(pit.account, "NOUSDT", 1),
        lambda: pit.exchange.set_leverage(pit.account, "NOUSDT", 1),
    ):
        with pit.refuses(-1121):
            call()
