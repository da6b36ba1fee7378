from decimal import Decimal

from noctule.adapters.sim.model import (
    AlgoStatus,
    OrderStatus,
    OrderType,
    PositionSide,
    Refusal,
    Side,
    Tif,
)
from noctule.adapters.sim.wire_orders import (
    algo_cancelled,
    algo_listed,
    algo_placed,
    algo_queried,
    countdown_set,
    force_order,
    order_listed,
    order_modified,
    order_placed,
    order_queried,
    refused,
    user_trade,
)
from tests.wire_builders import NOW_MS, algo, order, rules, trade

D = Decimal
BTC = rules()
PLACED = {
    "orderId": 283_194_212,
    "symbol": "BTCUSDT",
    "status": "NEW",
    "clientOrderId": "x1",
    "price": "0.00",
    "origQty": "0.010",
    "executedQty": "0.000",
    "cumQty": "0.000",
    "timeInForce": "GTC",
    "type": "MARKET",
    "origType": "MARKET",
    "reduceOnly": False,
    "closePosition": False,
    "side": "BUY",
    "positionSide": "BOTH",
    "stopPrice": "0.00",
    "workingType": "CONTRACT_PRICE",
    "priceProtect": False,
    "priceMatch": "NONE",
    "selfTradePreventionMode": "EXPIRE_MAKER",
    "goodTillDate": 0,
    "updateTime": NOW_MS,
}
ALGO = {
    "algoId": 4_000_001_781_169_737,
    "clientAlgoId": "sl-1",
    "algoType": "CONDITIONAL",
    "orderType": "STOP_MARKET",
    "symbol": "BTCUSDT",
    "side": "SELL",
    "positionSide": "BOTH",
    "timeInForce": "GTC",
    "quantity": "0.010",
    "algoStatus": "NEW",
    "triggerPrice": "60000.00",
    "price": "0.00",
    "icebergQuantity": None,
    "selfTradePreventionMode": "EXPIRE_MAKER",
    "workingType": "CONTRACT_PRICE",
    "priceMatch": "NONE",
    "closePosition": False,
    "priceProtect": False,
    "reduceOnly": True,
    "createTime": NOW_MS,
    "updateTime": NOW_MS,
    "triggerTime": 0,
    "goodTillDate": 0,
}


def test_a_placed_order_is_told_without_average_price_and_quote_sum() -> None:
    assert order_placed(order(), BTC) == PLACED


def test_a_queried_order_still_tells_average_price_and_quote_sum() -> None:
    filled = order(executed=D("0.01"), cum_quote=D("650.001"), status=OrderStatus.FILLED)
    expected = PLACED | {
        "status": "FILLED",
        "executedQty": "0.010",
        "avgPrice": "65000.10000",
        "cumQuote": "650.00100",
        "time": NOW_MS,
    }
    del expected["cumQty"]
    assert order_queried(filled, BTC) == expected


def test_a_queried_order_without_a_fill_has_no_average_price() -> None:
    told = order_queried(order(), BTC)
    assert (told["avgPrice"], told["cumQuote"]) == ("0.00000", "0")


def test_an_order_in_a_list_has_its_pair_and_nothing_in_coins() -> None:
    told = order_listed(order(), BTC)
    assert told == order_queried(order(), BTC) | {"cumBase": "0", "pair": "BTCUSDT"}


def test_a_modified_order_names_the_amendment_if_its_owner_did() -> None:
    assert order_modified(order(), BTC) == PLACED | {"pair": "BTCUSDT"}
    assert order_modified(order(modify_id=7), BTC) == PLACED | {"pair": "BTCUSDT", "modifyId": 7}


def test_an_order_of_a_trailing_stop_tells_where_it_was_activated_and_its_rate() -> None:
    trailing = order(
        orig_type=OrderType.TRAILING_STOP_MARKET,
        activate_price=D("9020"),
        callback_rate=D("0.3"),
    )
    told = order_placed(trailing, BTC)
    assert (told["activatePrice"], told["priceRate"]) == ("9020.00", "0.3")


