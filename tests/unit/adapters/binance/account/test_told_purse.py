"""Positions and balances are told as the exchange does, and held against the fills."""

from decimal import Decimal

import pytest

from noctule.adapters.binance.account.told_purse import ToldPurse, leverage_changed, margin_called
from noctule.adapters.binance.wire.user import (
    AccountUpdate,
    ConfigUpdate,
    MarginCall,
    read_user_event,
)
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import AccountUpdated, FundingPaid, PositionReported
from noctule.domain.position import Position
from tests.builders import BTCUSDT, fill
from tests.fakes.audits import balance, held
from tests.fakes.user_frames import account_frame

FUNDING = {"cause": "FUNDING_FEE", "change": "-0.5"}


@pytest.fixture
def purse() -> ToldPurse:
    purse = ToldPurse()
    purse.correct([], [balance("1000", "900")], at_ms=0)
    return purse


def update(amount: str | None = "0.010", **changes: object) -> AccountUpdate:
    event = read_user_event(account_frame(amount, **changes))  # type: ignore[arg-type]
    assert isinstance(event, AccountUpdate)
    return event


def test_what_moved_is_told(purse: ToldPurse) -> None:
    position, balances = purse.hear(update("0.010", wallet="990"))
    assert position == PositionReported(
        at_ms=1_000, trace="account:1000", position=held("0.010"), cause="ORDER"
    )
    assert balances == AccountUpdated(
        at_ms=1_000, trace="account:1000", balances=(balance("990", "890"),), cause="ORDER"
    )


def test_what_was_brought_or_taken_is_told_beside_the_balance(purse: ToldPurse) -> None:
    *_, told = purse.hear(update(wallet="1050", cause="DEPOSIT", change="50"))
    assert isinstance(told, AccountUpdated)
    assert told.changes == {"USDT": Decimal(50)}


def test_what_is_available_of_a_new_asset_is_all_of_it() -> None:
    *_, told = ToldPurse().hear(update(wallet="990"))
    assert isinstance(told, AccountUpdated)
    assert told.balances == (balance("990", "990"),)


def test_what_is_older_is_left_out(purse: ToldPurse) -> None:
    list(purse.hear(update("0.020", at_ms=2_000)))
    assert list(purse.hear(update("0.010", at_ms=1_999))) == []
    assert purse.position_of(BTCUSDT).signed_quantity == Decimal("0.020")
    purse.note_time(5_000)
    assert [type(each) for each in purse.hear(update("0", at_ms=4_000))] == [PositionReported]


def test_hedge_positions_are_not_ours_to_tell(purse: ToldPurse) -> None:
    one = {"s": "BTCUSDT", "pa": "1", "ep": "1", "ps": "LONG"}
    assert [type(each) for each in purse.hear(update(P=[one]))] == [AccountUpdated]


def test_a_position_is_explained_by_the_fills(purse: ToldPurse) -> None:
    list(purse.hear(update("0.010")))
    assert not purse.is_explained(BTCUSDT)
    purse.hear_fill(fill(quantity="0.010"))
    assert purse.is_explained(BTCUSDT)


@pytest.mark.parametrize("named", [{"S": "BTCUSDT"}, {}])
def test_funding_is_told_once_by_the_symbol_it_names(
    purse: ToldPurse, named: dict[str, str]
) -> None:
    amount = None if named else "0.010"  # else the one isolated position names it
    told = [
        *purse.hear(update(amount, **FUNDING, **named)),
        *purse.hear(update(amount, **FUNDING, **named)),
    ]
    paid = [each for each in told if isinstance(each, FundingPaid)]
    assert [(each.symbol, each.amount) for each in paid] == [(BTCUSDT, Decimal("-0.5"))]


def test_funding_of_nobody_in_particular_moves_the_purse_only(purse: ToldPurse) -> None:
    assert [type(each) for each in purse.hear(update(None, **FUNDING))] == [AccountUpdated]


