"""Asks the strategies; one that fails again and again, or takes too long, is asked no more."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from noctule.domain.errors import StrategyError
from noctule.domain.events.base import SignalEvent
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.signal import SignalGenerated, StrategyDisabled
from noctule.domain.signals import Signal
from noctule.domain.values import Symbol
from noctule.engine.desk import Desk
from noctule.engine.owners_code import AskedTooLong
from noctule.engine.turn import Turn
from noctule.telemetry.formats import iso_ms
from noctule.telemetry.logs import get_log

__all__ = ["OpinionLimits", "Opinions"]

_log = get_log(__name__)

_MS: Final = 1_000_000  # nanoseconds
_TRACED_MAX: Final = 100  # of each strategy: so many different failures are told with a traceback
_ENABLES: Final = "it is on again after a restart, or once it is enabled"


class OpinionLimits(Struct, frozen=True, kw_only=True):
    """What is borne from a strategy; while it computes, nothing else of the bot runs."""

    failures_max: int = 3  # in a row, on one symbol
    slow_ms: int = 50  # told
    too_slow_ms: int = 1_000  # the end, for all its symbols
    told_again_ms: int = 600_000  # a slow one is told of every so often
    endless_ms: int = 5_000  # it is interrupted, and starts disabled from then on
    stuck_ms: int = 2_000  # after that: nothing helps but to end the process


class Opinions:
    """Every desk's strategy, and the only way to ask one."""

    def __init__(
        self,
        desks: Iterable[Desk],
        *,
        stopwatch_ns: Callable[[], int],
        limits: OpinionLimits = OpinionLimits(),  # noqa: B008  # frozen
        pardon: Callable[[str], str] = lambda _strategy: _ENABLES,
    ) -> None:
        self.turn = Turn()
        self._stopwatch_ns = stopwatch_ns
        self._is_timed = True
        self._limits = limits
        self._slow_ns = limits.slow_ms * _MS
        self._pardon = pardon  # says how an endless one is let in again
        self._sections: dict[str, _Section] = {}  # by strategy
        for desk in desks:
            self._sections.setdefault(desk.label, _Section()).desks.append(desk)

    def take_no_time(self) -> None:
        """Judge nobody by how long he takes: a replay says the same on every machine."""
        self._is_timed = False

    def ask(self, desk: Desk, event: CandleClosed) -> Sequence[SignalEvent]:
        """Return what follows from a closed candle: a signal, or that it is asked no more.

        The first time, and the first time after it was enabled, its indicators read the history
        there is: how long that takes says nothing about a candle, so only its end is enforced.
        """
        if desk.disabled is not None:
            return ()
        is_first, desk.is_new = desk.is_new, False
        turn = self.turn
        turn.desk = desk
        turn.began_ns = began_ns = self._stopwatch_ns() if self._is_timed else 0
        failure: StrategyError | None = None
        signal: Signal | None = None
        try:
            try:
                signal = desk.opinion(event.candle)
            finally:
                turn.began_ns = 0  # before anything else: from here on nobody interrupts us
        except StrategyError as exc:
            failure = exc
        except AskedTooLong as exc:  # which came while we were putting its failure into words
            failure = StrategyError(desk.label, str(exc).removeprefix("at "))
        took_ns = self._stopwatch_ns() - began_ns if self._is_timed else 0
        if failure is not None or took_ns > self._slow_ns:
            is_struck = self.turn.struck_ns == began_ns
            took = _Took(ns=took_ns, is_struck=is_struck, is_first=is_first)
            verdict = self._judge(desk, event, failure, took)
            if verdict is not None:
                return (verdict,)
        if failure is None:
            desk.failures = 0
        return () if signal is None else (self._said(desk, event, signal),)

    def disable(self, strategy: str, reason: str) -> tuple[Symbol, ...]:
        """Ask a strategy no more; return on which symbols that is news."""
        news = [each for each in self._desks_of(strategy) if each.disabled is None]
        for desk in news:
            desk.disabled = reason
        return tuple(desk.board.symbol for desk in news)

    def enable(self, strategy: str) -> tuple[Symbol, ...]:
        """Let a strategy begin anew, and return on which symbols; none: there is no such."""
        desks = self._desks_of(strategy)
        for desk in desks:
            desk.restart()
        return tuple(desk.board.symbol for desk in desks)

    @property
    def strategies(self) -> tuple[str, ...]:
        """Return the name of every strategy."""
        return tuple(self._sections)

    def _desks_of(self, strategy: str) -> Sequence[Desk]:
        section = self._sections.get(strategy)
        return () if section is None else section.desks

    def _judge(
        self,
        desk: Desk,
        event: CandleClosed,
        failure: StrategyError | None,
        took: "_Took",
    ) -> StrategyDisabled | None:
        """Tell what went wrong, and disable whom it happened to for the last time."""
        if failure is not None:
            desk.failures, desk.fault = desk.failures + 1, failure.fault
            self._tell_failure(desk, event, failure)
        if took.is_struck:
            return self._end_endless(desk, event, failure)
        if took.ns > self._slow_ns:
            verdict = self._judge_time(desk, event, took)
            if verdict is not None:
                return verdict
        if desk.failures >= self._limits.failures_max and failure is not None:
            return self._end_failing(desk, event, failure)
        return None

    def _judge_time(
        self, desk: Desk, event: CandleClosed, took: "_Took"
    ) -> StrategyDisabled | None:
        took_ms = took.ns // _MS
        if took.is_first:
            symbol = desk.board.symbol
            _log.info(
                "strategy read the history", strategy=desk.label, symbol=symbol, took_ms=took_ms
            )
            return None
        if took.ns > self._limits.too_slow_ms * _MS:
            return self._end_slow(desk, event, took_ms)
        self._tell_slow(desk, event, took.ns)
        return None

    def _end_endless(
        self, desk: Desk, event: CandleClosed, failure: StrategyError | None
    ) -> StrategyDisabled:
        where = "" if failure is None else f", it was at {failure.fault.partition(': ')[0]}"
        reason = (
            f"did not come back within {self._limits.endless_ms} ms{where}: "
            "nothing else ran meanwhile"
        )
        return self._end(desk, event, reason, remedy=self._pardon(desk.label))

    def _end_slow(self, desk: Desk, event: CandleClosed, took_ms: int) -> StrategyDisabled:
        limit_ms = self._limits.too_slow_ms
        reason = (
            f"took {took_ms} ms for one candle of {event.candle.symbol}, {limit_ms} ms at most: "
            "nothing else ran meanwhile"
        )
        return self._end(desk, event, reason, remedy=f"make it faster; {_ENABLES}")

    def _end_failing(
        self, desk: Desk, event: CandleClosed, failure: StrategyError
    ) -> StrategyDisabled:
        """Disable it on this symbol only: elsewhere the same code may be at ease."""
        reason = f"failed {desk.failures} times in a row, the last time by {failure.fault}"
        desk.disabled = reason
        symbols = (desk.board.symbol,)
        return _disabled(desk, event, symbols, reason=reason, remedy=f"correct it; {_ENABLES}")

    def _end(
        self, desk: Desk, event: CandleClosed, reason: str, *, remedy: str
    ) -> StrategyDisabled:
        """Disable it on all its symbols: the same code blocks everybody, wherever it is asked."""
        symbols = self.disable(desk.label, reason)
        return _disabled(desk, event, symbols, reason=reason, remedy=remedy)

    def _tell_failure(self, desk: Desk, event: CandleClosed, failure: StrategyError) -> None:
        """Say in one line what failed, and where from only when it is seen for the first time."""
        candle = event.candle
        fields = {
            "strategy": desk.label,
            "symbol": candle.symbol,
            "timeframe": candle.timeframe,
            "candle": iso_ms(candle.open_ms),
            "fault": failure.fault,
            "in_a_row": desk.failures,
        }
        traced = self._sections[desk.label].traced
        what = failure.fault.partition(": ")[0]
        if not failure.traceback or what in traced or len(traced) >= _TRACED_MAX:
            _log.error("strategy failed", **fields)
            return
        traced.add(what)
        _log.exception("strategy failed", failure.traceback, **fields)

    def _said(self, desk: Desk, event: CandleClosed, signal: Signal) -> SignalGenerated:
        if desk.has_idle_levels:
            self._tell_idle_levels(desk)
        candle = event.candle
        return SignalGenerated(
            at_ms=event.at_ms,
            trace=event.trace,
            symbol=candle.symbol,
            timeframe=candle.timeframe,
            strategy=desk.label,
            close_ms=candle.close_ms,
            price=candle.close,
            signal=signal,
            received_ms=event.received_ms,
        )

    def _tell_idle_levels(self, desk: Desk) -> None:
        """Warn once: who leaves needs no stop and no target, and may have meant something else."""
        section = self._sections[desk.label]
        desk.has_idle_levels = False
        if not section.is_told_of_levels:
            section.is_told_of_levels = True
            symbol = desk.board.symbol
            _log.warning("levels of a FLAT signal are ignored", strategy=desk.label, symbol=symbol)

    def _tell_slow(self, desk: Desk, event: CandleClosed, took_ns: int) -> None:
        """Warn, but not on every candle of fifty symbols."""
        section, now_ns = self._sections[desk.label], self._stopwatch_ns()
        section.slow += 1
        if section.quiet_until_ns is not None and now_ns < section.quiet_until_ns:
            return
        section.quiet_until_ns = now_ns + self._limits.told_again_ms * _MS
        _log.warning(
            "strategy is slow",
            strategy=desk.label,
            symbol=event.candle.symbol,
            took_ms=took_ns // _MS,
            limit_ms=self._limits.slow_ms,
            times=section.slow,
        )


class _Took(Struct, frozen=True, kw_only=True):
    """What one turn came to."""

    ns: int
    is_struck: bool  # the watchdog tried to put an end to it
    is_first: bool  # in which the history was read, too


class _Section:
    """The desks of one strategy, and what was told of it."""

    def __init__(self) -> None:
        self.desks: list[Desk] = []
        self.traced: set[str] = set()  # places of failures that were told with a traceback
        self.is_told_of_levels = False
        self.slow = 0  # times
        self.quiet_until_ns: int | None = None


def _disabled(
    desk: Desk, event: CandleClosed, symbols: tuple[Symbol, ...], *, reason: str, remedy: str
) -> StrategyDisabled:
    return StrategyDisabled(
        at_ms=event.at_ms,
        trace=event.trace,
        strategy=desk.label,
        symbols=symbols,
        reason=reason,
        remedy=remedy,
    )
