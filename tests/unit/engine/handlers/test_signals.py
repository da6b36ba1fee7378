"""Every signal gets its verdict, with every reason at once."""

from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.signals import Direction, Reason, Signal
from noctule.domain.values import Timeframe
from noctule.engine.handlers.signals import SignalHandler
from tests.builders import BTCUSDT, START_MS
from tests.fakes.bus import Published

NO_ORDERS = Reason(check="orders", text="this version sends no orders: signals are only shown")
ENTRIES_OFF = Reason(check="entries", text="the bot is shutting down")


def generated() -> SignalGenerated:
    return SignalGenerated(
        at_ms=START_MS,
        trace="BTCUSDT:1m:7",
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        strategy="mine",
        close_ms=START_MS,
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


async def test_a_signal_is_refused_and_says_why() -> None:
    bus = Published()
    await SignalHandler(bus=bus).on_signal_generated(generated())

    assert bus.events == [refused(NO_ORDERS)]


async def test_during_a_shutdown_a_signal_is_refused_for_that_reason_too() -> None:
    bus = Published()
    handler = SignalHandler(bus=bus)
    handler.halt()
    await handler.on_signal_generated(generated())

    assert bus.events == [refused(NO_ORDERS, ENTRIES_OFF)]


async def test_a_check_halts_entries_until_it_takes_that_back() -> None:
    bus = Published()
    handler = SignalHandler(bus=bus)
    access = Reason(check="access", text="the key is refused")
    handler.halt(access)
    await handler.on_signal_generated(generated())
    handler.resume("access")
    handler.resume("access")  # once more is harmless
    await handler.on_signal_generated(generated())

    assert bus.events == [refused(NO_ORDERS, access), refused(NO_ORDERS)]