def test_a_liquidation_order_is_listed_without_what_only_clients_choose() -> None:
    told = order_listed(order(), BTC)
    chosen = ("priceProtect", "priceMatch", "selfTradePreventionMode", "goodTillDate")
    assert force_order(order(), BTC) == {k: v for k, v in told.items() if k not in chosen}


def test_a_countdown_is_told_as_text() -> None:
    assert countdown_set("BTCUSDT", 100_000) == {"symbol": "BTCUSDT", "countdownTime": "100000"}


def test_a_refusal_is_a_code_and_a_text() -> None:
    assert refused(Refusal(-2011, "Unknown order sent.")) == {
        "code": -2011,
        "msg": "Unknown order sent.",
    }


def test_a_placed_conditional_order_has_empty_texts_for_what_only_trailing_ones_have() -> None:
    assert algo_placed(algo(), BTC) == ALGO | {"activatePrice": "", "callbackRate": ""}


def test_a_placed_trailing_order_tells_its_activation_and_its_rate() -> None:
    trailing = algo(
        type=OrderType.TRAILING_STOP_MARKET,
        trigger_price=D(0),
        activate_price=D("61000.5"),
        callback_rate=D("1.50"),
    )
    told = algo_placed(trailing, BTC)
    assert (told["activatePrice"], told["callbackRate"]) == ("61000.50", "1.5")


def test_a_waiting_conditional_order_has_no_child() -> None:
    assert algo_queried(algo(), BTC) == ALGO | {
        "actualOrderId": "",
        "actualPrice": "0.00000",
        "actualType": "MARKET",
        "actualQty": "0.000",
        "tpOrderType": "",
    }


def test_a_finished_conditional_order_names_its_child_as_text() -> None:
    finished = algo(
        type=OrderType.STOP,
        status=AlgoStatus.FINISHED,
        actual_order_id=88_937_381_063,
        actual_price=D("59999.9"),
        actual_qty=D("0.01"),
    )
    told = algo_queried(finished, BTC)
    names = ("actualOrderId", "actualPrice", "actualType", "actualQty")
    assert tuple(told[name] for name in names) == ("88937381063", "59999.90000", "LIMIT", "0.010")


def test_a_conditional_order_in_a_list_has_the_prices_of_strategies_it_is_no_part_of() -> None:
    assert algo_listed(algo(), BTC) == ALGO | {
        "actualOrderId": "",
        "actualPrice": "0.00000",
        "tpTriggerPrice": "0.00",
        "tpPrice": "0.00",
        "slTriggerPrice": "0.00",
        "slPrice": "0.00",
        "tpOrderType": "",
    }


def test_a_cancelled_conditional_order_is_told_with_a_code_that_is_text() -> None:
    assert algo_cancelled(algo()) == {
        "algoId": 4_000_001_781_169_737,
        "clientAlgoId": "sl-1",
        "code": "200",
        "msg": "success",
    }


def test_a_trade_tells_its_fee_and_its_result() -> None:
    sold = trade(
        side=Side.SELL,
        position_side=PositionSide.LONG,
        price=D("65000"),
        realized_pnl=D("-0.00325"),
        is_maker=True,
    )
    assert user_trade(sold, BTC) == {
        "buyer": False,
        "commission": "0.32500050",
        "commissionAsset": "USDT",
        "id": 123_456,
        "maker": True,
        "orderId": 283_194_212,
        "price": "65000",
        "qty": "0.010",
        "quoteQty": "650.00000",
        "baseQty": "0",
        "marginAsset": "USDT",
        "realizedPnl": "-0.00325000",
        "side": "SELL",
        "positionSide": "LONG",
        "symbol": "BTCUSDT",
        "pair": "BTCUSDT",
        "time": NOW_MS,
    }


def test_a_position_opened_by_a_trade_has_no_result_yet() -> None:
    assert user_trade(trade(), BTC)["realizedPnl"] == "0"


def test_time_in_force_and_expiry_are_told_as_they_stand() -> None:
    told = order_placed(order(tif=Tif.IOC, status=OrderStatus.EXPIRED), BTC)
    assert (told["timeInForce"], told["status"]) == ("IOC", "EXPIRED")
