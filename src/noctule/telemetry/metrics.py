"""What /metrics tells: every name with its meaning, and counters so plain that they cost nothing.

Nothing here knows prometheus: counting must not depend on whether anybody reads. docs/metrics.md
is this table for people; a test compares the two.
"""

from bisect import bisect_left
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeAlias

from msgspec import Struct

__all__ = ["METRICS", "Buckets", "Kind", "Labels", "Metric", "Reading"]


class Kind(StrEnum):
    """How a metric moves."""

    COUNTER = "counter"  # it only grows, and begins at 0 with the process
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Metric(Struct, frozen=True, kw_only=True):
    """One name, and what it says."""

    kind: Kind
    text: str
    labels: tuple[str, ...] = ()


class Buckets:
    """A histogram: how many observations fell under each bound, and what all add up to."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, *bounds: float) -> None:
        assert list(bounds) == sorted(bounds), f"{bounds} do not ascend"
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)  # the last is of what is larger than all
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


Labels: TypeAlias = tuple[str, ...]
Reading: TypeAlias = tuple[str, Labels, float | Buckets]  # name, its labels, value


def _counter(text: str, *labels: str) -> Metric:
    return Metric(kind=Kind.COUNTER, text=text, labels=labels)


def _gauge(text: str, *labels: str) -> Metric:
    return Metric(kind=Kind.GAUGE, text=text, labels=labels)


def _histogram(text: str) -> Metric:
    return Metric(kind=Kind.HISTOGRAM, text=text)


# By name, without the prefix noctule_; counters end in _total. Money is in the quote asset.
METRICS: Final[Mapping[str, Metric]] = {
    # How it is
    "up": _gauge("1, with the program's version and its environment", "version", "environment"),
    "ready": _gauge("1 from the end of the start until it leaves"),
    "health_score": _gauge("how well the bot is, 0 to 100"),
    "part_score": _gauge("how well one part is, 0 to 100", "part"),
    "degraded": _gauge("1 while a part is not well", "part"),
    "degradations_total": _counter("how often a part has begun to be unwell", "part"),
    "entries_on": _gauge("1 while nothing keeps entries off"),
    "halted": _gauge("1 for each reason that keeps entries off", "check"),
    # How fresh
    "feed_age_seconds": _gauge("real time since a frame of the symbol came", "symbol"),
    "private_stream_age_seconds": _gauge("since the stream or REST told of the account"),
    "reconciliation_age_seconds": _gauge("since both books were compared"),
    "reconnects_total": _counter("feeds that came back after they were lost", "feed"),
    "clock_offset_seconds": _gauge("how wrong our time was found last"),
    # How fast
    "candle_lag_seconds": _histogram("from a candle's close, by the market's time, until its turn"),
    "tick_to_order_seconds": _histogram("from a closed candle's turn until its order was sent"),
    "naked_seconds": _histogram("from a position's first fill until its stop rested"),
    "loop_lag_seconds": _gauge("how late the event loop is"),
    "loop_lag_seconds_max": _gauge("how late it has been at most since the start"),
    "queue_depth": _gauge("events that wait", "queue"),
    "queue_depth_max": _gauge("events that waited at most", "queue"),
    "queue_stuck_seconds": _gauge("how long a queue has had work and taken none", "queue"),
    "queue_waited_seconds_total": _counter("what all events have waited together", "queue"),
    "queue_waited_seconds_max": _gauge("what one event has waited at most", "queue"),
    "queue_taken_total": _counter("events taken", "queue"),
    "queue_replaced_total": _counter("observations that a newer one replaced", "queue"),
    "queue_stalls_total": _counter("publishers that stood in line for a second", "queue"),
    "events_total": _counter("events delivered, those that caused none included", "event"),
    "handler_errors_total": _counter("handlers that failed at an event", "event"),
    "handler_seconds_total": _counter("what the handlers of an event took", "event"),
    # What is under way
    "orders": _gauge("orders of ours that may trade, by state", "state"),
    "errands_waiting": _gauge("what is to be asked of the exchange and has not left"),
    "errands_under_way": _gauge("what the exchange has not answered yet"),
    "naked_positions": _gauge("positions of ours without a stop that rests behind all of them"),
    "request_limit_used": _gauge("what is used of a limit of the exchange's", "limit"),
    "request_limit": _gauge("the limit", "limit"),
    "banned_seconds": _gauge("how long the exchange wants to be asked nothing"),
    # Money
    "equity": _gauge("wallet and unrealised profit"),
    "wallet": _gauge("the wallet"),
    "available": _gauge("what may be entered with"),
    "unrealized_pnl": _gauge("what closing all at the mark would bring"),
    "day_pnl": _gauge("equity less what the UTC day began with, transfers aside"),
    "realized_pnl": _gauge("net profit of the trades closed since the start"),
    "trades_total": _counter("trades closed", "result"),
    "fees_total": _counter("fees of the trades closed"),
    "funding": _gauge("funding of the trades closed; below 0 it was paid"),
    "drawdown_share": _gauge("how far equity is below its peak, as a share of it"),
    "losses_in_a_row": _gauge("trades lost in a row"),
    "exposure": _gauge("sum of the notionals of all positions"),
    "positions": _gauge("symbols in which something is held"),
    "position_quantity": _gauge("what is held of a symbol; below 0 it is short", "symbol"),
    # Who else
    "strategy_failures_in_a_row": _gauge(
        "turns in which a strategy failed, since one that was well", "strategy", "symbol"
    ),
    "strategy_disabled": _gauge("1 while a strategy is not asked", "strategy", "symbol"),
    "lines_lost_total": _counter("lines and rows that never reached their place", "log"),
    "resident_memory_bytes": _gauge("memory that the process holds"),
    "cpu_seconds_total": _counter("what the process has computed"),
}
