"""From a closed candle's frame to the order it causes: the whole bot beside three others.

    python -m benchmarks.latency [BARS] [ROUNDS] [http|websocket]

A wire server on one core, everybody who is measured in a process of his own on the other. The
clock runs from the moment a closed kline frame is written until the order is read whole. They take
turns, bar by bar: bare sockets that send the same bytes whatever comes (the floor), asyncio and
aiohttp doing nothing but "frame in, signed order out" (the reference), the stock connector with its
thread and `requests`, and the bot with everything on: bus, risk, journal, logs, metrics. It is flat
before each bar, by its own word, and enters at each; its protective orders are off the clock. Its
orders go over HTTP, or over the WebSocket API.

Before his candle each has the same 30 ms in which nobody says a word. The bot knows by the
market's clock that a close is near, and spends them rehearsing; the others rest.

Bars: p50 at most 1.0 x the reference's and 0.45 x the stock connector's; p99 - p50 at most 1.5 x
the floor's and 300 us. Of some rounds the median counts.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.latency_exchange import BotDesk
from benchmarks.latency_rivals import RIVALS
from benchmarks.latency_wire import Asked, Line, Wire
from benchmarks.stream_server import kline

__all__ = ["main"]

BARS: Final = 700
ROUNDS: Final = 3
WARM: Final = 50  # bars before the clock runs
QUIET_S: Final = 0.03  # before each candle, for everybody
OURS: Final = "noctule"
REFERENCE_BAR, STOCK_BAR, TAIL_BAR, TAIL_US = 1.0, 0.45, 1.5, 300.0

_ANSWER: Final = (
    b'{"orderId":283194212,"symbol":"BTCUSDT","status":"FILLED","clientOrderId":"x1","price":"0",'
    b'"origQty":"0.010","executedQty":"0.010","type":"MARKET","side":"BUY"}'
)
_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
) % len(_ANSWER)
_CLOSED: Final = kline().replace(b'"x":false', b'"x":true')


class RivalDesk:
    """Tells a rival of a candle, and answers its order."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._line: Line | None = None
        self._heard_ns = 0

    def approach(self) -> None:
        """Do nothing: he has no clock that tells him of a close."""

    def bar(self) -> float:
        """Close a candle, and return after how many µs its order was read."""
        assert self._line is not None, "nobody listens"
        self._heard_ns = 0
        told_ns = self._line.say(_CLOSED)
        self._wire.serve(lambda: self._heard_ns > 0, what="the order of a candle")
        self._wire.rest(0.003, tend=_nothing)
        return (self._heard_ns - told_ns) / 1_000

    @property
    def is_heard(self) -> bool:
        """Tell whether somebody listens."""
        return self._line is not None

    def answer(self, _asked: Asked, *, read_ns: int) -> bytes:
        """Take the order."""
        self._heard_ns = read_ns
        return _HEAD + _ANSWER

    def open(self, line: Line, _asked: Asked) -> None:
        """Remember whom to tell."""
        self._line = line

    def hear(self, _line: Line, _opcode: int, _payload: bytes, *, read_ns: int) -> None:
        """Hear nothing: what it subscribes to it hears anyway."""

    def gone(self, _line: Line) -> None:
        """Wait for the next."""


def main() -> int:
    """Measure, print, and return 1 when a bar is missed."""
    asked = sys.argv[1:]
    told_bars, told_rounds, road = asked + [str(BARS), str(ROUNDS), "http"][len(asked) :]
    bars, rounds = int(told_bars), int(told_rounds)
    server_core, client_core = sorted(os.sched_getaffinity(0))[:2]
    os.sched_setaffinity(0, {server_core})
    told = []
    for number in range(rounds):
        taken = measured(bars, core=client_core, road=road)
        told.append({name: _figures(each) for name, each in taken.items()})
        for name, (p50, p99) in told[-1].items():
            print(
                f"round {number + 1}: {name:8} p50 {p50:7,.0f} us  p99 {p99:7,.0f} us", flush=True
            )
    return 0 if _judge(told) else 1


def measured(bars: int, *, core: int, road: str) -> dict[str, list[float]]:
    """Return what each bar took, by whom; `road` is the way of the bot's orders."""
    wire = Wire()
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        desks = {name: RivalDesk(wire) for name in RIVALS}
        for name, desk in desks.items():
            port = str(wire.listen(desk))
            stack.enter_context(client("latency_rivals", name, port, core=core))
        ours = BotDesk(wire, home / "board")
        port = str(wire.listen(ours))
        board = str(home / "board")
        stack.enter_context(client("latency_bot", str(home), port, board, road, core=core))
        wire.serve(
            lambda: ours.is_heard and all(each.is_heard for each in desks.values()),
            what="somebody who listens",
        )
        wire.rest(2.0, tend=_nothing)  # the bot reads its history
        ours.begin()
        everybody: dict[str, RivalDesk | BotDesk] = {**desks, OURS: ours}
        taken: dict[str, list[float]] = {name: [] for name in everybody}
        for number in range(-WARM, bars):
            for name, one in everybody.items():
                one.approach()
                wire.serve_for(QUIET_S)
                took_us = one.bar()
                if number >= 0:
                    taken[name].append(took_us)
    return taken


@contextmanager
def client(module: str, *arguments: str, core: int) -> Iterator[None]:
    """Run a client on a core of its own, and let it end when we have done."""
    command = ("taskset", "-c", str(core), sys.executable, "-m", f"benchmarks.{module}", *arguments)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


def _figures(taken_us: list[float]) -> tuple[float, float]:
    return median(taken_us), quantiles(taken_us, n=100)[98]


def _judge(told: list[dict[str, tuple[float, float]]]) -> bool:
    """Print each bar, and tell whether all are kept."""
    bars = (
        ("p50 beside the reference", REFERENCE_BAR, [_beside(each, "asyncio") for each in told]),
        ("p50 beside the stock connector", STOCK_BAR, [_beside(each, "stock") for each in told]),
        (
            "tail, of what it may be",
            1.0,
            [_tail(each[OURS]) / _may(each["floor"]) for each in told],
        ),
    )
    for title, most, ratios in bars:
        verdict = "kept" if median(ratios) <= most else "MISSED"
        print(f"{title:32} {median(ratios):5.2f} x, at most {most:.2f}: {verdict}")
    return all(median(ratios) <= most for _, most, ratios in bars)


def _beside(figures: dict[str, tuple[float, float]], whom: str) -> float:
    return figures[OURS][0] / figures[whom][0]


def _tail(figures: tuple[float, float]) -> float:
    p50, p99 = figures
    return p99 - p50


def _may(floor: tuple[float, float]) -> float:
    return TAIL_BAR * _tail(floor) + TAIL_US


def _nothing() -> None:
    """Tend nobody."""


if __name__ == "__main__":
    sys.exit(main())
