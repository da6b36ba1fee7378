"""What an account says of itself."""

from decimal import Decimal

from noctule.adapters.sim.account import LEVERAGE_DEFAULT, Account
from noctule.adapters.sim.model import MarginType, PositionSide


def test_a_new_account_is_empty_crossed_and_one_way() -> None:
    account = Account(key="k", secret="s")
    assert (account.wallet, account.cross_wallet, account.dual_side) == (
        Decimal(0),
        Decimal(0),
        False,
    )
    assert account.leverage("BTCUSDT") == LEVERAGE_DEFAULT
    assert account.margin_type("BTCUSDT") is MarginType.CROSSED
    assert list(account.held()) == []


def test_the_cross_wallet_is_what_isolated_positions_do_not_hold() -> None:
    account = Account(key="k", secret="s")
    account.wallet = Decimal(100)
    account.position("BTCUSDT", PositionSide.BOTH).isolated_wallet = Decimal(30)
    assert account.cross_wallet == 70


def test_a_leg_is_one_object_and_counts_as_held_while_it_is_not_flat() -> None:
    account = Account(key="k", secret="s")
    leg = account.position("BTCUSDT", PositionSide.LONG)
    assert account.position("BTCUSDT", PositionSide.LONG) is leg
    assert account.legs("BTCUSDT") == ()
    leg.amount = Decimal(1)
    assert account.legs("BTCUSDT") == (leg,)


def test_its_repr_shows_no_secret() -> None:
    assert repr(Account(key="k", secret="hush")) == "Account('k', wallet=0)"
