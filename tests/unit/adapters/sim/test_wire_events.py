from decimal import Decimal
from typing import Any

import pytest

from noctule.adapters.sim.events import (
    AccountUpdated,
    AlgoUpdated,
    BalanceChange,
    ConfigUpdated,
    ListenKeyExpired,
    MarginCalled,
    OrderUpdated,
    TradeHinted,
    UserEvent,
)
from noctule.adapters.sim.model import (
    AlgoStatus,
    ExpiryReason,
    MarginType,
    OrderStatus,
    OrderType,
    Position,
    PositionSide,
)
from noctule.adapters.sim.wire_events import user_event
from tests.wire_builders import NOW_MS, algo, order, position_view, rules, trade

D = Decimal
RULES = {"BTCUSDT": rules()}
TOLD_MS = NOW_MS + 5
FILLED = order(
    executed=D("0.01"), cum_quote=D("650.001"), status=OrderStatus.FILLED, client_id="myid"
)


def told(event: UserEvent) -> Any:
    return user_event(event, event_ms=TOLD_MS, rules=RULES)


def test_a_fill_tells_order_trade_and_fee() -> None:
    event = OrderUpdated(time_ms=NOW_MS, order=FILLED, execution="TRADE", trade=trade())
    assert told(event) == {
        "e": "ORDER_TRADE_UPDATE",
        "E": TOLD_MS,
        "T": NOW_MS,
        "o": {
            "s": "BTCUSDT",
            "c": "myid",
            "S": "BUY",
            "o": "MARKET",
            "f": "GTC",
            "q": "0.010",
            "p": "0",
            "ap": "65000.10",
            "sp": "0",
            "x": "TRADE",
            "X": "FILLED",
            "i": 283_194_212,
            "l": "0.010",
            "z": "0.010",
            "L": "65000.10",
            "N": "USDT",
            "n": "0.32500050",
            "T": NOW_MS,
            "t": 123_456,
            "b": "0",
            "a": "0",
            "m": False,
            "R": False,
            "wt": "CONTRACT_PRICE",
            "ot": "MARKET",
            "ps": "BOTH",
            "cp": False,
            "rp": "0",
            "pP": False,
            "si": 0,
            "ss": 0,
            "V": "EXPIRE_MAKER",
            "pm": "NONE",
            "gtd": 0,
            "er": "0",
        },
    }


def test_an_update_without_a_fill_tells_no_fee() -> None:
    event = OrderUpdated(time_ms=NOW_MS, order=order(), execution="NEW")
    body = told(event)["o"]
    assert {"N", "n"}.isdisjoint(body)
    assert (body["l"], body["L"], body["t"], body["rp"]) == ("0", "0", 0, "0")


def test_an_expired_order_tells_why_and_what_it_holds() -> None:
    expired = order(
        status=OrderStatus.EXPIRED,
        expiry_reason=ExpiryReason.IOC_REMAINDER,
        executed=D("0.004"),
        cum_quote=D("260"),
    )
    body = told(OrderUpdated(time_ms=NOW_MS, order=expired, execution="EXPIRED"))["o"]
    assert (body["X"], body["er"], body["z"]) == ("EXPIRED", "2", "0.004")


def test_the_child_of_a_trailing_stop_tells_activation_and_rate() -> None:
    child = order(
        orig_type=OrderType.TRAILING_STOP_MARKET,
        activate_price=D("7476.890"),
        callback_rate=D("5.0"),
    )
    body = told(OrderUpdated(time_ms=NOW_MS, order=child, execution="NEW"))["o"]
    assert (body["o"], body["ot"]) == ("MARKET", "TRAILING_STOP_MARKET")
    assert (body["AP"], body["cr"]) == ("7476.89", "5")


@pytest.mark.parametrize(
    ("execution", "modify_id", "named"),
    [("AMENDMENT", 7, {"M": 7}), ("AMENDMENT", None, {}), ("CANCELED", 7, {})],
)
def test_an_amendment_is_told_by_the_name_its_owner_gave_it(
    execution: str, modify_id: int | None, named: dict[str, int]
) -> None:
    event = OrderUpdated(time_ms=NOW_MS, order=order(modify_id=modify_id), execution=execution)
    body = told(event)["o"]
    assert {name: body[name] for name in ("M",) if name in body} == named


def test_a_hint_of_a_fill_tells_neither_fee_nor_status() -> None:
    assert told(TradeHinted(time_ms=NOW_MS, order=FILLED, trade=trade())) == {
        "e": "TRADE_LITE",
        "E": TOLD_MS,
        "T": NOW_MS,
        "s": "BTCUSDT",
        "q": "0.010",
        "p": "0",
        "m": False,
        "c": "myid",
        "S": "BUY",
        "L": "65000.10",
        "l": "0.010",
        "t": 123_456,
        "i": 283_194_212,
    }


def test_an_account_update_tells_balances_and_positions_that_changed() -> None:
    balance = BalanceChange(asset="USDT", wallet=D("1000.1"), cross_wallet=D("1000.1"), change=D(0))
    event = AccountUpdated(
        time_ms=NOW_MS, reason="ORDER", balances=(balance,), positions=(position_view(),)
    )
    assert told(event) == {
        "e": "ACCOUNT_UPDATE",
        "E": TOLD_MS,
        "T": NOW_MS,
        "a": {
            "m": "ORDER",
            "B": [{"a": "USDT", "wb": "1000.10000000", "cw": "1000.10000000", "bc": "0"}],
            "P": [
                {
                    "s": "BTCUSDT",
                    "pa": "0.010",
                    "ep": "65000.1",
                    "bep": "65032.60005",
                    "cr": "200.00000000",
                    "up": "0.10000000",
                    "mt": "cross",
                    "iw": "0",
                    "ps": "BOTH",
                    "ma": "USDT",
                }
            ],
        },
    }


