from noctule.adapters.store import trade_lines
from noctule.adapters.store.trade_lines import TradeLine
from noctule.adapters.store.trade_tap import TradeTap
from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.signals import Direction, Reason, Signal
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, candle
from tests.fakes.feed import closed


def test_a_signal_and_its_refusal_become_lines_and_a_candle_does_not() -> None:
    lines: list[TradeLine] = []
    tap = TradeTap(lines.append)

    tap.see(closed(candle()))
    tap.see(
        SignalGenerated(
            at_ms=1,
            trace="BTCUSDT:1m:7",
            symbol=BTCUSDT,
            timeframe=Timeframe.M1,
            strategy="sma_cross",
            close_ms=1,
            price=60_000.0,
            signal=Signal(direction=Direction.LONG, reason="crossed", stop=59_000.0),
        )
    )
    tap.see(
        SignalRefused(
            at_ms=2,
            trace="BTCUSDT:1m:7",
            symbol=BTCUSDT,
            strategy="sma_cross",
            direction=Direction.LONG,
            reasons=(Reason(check="spread", text="0.002 of 0.001 allowed"),),
        )
    )

    assert lines == [
        trade_lines.Signal(
            at_ms=1,
            trace="BTCUSDT:1m:7",
            symbol=BTCUSDT,
            strategy="sma_cross",
            direction=Direction.LONG,
            reason="crossed",
            price=60_000.0,
            stop=59_000.0,
            target=None,
            confidence=1.0,
        ),
        trade_lines.SignalRefused(
            at_ms=2,
            trace="BTCUSDT:1m:7",
            symbol=BTCUSDT,
            strategy="sma_cross",
            direction=Direction.LONG,
            reasons=("spread: 0.002 of 0.001 allowed",),
        ),
    ]
