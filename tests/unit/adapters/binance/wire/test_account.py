"""Answers about the account: read to the last digit, documented ones and our exchange's."""

from decimal import Decimal

import msgspec
import pytest

from noctule.adapters.binance.rest.calls import Call
from noctule.adapters.binance.wire.account import (
    BALANCE,
    INCOME,
    OPEN_LISTEN_KEY,
    POSITION_RISK,
    USER_TRADES,
    balance_of,
    income_of,
    net_position,
    position_of,
    traded_fill_of,
)
from noctule.domain.order import ClientOrderId
from noctule.domain.position import Income, IncomeKind
from noctule.domain.values import Side
from tests.builders import BTCUSDT
from tests.conformance.fixtures import DATA, needs_data
from tests.fuzz.account_frames import simulated

DOCUMENTED = DATA / "fixtures/binance-connector-python/rest_api"
EXAMPLES = {
    "futures_account_balance_v3": BALANCE,
    "position_information_v3": POSITION_RISK,
    "account_trade_list": USER_TRADES,
    "get_income_history": INCOME,
    "start_user_data_stream": OPEN_LISTEN_KEY,
    "keepalive_user_data_stream": OPEN_LISTEN_KEY,
}


def test_a_trade_is_a_fill_under_the_name_its_order_has() -> None:
    row = b"""[{"buyer":false,"commission":"0.07819010","commissionAsset":"BNB","id":698759,
        "maker":true,"orderId":25851813,"price":"7819.01","qty":"0.002","quoteQty":"15.63802",
        "realizedPnl":"-0.91539999","side":"SELL","positionSide":"BOTH","symbol":"BTCUSDT",
        "time":1569514978020}]"""
    fill = traded_fill_of(USER_TRADES.decoder.decode(row)[0], ClientOrderId("mine"))
    assert (fill.trade_id, fill.venue_order_id, fill.client_order_id) == (
        698759,
        "25851813",
        "mine",
    )
    assert (fill.symbol, fill.side, str(fill.price), str(fill.quantity)) == (
        *(BTCUSDT, Side.SELL),
        *("7819.01", "0.002"),
    )
    assert (str(fill.fee), fill.fee_asset, str(fill.realized_pnl)) == (
        *("0.07819010", "BNB"),
        "-0.91539999",
    )
    assert (fill.is_maker, fill.at_ms) == (True, 1569514978020)


def test_balances_and_positions_are_told_as_ours() -> None:
    row = b'[{"asset":"USDT","balance":"12.5","availableBalance":"2.5","updateTime":9}]'
    balance = balance_of(BALANCE.decoder.decode(row)[0])
    assert (balance.asset, balance.wallet, balance.available) == (
        *("USDT", Decimal("12.5")),
        Decimal("2.5"),
    )
    risk = b'[{"symbol":"BTCUSDT","positionAmt":"-2","entryPrice":"7","updateTime":9}]'
    position = position_of(POSITION_RISK.decoder.decode(risk)[0])
    assert (position.signed_quantity, position.entry_price, position.updated_ms) == (
        *(Decimal(-2), Decimal(7)),
        9,
    )


def test_a_flat_position_has_no_entry_price() -> None:
    assert net_position(BTCUSDT, Decimal(0), Decimal(5), 1).entry_price is None


def booking(kind: str, symbol: str = "BTCUSDT") -> Income:
    row = f'''[{{"symbol":"{symbol}","incomeType":"{kind}","income":"-0.37500000","asset":"USDT",
        "info":"","time":1570608000000,"tranId":9689322392,"tradeId":""}}]'''
    return income_of(INCOME.decoder.decode(row.encode())[0])


def test_a_booking_is_told_to_the_last_digit() -> None:
    assert booking("COMMISSION") == Income(
        kind=IncomeKind.FEE,
        asset="USDT",
        amount=Decimal("-0.37500000"),
        symbol=BTCUSDT,
        at_ms=1570608000000,
    )
    assert booking("TRANSFER", symbol="").symbol is None


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("REALIZED_PNL", IncomeKind.PROFIT),
        ("DELIVERED_SETTELMENT", IncomeKind.PROFIT),
        ("COMMISSION", IncomeKind.FEE),
        ("COMMISSION_REBATE", IncomeKind.FEE),
        ("FUNDING_FEE", IncomeKind.FUNDING),
        ("SPECIAL_FUNDING_FEE", IncomeKind.FUNDING),
        ("TRANSFER", IncomeKind.TRANSFER),
        ("INTERNAL_TRANSFER", IncomeKind.TRANSFER),
        ("COIN_SWAP_DEPOSIT", IncomeKind.TRANSFER),
        ("AUTO_EXCHANGE", IncomeKind.TRANSFER),
        ("WELCOME_BONUS", IncomeKind.TRANSFER),
        ("INSURANCE_CLEAR", IncomeKind.OTHER),
        ("SOMETHING_NEW", IncomeKind.OTHER),
    ],
)
def test_only_what_moves_in_or_out_is_neither_profit_nor_loss(kind: str, ours: IncomeKind) -> None:
    assert booking(kind).kind is ours


@needs_data
@pytest.mark.parametrize("name", EXAMPLES)
def test_documented_answers_are_read(name: str) -> None:
    call: Call[object] = EXAMPLES[name]  # type: ignore[assignment]  # each reads another kind
    assert call.decoder.decode((DOCUMENTED / f"{name}.json").read_bytes())


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/fapi/v3/balance", BALANCE),
        ("/fapi/v3/positionRisk", POSITION_RISK),
        ("/fapi/v1/userTrades", USER_TRADES),
        ("/fapi/v1/income", INCOME),
    ],
)
def test_answers_of_the_simulated_exchange_are_read(path: str, call: Call[object]) -> None:
    assert call.decoder.decode(simulated().answers[path])


def test_flat_is_an_empty_list() -> None:
    assert POSITION_RISK.decoder.decode(b"[]") == []


def test_garbage_is_unreadable() -> None:
    with pytest.raises(msgspec.DecodeError):
        BALANCE.decoder.decode(b'[{"asset":"USDT","balance":"Infinity","availableBalance":"1"}]')