def test_a_funding_names_its_symbol() -> None:
    event = AccountUpdated(
        time_ms=NOW_MS, reason="FUNDING_FEE", balances=(), positions=(), symbol="BTCUSDT"
    )
    assert told(event)["a"] == {"m": "FUNDING_FEE", "B": [], "P": [], "S": "BTCUSDT"}


def test_an_isolated_short_position_is_told_in_small_letters_and_below_zero() -> None:
    short = Position(
        symbol="BTCUSDT", side=PositionSide.SHORT, amount=D(-10), isolated_wallet=D("6570.4")
    )
    view = position_view(position=short, margin_type=MarginType.ISOLATED)
    event = AccountUpdated(time_ms=NOW_MS, reason="ORDER", balances=(), positions=(view,))
    position = told(event)["a"]["P"][0]
    names = ("pa", "mt", "iw", "ep")
    assert [position[name] for name in names] == ["-10.000", "isolated", "6570.40000000", "0"]


TRIGGERING = {
    "caid": "sl-1",
    "aid": 4_000_001_781_169_737,
    "at": "CONDITIONAL",
    "o": "STOP_MARKET",
    "s": "BTCUSDT",
    "S": "SELL",
    "ps": "BOTH",
    "f": "GTC",
    "q": "0.01",
    "X": "TRIGGERING",
    "ai": "",
    "tp": "60000",
    "p": "0",
    "V": "EXPIRE_MAKER",
    "wt": "CONTRACT_PRICE",
    "pm": "NONE",
    "cp": False,
    "pP": False,
    "R": True,
    "tt": NOW_MS,
    "gtd": 0,
    "rm": "",
    "ia": False,
}


def test_a_conditional_order_about_to_fire_has_no_child_to_tell_of() -> None:
    firing = algo(status=AlgoStatus.TRIGGERING, trigger_ms=NOW_MS)
    ours = {"e": "ALGO_UPDATE", "E": TOLD_MS, "T": NOW_MS, "o": TRIGGERING}
    assert told(AlgoUpdated(time_ms=NOW_MS, algo=firing)) == ours


def test_a_finished_conditional_order_tells_what_its_child_did() -> None:
    finished = algo(
        status=AlgoStatus.FINISHED,
        trigger_ms=NOW_MS,
        actual_order_id=88_937_381_063,
        actual_price=D("59999.90"),
        actual_qty=D("0.010"),
    )
    assert told(AlgoUpdated(time_ms=NOW_MS, algo=finished))["o"] == TRIGGERING | {
        "X": "FINISHED",
        "ai": "88937381063",
        "ap": "59999.9",
        "aq": "0.01",
        "act": "MARKET",
    }


def test_a_conditional_order_refused_at_its_trigger_tells_why() -> None:
    rejected = algo(status=AlgoStatus.REJECTED, failure="Margin is insufficient.")
    body = told(AlgoUpdated(time_ms=NOW_MS, algo=rejected))["o"]
    assert (body["X"], body["rm"]) == ("REJECTED", "Margin is insufficient.")


def test_a_new_leverage_is_told_of_its_symbol() -> None:
    event = ConfigUpdated(time_ms=NOW_MS, symbol="BTCUSDT", leverage=25)
    ours = {"e": "ACCOUNT_CONFIG_UPDATE", "E": TOLD_MS, "T": NOW_MS}
    assert told(event) == ours | {"ac": {"s": "BTCUSDT", "l": 25}}


def test_a_new_asset_mode_is_told_of_the_account() -> None:
    event = ConfigUpdated(time_ms=NOW_MS, multi_assets=True)
    assert told(event)["ai"] == {"j": True}


CALLED = {
    "s": "BTCUSDT",
    "ps": "BOTH",
    "pa": "0.010",
    "mt": "CROSSED",
    "iw": "0",
    "mp": "65010.1",
    "up": "0.10000000",
    "mm": "2.60040400",
}


def test_a_margin_call_tells_the_cross_wallet_of_crossed_positions() -> None:
    event = MarginCalled(time_ms=NOW_MS, cross_wallet=D("3.16812"), positions=(position_view(),))
    assert told(event) == {"e": "MARGIN_CALL", "E": TOLD_MS, "cw": "3.16812000", "p": [CALLED]}


def test_a_margin_call_for_isolated_positions_tells_no_cross_wallet() -> None:
    isolated = position_view(margin_type=MarginType.ISOLATED)
    event = MarginCalled(time_ms=NOW_MS, cross_wallet=D(3), positions=(isolated,))
    called = [CALLED | {"mt": "ISOLATED"}]
    assert told(event) == {"e": "MARGIN_CALL", "E": TOLD_MS, "p": called}


def test_the_end_of_a_listen_key_is_told_with_the_key() -> None:
    assert told(ListenKeyExpired(time_ms=NOW_MS, listen_key="abc")) == {
        "e": "listenKeyExpired",
        "E": TOLD_MS,
        "listenKey": "abc",
    }


def test_an_event_without_words_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="no words for UserEvent"):
        told(UserEvent(time_ms=NOW_MS))
