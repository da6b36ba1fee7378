"""The signal queue's work: an opinion meets the gates, and becomes an order or a refusal."""

from collections.abc import Iterable, Mapping

from noctule.domain.commands import CancelAll
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.desk import EntryRefused, ExitRequested, StopMoveRequested
from noctule.domain.events.order import AlertRaised, CommandReceived
from noctule.domain.events.signal import (
    ProtectionMoveWanted,
    RegimeChanged,
    SignalGenerated,
    SignalRefused,
    StrategyDisabled,
)
from noctule.domain.signals import Direction, Refused
from noctule.domain.trade import ExitReason
from noctule.domain.values import Rounding, Symbol
from noctule.engine.bus import Publisher
from noctule.engine.contracts import Contracts
from noctule.engine.entries import Entries
from noctule.engine.order_desk import OrderDesk
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["SignalHandler", "disabled_alert"]

_log = get_log(__name__)
_ACTOR = "strategy"
_WATCH = "watch over strategies"


class SignalHandler:
    """Answers every signal: enters, leaves, or says why not."""

    def __init__(
        self,
        *,
        bus: Publisher,
        entries: Entries,
        desk: OrderDesk,
        contracts: Contracts,
        clock: Clock,
        reverses: Mapping[Symbol, bool],
    ) -> None:
        self._bus = bus
        self._entries = entries
        self._desk = desk
        self._contracts = contracts
        self._clock = clock
        self._reverses = reverses  # whether an opposite signal enters after it has closed
        self._reversals: dict[Symbol, SignalGenerated] = {}  # to be entered once flat

    async def on_signal_generated(self, event: SignalGenerated) -> None:
        """Leave what the signal speaks against; enter what it speaks for."""
        bracket = self._desk.brackets.get(event.symbol)
        direction = event.signal.direction
        self.drop_reversal(event.symbol)  # whatever was wanted before, this is wanted now
        if bracket is not None and direction is not bracket.plan.direction:
            if direction is not Direction.FLAT and self._reverses.get(event.symbol, False):
                self._reversals[event.symbol] = event
            await self._bus.publish(self._exit(event))
            _tell(event, outcome="exit")
        elif direction is Direction.FLAT:
            _tell(event, outcome="nothing is held")
        else:
            await self._enter(event)

    async def on_protection_move_wanted(self, event: ProtectionMoveWanted) -> None:
        """Put the wanted stop on the tick grid, towards the market's side of safety."""
        bracket = self._desk.brackets.get(event.symbol)
        instrument = self._contracts.instrument(event.symbol)
        if bracket is None or instrument is None:
            return
        is_long = bracket.plan.direction is Direction.LONG
        rounding = Rounding.DOWN if is_long else Rounding.UP
        await self._bus.publish(
            StopMoveRequested(
                at_ms=event.at_ms,
                trace=event.trace,
                symbol=event.symbol,
                stop=instrument.quantize_price(event.stop, rounding),
                reason=event.reason,
            )
        )

    def on_regime_changed(self, event: RegimeChanged) -> None:
        """Tell the owner: what is risked from now on may depend on it."""
        _log.info(
            "regime changed",
            symbol=event.symbol,
            timeframe=event.timeframe,
            before=event.before or "unknown",
            after=event.after,
            trend=f"{event.trend:+.2f}",
            volatility=f"{event.volatility:.2f}",
            liquidity=f"{event.liquidity:.2f}",
        )

    async def on_strategy_disabled(self, event: StrategyDisabled) -> None:
        """Tell the owner, and take back what it wanted to enter; what is held stays guarded."""
        alert = disabled_alert(event.strategy, event.symbols, event.reason, event.remedy)
        await self._bus.publish(
            AlertRaised(at_ms=event.at_ms, trace=event.trace, text=alert, is_urgent=True)
        )
        for symbol in event.symbols:
            self.drop_reversal(symbol)
            if symbol in self._desk.brackets:
                command = CancelAll(actor=_WATCH, origin=event.strategy, symbol=symbol)
                await self._bus.publish(
                    CommandReceived(at_ms=event.at_ms, trace=event.trace, command=command)
                )

    def drop_reversal(self, symbol: Symbol) -> None:
        """Enter nothing when it is flat: somebody wants something else since."""
        self._reversals.pop(symbol, None)

    def take_reversal(self, symbol: Symbol) -> tuple[OrderEvent, ...]:
        """Enter the other way, now that nothing is left of the first; called when it is flat."""
        event = self._reversals.pop(symbol, None)
        if event is None or self._clock.now_ms() - event.close_ms > event.timeframe.ms_max:
            return ()  # nothing is wanted, or it is what an old candle wanted
        verdict = self._entries.enter(event)
        if not isinstance(verdict, Refused):
            return tuple(verdict)
        return (
            EntryRefused(
                at_ms=self._clock.now_ms(),
                trace=event.trace,
                symbol=symbol,
                strategy=event.strategy,
                direction=event.signal.direction,
                reasons=verdict.reasons,
                gates=verdict.gates,
            ),
        )

    async def _enter(self, event: SignalGenerated) -> None:
        verdict = self._entries.enter(event)
        if isinstance(verdict, Refused):
            await self._bus.publish(_refused(event, verdict))
            _tell(event, outcome=", ".join(each.check for each in verdict.reasons))
            return
        for each in verdict:  # nothing else here: the order's bytes wait for the end of this
            await self._bus.publish(each)

    def _exit(self, event: SignalGenerated) -> ExitRequested:
        return ExitRequested(
            at_ms=event.at_ms,
            trace=event.trace,
            symbol=event.symbol,
            reason=ExitReason.SIGNAL,
            actor=_ACTOR,
        )


def disabled_alert(strategy: str, symbols: Iterable[Symbol], reason: str, remedy: str) -> str:
    """Say which strategy is asked no more, why, and what is to be done about it."""
    return (
        f"strategy {strategy} is disabled on {', '.join(symbols)}: {reason}; "
        f"its positions stay guarded; {remedy}"
    )


def _refused(event: SignalGenerated, verdict: Refused) -> SignalRefused:
    return SignalRefused(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=event.symbol,
        strategy=event.strategy,
        direction=event.signal.direction,
        reasons=verdict.reasons,
        gates=verdict.gates,
    )


def _tell(event: SignalGenerated, *, outcome: str) -> None:
    _log.info(
        "signal",
        symbol=event.symbol,
        direction=event.signal.direction,
        price=event.price,
        reason=event.signal.reason,
        outcome=outcome,
    )
