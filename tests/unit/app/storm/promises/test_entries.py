"""One entry for a signal, and one order for a name."""

from msgspec.structs import replace

from noctule.app.storm.promises.entries import NoNameTwice, OneEntryPerSignal
from tests.fakes.storm_court import BTC, ETH, Court


def test_an_entry_on_each_symbol_is_fine() -> None:
    court = Court(OneEntryPerSignal)
    court.enter()
    court.enter("1", symbol=ETH)
    assert court.told == []


def test_a_second_entry_for_the_same_candle_is_not() -> None:
    court = Court(OneEntryPerSignal)
    court.enter()
    court.enter(attempt=1)
    assert [each.split(" was ")[0] for each in court.told] == [
        "BTCUSDT: the signal of 1790553599999"
    ]


def test_slices_of_the_largest_lot_are_one_entry() -> None:
    court = Court(OneEntryPerSignal)
    exchange = court.scene.exchange.venue.exchange
    lot = exchange.rules[BTC].step * 100
    exchange.set_rules(replace(exchange.rules[BTC], market_max_qty=lot))
    for attempt in range(3):
        court.enter("0.1", attempt=attempt)
    assert court.told == []


def test_a_name_serves_once() -> None:
    court = Court(NoNameTwice)
    court.enter()
    court.leave("-0.1")
    assert court.told == []
    court.enter()  # the exchange would take it: the first one is closed
    assert len(court.told) == 1


def test_a_stop_that_fires_keeps_its_name() -> None:
    court = Court(NoNameTwice)
    court.enter()
    court.stop()
    court.scene.trade(BTC, "58000")
    assert court.scene.amount(BTC) == 0
    assert court.told == []
