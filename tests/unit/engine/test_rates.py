"""Fees in another asset are counted by its index price, of every asset that the account owns."""

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest
from typing_extensions import override

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import FeedMalformed, VenueUnreachable
from noctule.domain.events.order import AccountSnapshotTaken, AccountUpdated
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.values import Symbol, quote
from noctule.engine.rates import Rates
from tests.builders import START_MS
from tests.fakes.feed import ScriptedCollector

BNB, BTC, ODD = (Symbol(each) for each in ("BNBUSDT", "BTCUSDT", "ODDUSDT"))


class Market(ScriptedCollector):
    """Tells index prices, after as many failures as were scripted, and notes who is asked for."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self.index_prices = {BNB: 655.17, BTC: 60_000.0}
        self.failures: list[Exception] = []
        self.asked: list[tuple[int, str]] = []  # after so many seconds
        self._clock = clock

    @override
    async def index_price(self, symbol: Symbol) -> float:
        self.asked.append(((self._clock.now_ms() - START_MS) // 1_000, symbol))
        if self.failures:
            raise self.failures.pop(0)
        return await super().index_price(symbol)


def balances(owned: dict[str, str]) -> tuple[Balance, ...]:
    """Return what is owned of each asset."""
    return tuple(
        Balance(asset=asset, wallet=quote(wallet), available=quote(wallet))
        for asset, wallet in owned.items()
    )


def told(**owned: str) -> AccountSnapshotTaken:
    snapshot = AccountSnapshot(at_ms=START_MS, balances=balances(owned), positions=())
    return AccountSnapshotTaken(at_ms=START_MS, trace="t", snapshot=snapshot)


def changed(**owned: str) -> AccountUpdated:
    return AccountUpdated(at_ms=START_MS, trace="t", balances=balances(owned))


def kept(*story: Callable[[Rates, Market], object] | int) -> tuple[Rates, Market]:
    """Keep the rates while things happen, and so many seconds pass between them."""

    async def main(clock: VirtualClock) -> tuple[Rates, Market]:
        market = Market(clock)
        rates = Rates(market, quote_asset="USDT")
        keeping = asyncio.get_running_loop().create_task(rates.keep())
        await asyncio.sleep(0)
        for part in story:
            if isinstance(part, int):
                await clock.sleep_ms(part * 1_000)
            else:
                part(rates, market)
        assert not keeping.done(), keeping.exception()
        keeping.cancel()
        await asyncio.wait([keeping])
        return rates, market

    return run_virtual(main, start_ms=START_MS)


def test_before_an_asset_is_owned_and_asked_for_its_rate_is_not_known() -> None:
    rates, market = kept(45)
    assert rates.rate_of("BNB") is None
    assert market.asked == []


def test_what_is_owned_beside_the_quote_asset_is_asked_for_at_once_and_every_half_minute() -> None:
    rates, market = kept(
        7,
        lambda rates, _: rates.on_account_snapshot_taken(told(USDT="9000", BNB="2", BTC="0")),
        61,
    )
    assert rates.rate_of("BNB") == Decimal("655.17")
    assert rates.rate_of("BTC") is None
    assert market.asked == [(7, BNB), (37, BNB), (67, BNB)]


def test_the_rate_is_the_latest() -> None:
    def rise(_rates: Rates, market: Market) -> None:
        market.index_prices[BNB] = 700.1

    own = told(BNB="2")
    rates, _ = kept(lambda rates, _: rates.on_account_snapshot_taken(own), 5, rise, 30)
    assert rates.rate_of("BNB") == Decimal("700.1")


def test_an_asset_that_comes_is_asked_for_and_one_that_goes_is_not_but_its_rate_stays() -> None:
    rates, market = kept(
        lambda rates, _: rates.on_account_updated(changed(BNB="2", USDT="1")),
        10,
        lambda rates, _: rates.on_account_updated(changed(BNB="0", BTC="0.1")),
        25,
    )
    assert market.asked == [(0, BNB), (10, BTC)]
    assert rates.rate_of("BNB") == Decimal("655.17")  # the last of it may have paid a fee
    assert rates.rate_of("BTC") == Decimal(60_000)


def test_a_snapshot_replaces_what_was_owned() -> None:
    _, market = kept(
        lambda rates, _: rates.on_account_updated(changed(BNB="2")),
        1,
        lambda rates, _: rates.on_account_snapshot_taken(told(USDT="9000")),
        90,
    )
    assert market.asked == [(0, BNB)]


def test_what_was_told_before_does_not_wake_it() -> None:
    own = changed(BNB="2")
    _, market = kept(
        lambda rates, _: rates.on_account_updated(own),
        1,
        lambda rates, _: rates.on_account_updated(own),
        1,
    )
    assert market.asked == [(0, BNB)]


@pytest.mark.parametrize("failure", [VenueUnreachable("no route"), FeedMalformed("index 0")])
def test_a_rate_that_is_not_told_keeps_its_last_and_is_asked_for_again(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_rates: Rates, market: Market) -> None:
        market.failures = [failure, failure]

    own = told(BNB="2")
    rates, market = kept(lambda rates, _: rates.on_account_snapshot_taken(own), 5, fail, 120)
    assert rates.rate_of("BNB") == Decimal("655.17")
    assert len(market.asked) == 5
    assert [each.getMessage() for each in caplog.records] == ["rate not told"]  # once


def test_an_asset_without_a_contract_holds_up_no_other_and_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    own = changed(BNB="2", ODD="5", AAA="1")
    rates, market = kept(
        lambda rates, _: rates.on_account_updated(own),
        5,
        lambda rates, _: rates.on_account_updated(own),
        40,
    )
    assert rates.rate_of("ODD") is None
    assert rates.rate_of("BNB") == Decimal("655.17")
    assert [symbol for at_s, symbol in market.asked if at_s == 30] == ["AAAUSDT", BNB, ODD]
    assert [vars(each)["fields"]["asset"] for each in caplog.records] == ["AAA", "ODD"]


def test_no_more_assets_are_asked_for_than_the_bound() -> None:
    own = changed(**{f"A{number:02}": "1" for number in range(50)})
    _, market = kept(lambda rates, _: rates.on_account_updated(own), 5)
    assert len(market.asked) == 20
