"""What the desk must not forget is one small value that survives being written and read."""

import msgspec

from noctule.domain.memory import BracketMemory, DeskMemory, HaltMemory
from noctule.domain.order import Leg, OrderKey
from noctule.domain.signals import Direction
from noctule.domain.values import Timeframe, price, quote
from tests.builders import BTCUSDT, START_MS

MEMORY = DeskMemory(
    saved_ms=START_MS,
    day=20_724,
    day_equity=quote("10000.10"),
    equity_peak=quote("10000.10000001"),
    losses_in_a_row=2,
    halts=(HaltMemory(check="pause", cause="news", actor="ana", ends_ms=None),),
    brackets=(
        BracketMemory(
            symbol=BTCUSDT,
            strategy="sma_cross",
            trace="BTCUSDT:1m:7",
            key=OrderKey(close_ms=START_MS - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0),
            direction=Direction.LONG,
            stop=price("59000.10"),
            target=None,
            signal_price=60_000.0,
        ),
    ),
)


def test_it_is_the_same_after_being_written_and_read_to_the_last_digit() -> None:
    written = msgspec.json.encode(MEMORY)
    assert msgspec.json.decode(written, type=DeskMemory) == MEMORY


def test_nothing_is_remembered_of_nothing() -> None:
    assert DeskMemory() == DeskMemory(
        saved_ms=0,
        day=0,
        day_equity=None,
        equity_peak=None,
        losses_in_a_row=0,
        halts=(),
        brackets=(),
    )


def test_what_was_written_before_a_field_was_thought_of_can_still_be_read() -> None:
    old = {"saved_ms": START_MS, "day": 20_724, "day_equity": "10000.10", "losses_in_a_row": 2}
    read = msgspec.json.decode(msgspec.json.encode(old), type=DeskMemory)
    assert (read.day_equity, read.seen_equity, read.wallet_ms) == (quote("10000.10"), None, 0)
