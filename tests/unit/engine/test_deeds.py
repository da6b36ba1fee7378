"""What is done beside the events survives being written down."""

from decimal import Decimal

import msgspec
import pytest

from noctule.domain.signals import Reason
from noctule.domain.values import Timeframe
from noctule.engine.deeds import (
    ClocksCompared,
    ContractsKnown,
    Deed,
    EntriesKeptOff,
    HistoryRead,
    RateTold,
    tell_nobody,
)
from tests.builders import BTCUSDT, candle, instrument


@pytest.mark.parametrize(
    "deed",
    [
        ContractsKnown(instruments={BTCUSDT: instrument()}, terms={}),
        HistoryRead(symbol=BTCUSDT, base=(candle(),), higher={Timeframe.M5: ()}),
        EntriesKeptOff(reasons=(Reason(check="key", text="it is refused"),)),
        RateTold(asset="BNB", rate=Decimal("600.10")),
        ClocksCompared(offset_ms=None),
    ],
)
def test_a_deed_comes_back_as_it_was(deed: Deed) -> None:
    content = msgspec.msgpack.encode(deed)
    assert msgspec.msgpack.decode(content, type=Deed) == deed
    tell_nobody(deed)
