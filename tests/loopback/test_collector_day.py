"""Over real sockets and with everything going wrong: closes are the exchange's own history."""

import asyncio

import pytest

from noctule.adapters.sim.faults import FaultKind
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.collector_desk import collector_at, history_of
from tests.fakes.loopback import loopback, market_of

SYMBOLS = tuple(map(Symbol, ("BTCUSDT", "ETHUSDT", "SOLUSDT", "DOGEUSDT", "THINUSDT")))
CLOSES = "*@kline_1m closed"


@pytest.mark.slow
async def test_two_hours_of_faults_give_each_candle_once_and_in_order() -> None:
    async with loopback(market_of(*SYMBOLS), speed=600) as exchange:
        series = [(symbol, Timeframe.M1) for symbol in SYMBOLS]
        async with collector_at(exchange, series) as desk:
            exchange.arm(FaultKind.LATE_FRAME, CLOSES, times=None, share=0.05, delay_ms=300)
            exchange.arm(FaultKind.DROPPED_FRAME, CLOSES, times=None, share=0.05)
            exchange.arm(FaultKind.REPEATED_FRAME, CLOSES, times=None, share=0.05)
            await desk.market_minutes(30)
            exchange.arm(FaultKind.MUTE_SOCKET, CLOSES)
            await desk.market_minutes(40)
            exchange.arm(FaultKind.CUT_SOCKET, CLOSES)
            await desk.market_minutes(10)
            exchange.arm(FaultKind.CLOSED_SOCKET, CLOSES)
            await desk.market_minutes(40)
            exchange.disarm()
            async with asyncio.timeout(10):
                for symbol in SYMBOLS:
                    await desk.heard(symbol, 115)
            for symbol in SYMBOLS:
                closed = desk.closed[symbol, Timeframe.M1]
                truth = await history_of(desk.rest, symbol, Timeframe.M1, like=closed)
                assert closed == truth
