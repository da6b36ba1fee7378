"""What /metrics reads when somebody scrapes: public parts of a running bot, and its counters."""

import resource
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from noctule import __version__
from noctule.app.control import Overseen
from noctule.app.vital_signs import VitalSigns, Writes
from noctule.domain.status import Phase
from noctule.engine.bus_metrics import BusMetrics
from noctule.engine.heartbeat import Heartbeat
from noctule.engine.measures import Measures
from noctule.positions.portfolio import Portfolio
from noctule.telemetry.metrics import Reading

__all__ = ["Gauges"]

_NS: Final = 1e9
_MS: Final = 1e3
_STATM: Final = Path("/proc/self/statm")
_FEED: Final = "feed "


class Gauges:
    """Reads everything anew each time; nothing is kept."""

    def __init__(
        self,
        overseen: Overseen,
        signs: VitalSigns,
        *,
        heartbeat: Heartbeat,
        measures: Measures,
        writers: Mapping[str, Writes],
    ) -> None:
        self._of = overseen
        self._signs = signs
        self._heartbeat = heartbeat
        self._measures = measures
        self._writers = writers

    def read(self) -> Iterator[Reading]:
        """Return every reading there is just now."""
        yield from self._health()
        yield from self._ages()
        yield from self._speeds()
        yield from _of_bus(self._of.machine.bus.metrics())
        yield from self._orders()
        yield from self._limits()
        portfolio = self._of.trading.equity.portfolio()
        if portfolio is not None:
            yield from _of_money(portfolio)
        yield from self._trades()
        yield from self._strategies()
        yield from self._process()

    def _health(self) -> Iterator[Reading]:
        signs, trading = self._signs, self._of.trading
        environment = self._of.configuration.settings.api.environment
        yield "up", (__version__, environment), 1
        yield "ready", (), signs.phase is Phase.RUNNING
        yield "health_score", (), signs.health.score
        for part in signs.health.parts:
            yield "part_score", (part.name,), part.score
            yield "degraded", (part.name,), part.name in signs.ailments.ailing
        for name, count in signs.ailments.counts.items():
            yield "degradations_total", (name,), count
        reasons = trading.halts.reasons(trading.clock.now_ms())
        yield "entries_on", (), not reasons
        for check in {each.check for each in reasons}:
            yield "halted", (check,), 1

    def _ages(self) -> Iterator[Reading]:
        ages = {each.name: each.age_ms / _MS for each in self._signs.readings}
        for name, age_s in ages.items():
            if name.startswith(_FEED):
                yield "feed_age_seconds", (name.removeprefix(_FEED),), age_s
            elif name.endswith(" queue"):
                yield "queue_stuck_seconds", (name.removesuffix(" queue"),), age_s
        for part in ("private stream", "reconciliation"):
            if part in ages:
                yield f"{part.replace(' ', '_')}_age_seconds", (), ages[part]
        for feed, count in self._measures.reconnects.items():
            yield "reconnects_total", (feed,), count
        offset_ms = self._of.world.clock_offset_ms()
        if offset_ms is not None:
            yield "clock_offset_seconds", (), offset_ms / _MS

    def _speeds(self) -> Iterator[Reading]:
        measures = self._measures
        yield "candle_lag_seconds", (), measures.candle_lag
        yield "tick_to_order_seconds", (), measures.tick_to_order
        yield "naked_seconds", (), measures.naked
        yield "loop_lag_seconds", (), self._heartbeat.lag_ms / _MS
        yield "loop_lag_seconds_max", (), self._heartbeat.worst_ever_ms / _MS

    def _orders(self) -> Iterator[Reading]:
        trading = self._of.trading
        states = Counter(each.order.state.value for each in trading.desk.blotter.live())
        for state, count in states.items():
            yield "orders", (state,), count
        yield "errands_waiting", (), trading.lanes.waiting
        yield "errands_under_way", (), trading.lanes.in_flight
        held = (trading.book.position(each).is_flat for each in trading.desk.brackets)
        naked = [
            bracket
            for bracket, is_flat in zip(trading.desk.brackets.values(), held, strict=True)
            if not (is_flat or bracket.is_protected)
        ]
        yield "naked_positions", (), len(naked)

    def _limits(self) -> Iterator[Reading]:
        for name, (used, limit) in self._of.world.limits_used().items():
            yield "request_limit_used", (name,), used
            yield "request_limit", (name,), limit
        yield "banned_seconds", (), self._of.world.banned_ms() / _MS

    def _trades(self) -> Iterator[Reading]:
        measures = self._measures
        yield "realized_pnl", (), measures.net_pnl
        yield "trades_total", ("won",), measures.won
        yield "trades_total", ("lost",), measures.lost
        yield "fees_total", (), measures.fees
        yield "funding", (), measures.funding

    def _strategies(self) -> Iterator[Reading]:
        for symbol, desk in self._of.desks.items():
            labels = (desk.label, symbol)
            yield "strategy_failures_in_a_row", labels, desk.failures
            yield "strategy_disabled", labels, desk.disabled is not None

    def _process(self) -> Iterator[Reading]:
        for name, each in self._writers.items():
            yield "lines_lost_total", (name,), each.lost
        used = resource.getrusage(resource.RUSAGE_SELF)
        yield "resident_memory_bytes", (), _resident_bytes(used)
        yield "cpu_seconds_total", (), used.ru_utime + used.ru_stime


def _of_bus(metrics: BusMetrics) -> Iterator[Reading]:
    for name, queue in metrics.queues.items():
        labels = (name,)
        yield "queue_depth", labels, queue.depth
        yield "queue_depth_max", labels, queue.high_water
        yield "queue_waited_seconds_total", labels, queue.wait_ns_total / _NS
        yield "queue_waited_seconds_max", labels, queue.wait_ns_max / _NS
        yield "queue_taken_total", labels, queue.waited
        yield "queue_replaced_total", labels, queue.replaced
        yield "queue_stalls_total", labels, queue.stalls
    for name, event in metrics.events.items():
        labels = (name,)
        yield "events_total", labels, event.delivered
        yield "handler_errors_total", labels, event.errors
        yield "handler_seconds_total", labels, event.handler_ns_total / _NS


def _of_money(portfolio: Portfolio) -> Iterator[Reading]:
    yield "equity", (), float(portfolio.equity)
    yield "wallet", (), float(portfolio.wallet)
    yield "available", (), float(portfolio.available)
    yield "unrealized_pnl", (), float(portfolio.unrealized_pnl)
    yield "day_pnl", (), float(portfolio.equity - portfolio.day_equity)
    yield "drawdown_share", (), float(portfolio.drawdown_share)
    yield "losses_in_a_row", (), portfolio.losses_in_a_row
    yield "exposure", (), float(portfolio.exposure)
    yield "positions", (), len(portfolio.holdings)
    for each in portfolio.holdings:
        yield "position_quantity", (each.symbol,), float(each.signed_quantity)


def _resident_bytes(used: resource.struct_rusage) -> int:
    """Return what is resident now; where the system does not tell, the most there ever was."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except OSError:
        return used.ru_maxrss * 1024
    return pages * resource.getpagesize()
