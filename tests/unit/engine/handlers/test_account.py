"""What the account tells halts entries and lets them go on, and the owner hears of it."""

import logging
from decimal import Decimal

import pytest

from noctule.domain.events.order import (
    AccessRefused,
    AccessRestored,
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
)
from noctule.domain.position import AccountSnapshot, Balance
from noctule.domain.signals import Reason
from noctule.domain.values import Quote
from noctule.engine.handlers.account import AccountHandler
from tests.builders import START_MS, position


class Entries:
    """Remembers which checks have something against them."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}

    def halt(self, reason: Reason) -> None:
        self.reasons[reason.check] = reason.text

    def resume(self, check: str) -> None:
        del self.reasons[check]


def handler_over(entries: Entries) -> AccountHandler:
    return AccountHandler(halt=entries.halt, resume=entries.resume)


def test_a_lost_private_stream_halts_entries_until_it_is_back() -> None:
    entries = Entries()
    handler = handler_over(entries)
    handler.on_account_feed_lost(AccountFeedLost(at_ms=START_MS, trace="t", reason="silent"))
    assert entries.reasons == {"account": "the private stream is lost: silent"}
    handler.on_account_feed_restored(AccountFeedRestored(at_ms=START_MS, trace="t", missed=2))
    assert entries.reasons == {}


def test_a_refused_key_halts_entries_loudly_until_it_is_taken_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    entries = Entries()
    handler = handler_over(entries)
    handler.on_access_refused(
        AccessRefused(at_ms=START_MS, trace="t", code=-2015, message="Invalid API-key.")
    )
    assert entries.reasons == {"access": "the key is refused: -2015 Invalid API-key."}
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    handler.on_access_restored(AccessRestored(at_ms=START_MS, trace="t"))
    assert entries.reasons == {}


def test_the_owner_is_told_what_the_account_holds(caplog: pytest.LogCaptureFixture) -> None:
    balance = Balance(asset="USDT", wallet=Quote(Decimal("1000.10")), available=Quote(Decimal(5)))
    snapshot = AccountSnapshot(
        at_ms=START_MS, balances=(balance,), positions=(position("0.5", "60000.1"),)
    )
    with caplog.at_level(logging.INFO):
        handler_over(Entries()).on_account_snapshot_taken(
            AccountSnapshotTaken(at_ms=START_MS, trace="t", snapshot=snapshot)
        )
    (told,) = caplog.records
    assert vars(told)["fields"] == {
        "balances": "1000.10 USDT",
        "positions": "BTCUSDT 0.5",
        "orders": 0,
    }
