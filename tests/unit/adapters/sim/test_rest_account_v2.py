"""Version 2 of the account: what clients that never moved on still ask for."""

from tests.fakes.sim_desk import Desk


def test_the_account_tells_its_modes_and_every_symbol() -> None:
    account = Desk().call("GET", "/fapi/v2/account").content

    assert (account["feeTier"], account["canTrade"]) == (0, True)
    assert account["totalWalletBalance"] == "10000.00000000"
    assert account["assets"][0]["marginAvailable"] is True
    told = [(row["symbol"], row["positionSide"]) for row in account["positions"]]
    assert told == [("BTCUSDT", "BOTH"), ("ETHUSDT", "BOTH")]


def test_both_versions_tell_the_same_of_what_is_held() -> None:
    desk = Desk()
    desk.order()
    (old,) = desk.call("GET", "/fapi/v2/positionRisk", symbol="BTCUSDT").content
    (new,) = desk.call("GET", "/fapi/v3/positionRisk", symbol="BTCUSDT").content

    common = old.keys() & new.keys() - {"isolatedMargin"}  # which only looks different at zero
    assert len(common) == 11
    assert {name: old[name] for name in common} == {name: new[name] for name in common}
    balances = [desk.call("GET", f"/fapi/v{age}/balance").content for age in (2, 3)]
    assert balances[0] == balances[1]


def test_a_flat_symbol_tells_its_settings() -> None:
    desk = Desk()
    desk.call("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=5)
    desk.call("POST", "/fapi/v1/marginType", symbol="BTCUSDT", marginType="ISOLATED")
    (row,) = desk.call("GET", "/fapi/v2/positionRisk", symbol="BTCUSDT").content

    assert (row["leverage"], row["marginType"], row["positionAmt"]) == ("5", "isolated", "0.000")
    assert desk.call("GET", "/fapi/v2/positionRisk", symbol="NOPE").code == -1121


def test_in_hedge_mode_each_symbol_has_two_sides() -> None:
    desk = Desk()
    desk.call("POST", "/fapi/v1/positionSide/dual", dualSidePosition="true")
    desk.order(positionSide="LONG")
    rows = desk.call("GET", "/fapi/v2/positionRisk", symbol="BTCUSDT").content

    assert [row["positionSide"] for row in rows] == ["LONG", "SHORT"]
    assert [row["positionAmt"] for row in rows] == ["0.010", "0.000"]
