"""The account over REST."""

import pytest

from tests.fakes.sim_desk import KEY, Desk

OK = {"code": 200, "msg": "success"}


def test_the_purse_is_told_three_ways_and_they_agree() -> None:
    desk = Desk()
    desk.order()
    account = desk.call("GET", "/fapi/v3/account").content
    (balance,) = desk.call("GET", "/fapi/v3/balance").content
    (leg,) = desk.call("GET", "/fapi/v3/positionRisk", symbol="BTCUSDT").content

    assert account["totalWalletBalance"] == balance["balance"] == "9999.69999950"
    assert [each["positionAmt"] for each in account["positions"]] == [leg["positionAmt"]]
    assert leg["entryPrice"] == "60000.1"


def test_a_flat_account_has_no_positions() -> None:
    desk = Desk()

    assert desk.call("GET", "/fapi/v3/positionRisk").content == []
    assert desk.call("GET", "/fapi/v3/positionRisk", symbol="NOPE").code == -1121


@pytest.mark.parametrize(
    ("path", "fields", "unchanged"),
    [
        ("leverage", {"symbol": "BTCUSDT", "leverage": 5}, None),
        ("marginType", {"symbol": "BTCUSDT", "marginType": "ISOLATED"}, -4046),
        ("positionSide/dual", {"dualSidePosition": "true"}, -4059),
        ("multiAssetsMargin", {"multiAssetsMargin": "true"}, -4171),
    ],
)
def test_a_setting_is_changed_once(
    path: str, fields: dict[str, object], unchanged: int | None
) -> None:
    desk = Desk()
    first = desk.call("POST", f"/fapi/v1/{path}", **fields)
    again = desk.call("POST", f"/fapi/v1/{path}", **fields)

    assert first.status == 200
    assert again.status == (200 if unchanged is None else 400)
    assert unchanged is None or again.code == unchanged


def test_settings_are_told_as_they_were_set() -> None:
    desk = Desk()
    leverage = desk.call("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=5).content
    margin = desk.call("POST", "/fapi/v1/marginType", symbol="BTCUSDT", marginType="ISOLATED")
    config = desk.call("GET", "/fapi/v1/symbolConfig", symbol="BTCUSDT").content[0]

    assert (leverage["leverage"], leverage["symbol"]) == (5, "BTCUSDT")
    assert margin.content == OK
    assert (config["leverage"], config["marginType"]) == (5, "ISOLATED")
    assert len(desk.call("GET", "/fapi/v1/symbolConfig").content) == 2
    modes = desk.call("GET", "/fapi/v1/positionSide/dual").content
    assert modes == {"dualSidePosition": False}
    assert desk.call("GET", "/fapi/v1/multiAssetsMargin").content == {"multiAssetsMargin": False}
    assert desk.call("GET", "/fapi/v1/accountConfig").content["canTrade"] is True


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        ("leverage", {"symbol": "BTCUSDT", "leverage": 126}, -4028),
        ("leverage", {"symbol": "BTCUSDT"}, -1102),
        ("marginType", {"symbol": "BTCUSDT", "marginType": "NONE"}, -1130),
        ("positionSide/dual", {"dualSidePosition": "maybe"}, -1130),
        ("positionMargin", {"symbol": "BTCUSDT", "amount": "0", "type": 1}, -1130),
        ("positionMargin", {"symbol": "BTCUSDT", "amount": "1", "type": 3}, -1130),
    ],
)
def test_a_wrong_setting_is_refused(path: str, fields: dict[str, object], code: int) -> None:
    assert Desk().call("POST", f"/fapi/v1/{path}", **fields).code == code


def test_margin_is_added_to_an_isolated_position_and_taken_out_again() -> None:
    desk = Desk()
    desk.call("POST", "/fapi/v1/marginType", symbol="BTCUSDT", marginType="ISOLATED")
    desk.order()
    before = isolated(desk)
    path, symbol = "/fapi/v1/positionMargin", "BTCUSDT"
    added = desk.call("POST", path, symbol=symbol, amount="5", type=1).content
    after = isolated(desk)
    taken = desk.call("POST", path, symbol=symbol, amount="4", type=2)
    too_much = desk.call("POST", path, symbol=symbol, amount="4", type=2)

    assert (added["amount"], added["type"], after - before) == (5.0, 1, 5)
    assert (taken.status, isolated(desk) - before) == (200, 1)
    assert too_much.code == -4051


def isolated(desk: Desk) -> float:
    (leg,) = desk.call("GET", "/fapi/v3/positionRisk").content
    return float(leg["isolatedWallet"])


def test_brackets_are_an_object_for_one_symbol_and_a_list_for_all() -> None:
    desk = Desk()
    one = desk.call("GET", "/fapi/v1/leverageBracket", symbol="BTCUSDT").content
    every = desk.call("GET", "/fapi/v1/leverageBracket").content

    assert one == every[0]
    assert one["brackets"][0]["initialLeverage"] == 125


def test_fees_and_order_limits_are_told() -> None:
    desk = Desk()
    rates = desk.call("GET", "/fapi/v1/commissionRate", symbol="BTCUSDT").content

    assert (rates["makerCommissionRate"], rates["takerCommissionRate"]) == ("0.0002", "0.0005")
    limits = desk.call("GET", "/fapi/v1/rateLimit/order").content
    assert [each["limit"] for each in limits] == [300, 1200]


def test_income_is_told_by_kind_symbol_and_time() -> None:
    desk = Desk()
    desk.order()
    desk.order(side="SELL")

    def kinds(**params: object) -> list[str]:
        rows = desk.call("GET", "/fapi/v1/income", **params).content
        return [row["incomeType"] for row in rows]

    assert sorted(kinds()) == ["COMMISSION", "COMMISSION", "REALIZED_PNL", "TRANSFER"]
    assert kinds(incomeType="COMMISSION", symbol="BTCUSDT") == ["COMMISSION", "COMMISSION"]
    assert kinds(limit=1, startTime=0) == ["TRANSFER"]
    assert kinds(endTime=1) == []
    assert desk.call("GET", "/fapi/v1/income", symbol="NOPE").code == -1121


def test_nobody_is_deleveraged_and_nobody_is_restricted() -> None:
    desk = Desk()
    desk.order()

    every = desk.call("GET", "/fapi/v1/adlQuantile").content
    assert every == [{"symbol": "BTCUSDT", "adlQuantile": {"BOTH": 2}}]
    assert desk.call("GET", "/fapi/v1/adlQuantile", symbol="BTCUSDT").content == every[0]
    flat = desk.call("GET", "/fapi/v1/adlQuantile", symbol="ETHUSDT").content
    assert flat == {"symbol": "ETHUSDT", "adlQuantile": {}}
    assert desk.call("GET", "/fapi/v1/apiTradingStatus").content["indicators"] == {}


def test_a_listen_key_is_the_same_until_it_is_closed() -> None:
    desk = Desk()
    first = desk.listen_key()
    extended = desk.send("PUT", "/fapi/v1/listenKey", key=KEY)
    closed = desk.send("DELETE", "/fapi/v1/listenKey", key=KEY)

    assert desk.send("PUT", "/fapi/v1/listenKey", key=KEY).code == -1125
    assert extended.content == {"listenKey": first}
    assert closed.content == {}
    assert desk.listen_key() != first
