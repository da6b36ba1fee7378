"""What the account tells halts entries and lets them go on, and the owner hears of it."""

import asyncio
import logging
from decimal import Decimal

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.events.order import (
    AccessRefused,
    AccessRestored,
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
    MarginCalled,
)
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.values import Quote, Symbol
from noctule.engine.halts import Halts
from noctule.engine.handlers.account import AccountHandler
from tests.builders import BTCUSDT, START_MS, position
from tests.fakes.caretaker_desk import CaretakerDesk, watching


def handler_of(desk: CaretakerDesk) -> AccountHandler:
    return AccountHandler(halts=desk.halts, caretaker=desk.caretaker)


def said(halts: Halts) -> dict[str, str]:
    """Return which checks have something against entries, and what."""
    return {reason.check: reason.text for reason in halts.reasons(START_MS)}


def test_a_lost_private_stream_halts_entries_until_it_is_back() -> None:
    desk = CaretakerDesk()
    halts, handler = desk.halts, handler_of(desk)
    handler.on_account_feed_lost(AccountFeedLost(at_ms=START_MS, trace="t", reason="silent"))
    assert said(halts) == {"account": "the private stream is lost: silent"}
    handler.on_account_feed_restored(AccountFeedRestored(at_ms=START_MS, trace="t", missed=2))
    assert said(halts) == {}


def test_a_refused_key_halts_entries_loudly_until_it_is_taken_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = CaretakerDesk()
    halts, handler = desk.halts, handler_of(desk)
    handler.on_access_refused(
        AccessRefused(at_ms=START_MS, trace="t", code=-2015, message="Invalid API-key.")
    )
    assert said(halts) == {"access": "the key is refused: -2015 Invalid API-key."}
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    handler.on_access_restored(AccessRestored(at_ms=START_MS, trace="t"))
    assert said(halts) == {}


def test_the_owner_is_told_what_the_account_holds(caplog: pytest.LogCaptureFixture) -> None:
    balance = Balance(asset="USDT", wallet=Quote(Decimal("1000.10")), available=Quote(Decimal(5)))
    snapshot = AccountSnapshot(
        at_ms=START_MS, balances=(balance,), positions=(position("0.5", "60000.1"),)
    )
    with caplog.at_level(logging.INFO):
        handler_of(CaretakerDesk()).on_account_snapshot_taken(
            AccountSnapshotTaken(at_ms=START_MS, trace="t", snapshot=snapshot)
        )
    (told,) = caplog.records
    assert vars(told)["fields"] == {
        "balances": "1000.10 USDT",
        "positions": "BTCUSDT 0.5",
        "orders": 0,
    }


def test_a_margin_call_wakes_somebody(caplog: pytest.LogCaptureFixture) -> None:
    event = MarginCalled(at_ms=START_MS, trace="t", symbols=(BTCUSDT, Symbol("ETHUSDT")))
    handler_of(CaretakerDesk()).on_margin_called(event)
    (told,) = caplog.records
    assert told.levelname == "ERROR"
    assert vars(told)["fields"] == {"symbols": "BTCUSDT, ETHUSDT"}


def test_once_the_stream_is_back_everything_is_looked_at() -> None:
    async def main(_clock: VirtualClock) -> None:
        desk = CaretakerDesk()
        handler = handler_of(desk)
        desk.tell_account()
        async with watching(desk):
            await asyncio.sleep(1)
            handler.on_account_feed_lost(AccountFeedLost(at_ms=START_MS, trace="t", reason="mute"))
            handler.on_account_feed_restored(
                AccountFeedRestored(at_ms=START_MS, trace="t", missed=2)
            )
            await asyncio.sleep(1)
        assert desk.venue.asked == ["income since 0 min", "snapshot", "snapshot"]

    run_virtual(main, start_ms=START_MS)