def test_payments_are_remembered_within_a_bound(purse: ToldPurse) -> None:
    for minute in range(10_100):
        list(purse.hear_funding(BTCUSDT, Decimal(1), minute * 60_000))
    assert len(purse._paid) == 10_000


def kinds(events: list[OrderEvent]) -> list[str]:
    return [type(each).__name__ for each in events]


def test_a_correction_tells_only_what_was_not_told(purse: ToldPurse) -> None:
    list(purse.hear(update("0.010", wallet="1000")))
    assert purse.correct([held("0.010")], [balance()], at_ms=9) == []
    assert kinds(purse.correct([held("0.010")], [balance("1000", "5")], at_ms=9)) == [
        "AccountUpdated"
    ]
    assert purse.balances == (balance("1000", "5"),)
    assert kinds(purse.correct([held("0.030")], [balance("1000", "5")], at_ms=9)) == [
        "PositionReported"
    ]


def test_a_position_that_is_not_listed_is_flat(purse: ToldPurse) -> None:
    list(purse.hear(update("0.010")))
    (told,) = purse.correct([], [balance()], at_ms=9)
    assert isinstance(told, PositionReported)
    assert told.position == Position(symbol=BTCUSDT, updated_ms=1_000)
    assert purse.positions == ()
    assert purse.is_explained(BTCUSDT)


def test_leverage_and_margin_calls_are_told() -> None:
    config = read_user_event(b'{"e":"ACCOUNT_CONFIG_UPDATE","T":5,"ac":{"s":"BTCUSDT","l":25}}')
    assert isinstance(config, ConfigUpdate)
    assert config.leverage is not None
    told = leverage_changed(config.leverage, 5)
    assert (told.symbol, told.leverage, told.trace) == (BTCUSDT, 25, "account:5")
    call = read_user_event(b'{"e":"MARGIN_CALL","E":6,"p":[{"s":"BTCUSDT"}]}')
    assert isinstance(call, MarginCall)
    assert margin_called(call).symbols == (BTCUSDT,)


def test_a_position_of_before_a_fill_is_mistrusted_once_and_believed_the_second_time(
    purse: ToldPurse,
) -> None:
    purse.hear_fill(fill(quantity="0.010", at_ms=1_000))
    old = [held("0.004", at_ms=999)]
    assert purse.mistrusts(old)
    assert not purse.mistrusts(old)


def test_a_symbol_that_is_not_told_has_no_date_and_is_mistrusted_likewise(
    purse: ToldPurse,
) -> None:
    purse.hear_fill(fill(quantity="0.010"))
    assert [purse.mistrusts([]), purse.mistrusts([])] == [True, False]


def test_another_odd_position_is_mistrusted_anew(purse: ToldPurse) -> None:
    purse.hear_fill(fill(quantity="0.010", at_ms=1_000))
    assert purse.mistrusts([held("0.004")])
    assert purse.mistrusts([held("0.005")])
    assert purse.mistrusts([held("0.004")])


@pytest.mark.parametrize(
    ("amount", "at_ms"), [("0.010", 0), ("0.004", 1_001)], ids=["as the fills say", "younger"]
)
def test_a_position_that_the_fills_explain_or_that_is_younger_is_believed(
    purse: ToldPurse, amount: str, at_ms: int
) -> None:
    purse.hear_fill(fill(quantity="0.010", at_ms=1_000))
    assert not purse.mistrusts([held(amount, at_ms=at_ms)])


def test_a_right_answer_does_not_make_an_older_one_believed(purse: ToldPurse) -> None:
    purse.hear_fill(fill(quantity="0.010", at_ms=1_000))
    purse.correct([held("0.010")], [], at_ms=2_000)
    assert purse.mistrusts([held("0.004", at_ms=900)])


def test_what_no_fill_was_told_of_is_believed(purse: ToldPurse) -> None:
    assert not purse.mistrusts([held("0.004")])
