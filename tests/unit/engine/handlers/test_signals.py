"""Every signal gets its verdict, with every reason at once."""

from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.signals import Direction, Reason, Signal
from noctule.domain.values import Timeframe
from noctule.engine.handlers.signals import SignalHandler
from tests.builders import BTCUSDT, START_MS
from tests.fakes.bus import Published

NO_EXCHANGE = Reason(check="exchange", text="no exchange is wired yet: signals are only shown")
ENTRIES_OFF = Reason(check="entries", text="the bot is shutting down")


def generated() -> SignalGenerated:
    return SignalGenerated(
        at_ms=START_MS,
        trace="BTCUSDT:1m:7",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        strategy="mine",
        price=60_000.0,
        signal=Signal(direction=Direction.SHORT, reason="close below the band"),
    )


def refused(*reasons: Reason) -> SignalRefused:
    return SignalRefused(
        at_ms=START_MS,
        trace="BTCUSDT:1m:7",
        symbol=BTCUSDT,
        strategy="mine",
        direction=Direction.SHORT,
        reasons=reasons,
    )


async def test_without_an_exchange_a_signal_is_refused_and_says_why() -> None:
    bus = Published()
    await SignalHandler(bus=bus).on_signal_generated(generated())

    assert bus.events == [refused(NO_EXCHANGE)]


async def test_during_a_shutdown_a_signal_is_refused_for_that_reason_too() -> None:
    bus = Published()
    handler = SignalHandler(bus=bus)
    handler.halt()
    await handler.on_signal_generated(generated())

    assert bus.events == [refused(NO_EXCHANGE, ENTRIES_OFF)]
