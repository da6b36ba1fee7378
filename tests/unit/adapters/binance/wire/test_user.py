"""User events: read as they come, enveloped or not, and never anything but FeedMalformed."""

from decimal import Decimal

import pytest

from noctule.adapters.binance.wire.user import (
    AccountUpdate,
    AlgoUpdate,
    ConfigUpdate,
    ListenKeyExpired,
    MarginCall,
    OrderUpdate,
    TradeHint,
    fill_of,
    moved_position_of,
    read_user_event,
)
from noctule.domain.errors import FeedMalformed
from noctule.domain.position import Position
from noctule.domain.values import Side
from tests.builders import BTCUSDT
from tests.conformance.fixtures import needs_data
from tests.fakes.user_frames import account_frame, algo_frame, hint_frame, order_frame
from tests.fuzz.account_frames import recorded_frames, simulated


def order_of(frame: bytes) -> OrderUpdate:
    event = read_user_event(frame)
    assert isinstance(event, OrderUpdate)
    return event


def test_a_trade_becomes_a_fill_to_the_last_digit() -> None:
    fill = fill_of(order_of(order_frame(at_ms=7, n="0.30000000", rp="-1.50", m=True)).order)
    assert fill is not None
    assert (fill.trade_id, fill.venue_order_id, fill.client_order_id) == (5, "77", "mine")
    assert (str(fill.price), str(fill.quantity), fill.side) == ("60000.00", "0.010", Side.BUY)
    assert (str(fill.fee), fill.fee_asset, str(fill.realized_pnl)) == (
        "0.30000000",
        "USDT",
        "-1.50",
    )
    assert (fill.is_maker, fill.at_ms) == (True, 7)


def test_a_fee_that_is_not_told_is_none() -> None:
    fill = fill_of(order_of(order_frame(n=None, N=None, rp=None)).order)
    assert fill is not None
    assert (fill.fee, fill.fee_asset, fill.realized_pnl) == (Decimal(0), "", Decimal(0))


@pytest.mark.parametrize("nothing", [{"t": 0}, {"l": "0"}, {"t": -1}])
def test_an_event_without_a_trade_is_no_fill(nothing: dict[str, object]) -> None:
    assert fill_of(order_of(order_frame(**nothing)).order) is None


def test_every_kind_is_read() -> None:
    assert isinstance(read_user_event(algo_frame()), AlgoUpdate)
    assert isinstance(read_user_event(account_frame()), AccountUpdate)
    assert isinstance(read_user_event(hint_frame()), TradeHint)
    config = b'{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ac":{"s":"BTCUSDT","l":25}}'
    assert isinstance(read_user_event(config), ConfigUpdate)
    mode = read_user_event(b'{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ai":{"j":true}}')
    assert isinstance(mode, ConfigUpdate)
    assert mode.leverage is None
    call = b'{"e":"MARGIN_CALL","E":1,"cw":"3","p":[{"s":"BTCUSDT","ps":"BOTH"}]}'
    assert isinstance(read_user_event(call), MarginCall)
    assert isinstance(read_user_event(b'{"e":"listenKeyExpired","E":1}'), ListenKeyExpired)


@pytest.mark.parametrize("kind", ["STRATEGY_UPDATE", "GRID_UPDATE", "SOMETHING_NEW"])
def test_other_kinds_are_nothing(kind: str) -> None:
    assert read_user_event(f'{{"e":"{kind}","E":1,"x":{{}}}}'.encode()) is None


def test_an_envelope_is_opened() -> None:
    frame = b'{"stream":"whatever","data":' + order_frame() + b"}"
    assert read_user_event(frame) == read_user_event(order_frame())


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"no",
        b"[]",
        b"{}",
        b'{"data":{}}',
        b'{"e":5}',
        order_frame()[:50],
        order_frame(L="nan"),
    ],
)
def test_what_cannot_be_read_says_so(frame: bytes) -> None:
    with pytest.raises(FeedMalformed):
        read_user_event(frame)


def test_a_position_has_an_entry_price_unless_it_is_flat() -> None:
    update = read_user_event(account_frame("-0.010"))
    assert isinstance(update, AccountUpdate)
    moved = update.account.positions[0]
    assert moved_position_of(moved, 9) == Position(
        symbol=BTCUSDT,
        signed_quantity=Decimal("-0.010"),
        entry_price=Decimal("60000"),  # type: ignore[arg-type]  # a Price
        updated_ms=9,
    )
    flat = read_user_event(account_frame("0"))
    assert isinstance(flat, AccountUpdate)
    assert moved_position_of(flat.account.positions[0], 9).is_flat


@needs_data
def test_all_recorded_and_documented_events_are_read() -> None:
    frames = recorded_frames()
    assert len(frames) > 25
    assert None not in [read_user_event(frame) for frame in frames]


def test_all_events_of_the_simulated_exchange_are_read() -> None:
    kinds = {type(read_user_event(frame)).__name__ for frame in simulated().frames}
    assert kinds == {"OrderUpdate", "AlgoUpdate", "AccountUpdate", "TradeHint", "ConfigUpdate"}
