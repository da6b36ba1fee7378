"""What the owner does by hand is done, and nothing that the exchange refuses him."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.app.storm.owner import Owner
from noctule.app.storm.story import HandDeed
from tests.fakes.storm_scene import StormScene

SYMBOL = "BTCUSDT"


def held(*deeds: HandDeed, amount: str = "0.100") -> StormScene:
    scene = StormScene()
    owner = Owner(scene)
    scene.market(SYMBOL, amount)
    for deed in deeds:
        owner.do(deed, SYMBOL)
    return scene


@pytest.mark.parametrize(
    ("deed", "left"),
    [
        (HandDeed.CLOSE, "0"),
        (HandDeed.HALVE, "0.050"),
        (HandDeed.FLIP, "-0.100"),
        (HandDeed.ADD, "0.133"),
    ],
)
@pytest.mark.parametrize("way", [1, -1])
def test_he_trades_on_either_side(deed: HandDeed, left: str, way: int) -> None:
    scene = held(deed, amount=f"{way * Decimal('0.100')}")
    assert scene.amount(SYMBOL) == way * Decimal(left)


def test_some_of_it_may_be_taken_from_him() -> None:
    scene = held(HandDeed.DELEVERAGE)
    assert abs(scene.amount(SYMBOL)) in (Decimal(0), Decimal("0.050"))


def test_what_rests_of_his_he_takes_back_and_nobody_elses() -> None:
    scene = held(HandDeed.PLACE_STOP, HandDeed.REST)
    assert scene.resting(SYMBOL) == ["hand-2", "hand-1"]
    Owner(scene).do(HandDeed.WITHDRAW, SYMBOL)
    assert scene.resting(SYMBOL) == []


def test_he_may_cancel_stops_or_all_there_is() -> None:
    assert held(HandDeed.PLACE_STOP, HandDeed.REST, HandDeed.CANCEL_STOPS).resting(SYMBOL) == [
        "hand-2"
    ]
    assert not held(HandDeed.PLACE_STOP, HandDeed.REST, HandDeed.CANCEL_ALL).resting(SYMBOL)


def test_money_comes_and_goes_and_leverage_changes() -> None:
    scene = held(HandDeed.DEPOSIT, HandDeed.LEVERAGE)
    assert scene.account.leverage(SYMBOL) in (1, 3, 20)
    assert abs(scene.account.wallet - 100_000) > 4_000


def test_without_a_position_there_is_nothing_to_close_and_nobody_fails() -> None:
    scene = StormScene()
    owner = Owner(scene)
    for deed in HandDeed:
        if deed is not HandDeed.ADD:
            owner.do(deed, SYMBOL)
    assert not scene.amount(SYMBOL)


def test_a_stop_of_his_takes_the_place_of_whosever_there_was() -> None:
    scene = held(HandDeed.PLACE_STOP, HandDeed.PLACE_STOP)  # two that close all of it may not be
    assert scene.resting(SYMBOL) == ["hand-2"]


def test_what_the_exchange_refuses_is_not_done() -> None:
    scene = StormScene()
    exchange = scene.exchange.venue.exchange
    exchange.set_rules(replace(exchange.rules[SYMBOL], status="SETTLING"))
    Owner(scene).do(HandDeed.ADD, SYMBOL)
    assert scene.amount(SYMBOL) == 0
