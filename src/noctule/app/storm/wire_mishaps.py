"""What goes wrong on the wire, between the exchange and the bot, drawn one at a time."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.app.storm.chance import between_ms
from noctule.app.storm.story import KeyEnd, Mishap, Outage, Step, WireFault

__all__ = ["frame", "network", "outage", "refusal", "socket", "strain", "throttle"]

_SECOND_MS: Final = 1_000
_MINUTE_MS: Final = 60_000

# What each step's request looks like to a fault.
_PATHS: Final[Mapping[Step, str]] = {
    Step.ENTRY: "POST /fapi/v1/order",
    Step.STOP: "POST /fapi/v1/algoOrder",
    Step.TARGET: "POST /fapi/v1/*rder",
    Step.EXIT: "POST /fapi/v1/order",
    Step.CANCEL: "DELETE /fapi/v1/*rder*",
    Step.QUESTION: "GET /fapi/v*",
}
_ELSEWHERE: Final = (
    "*",
    "GET /fapi/v1/*",
    "GET /fapi/v1/exchangeInfo",
    "GET /fapi/v1/klines",
    "GET /fapi/v1/time",
    "GET /fapi/v3/*",
    "GET /fapi/v1/*rder*",
    "POST /fapi/v1/*rder",
    "POST /fapi/v1/leverage",
    "POST /fapi/v1/listenKey",
    "PUT /fapi/v1/listenKey",
)
_NETWORK: Final = (
    FaultKind.LOST_BEFORE,
    FaultKind.LOST_AFTER,
    FaultKind.RESET_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.LATE_ANSWER,
    FaultKind.BAD_GATEWAY,
    FaultKind.GARBAGE_ANSWER,
    FaultKind.TRUNCATED_ANSWER,
    FaultKind.EXTRA_FIELDS,
)
_STRAIN: Final = (
    FaultKind.UNKNOWN_BEFORE,
    FaultKind.UNKNOWN_AFTER,
    FaultKind.UNAVAILABLE,
    FaultKind.INTERNAL,
    FaultKind.OVERLOADED,
    FaultKind.TIMED_OUT,
    FaultKind.MAINTENANCE,
    FaultKind.LAGGING,
)
_THROTTLES: Final = (FaultKind.TOO_MANY, FaultKind.TOO_MANY, FaultKind.FORBIDDEN, FaultKind.BANNED)
_ANYWHERE: Final = (
    (-1021, 400, "Timestamp for this request is outside of the recvWindow."),
    (-1008, 503, "Request throttled by system-level protection."),
    (-1007, 408, "Timeout waiting for response from backend server."),
    (-1001, 503, "Internal error; unable to reach the backend."),
    (-1000, 503, "Unknown error, please check your request or try again later."),
    (-1015, 429, "Too many new orders."),
)
_REFUSALS: Final[Mapping[Step, Sequence[tuple[int, int, str]]]] = {
    Step.ENTRY: (
        *_ANYWHERE,
        (-2019, 400, "Margin is insufficient."),
        (-2027, 400, "Exceeded the maximum allowable position at current leverage."),
        (-4116, 400, "ClientOrderId is duplicated."),
        (-4131, 400, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
        (-4164, 400, "Order's notional must be no smaller than 100."),
        (-4400, 400, "Futures Trading Quantitative Rules violated, only reduceOnly is allowed."),
    ),
    Step.STOP: (
        *_ANYWHERE,
        (-2021, 400, "Order would immediately trigger."),
        (-4045, 400, "Reach max stop order limit."),
        (-4116, 400, "ClientOrderId is duplicated."),
        (-4130, 400, "An open stop or take profit order with GTE and closePosition is existing."),
        (-4509, 400, "Time in Force (TIF) GTE can only be used with open positions."),
    ),
    Step.TARGET: (
        *_ANYWHERE,
        (-2021, 400, "Order would immediately trigger."),
        (-2022, 400, "ReduceOnly Order is rejected."),
        (-4045, 400, "Reach max stop order limit."),
        (-4118, 400, "ReduceOnly Order Failed."),
        (-4130, 400, "An open stop or take profit order with GTE and closePosition is existing."),
        (-4509, 400, "Time in Force (TIF) GTE can only be used with open positions."),
    ),
    Step.EXIT: (
        *_ANYWHERE,
        (-2020, 400, "Unable to fill."),
        (-2022, 400, "ReduceOnly Order is rejected."),
        (-4116, 400, "ClientOrderId is duplicated."),
        (-4118, 400, "ReduceOnly Order Failed."),
        (-4131, 400, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
    ),
    Step.CANCEL: (*_ANYWHERE, (-2011, 400, "Unknown order sent.")),
    Step.QUESTION: (*_ANYWHERE, (-2013, 400, "Order does not exist.")),
}
_REFUSED_TIMES: Final = (1, 1, 1, 1, 2, 2, 4, 12, 40)  # the last are those who never give in
_FRAMES: Final = (
    FaultKind.LATE_FRAME,
    FaultKind.DROPPED_FRAME,
    FaultKind.REPEATED_FRAME,
    FaultKind.HELD_FRAME,
    FaultKind.STRANGE_FRAME,
    FaultKind.EXTRA_FRAME_FIELDS,
    FaultKind.GARBAGE_FRAME,
    FaultKind.TRUNCATED_FRAME,
    FaultKind.OVERSIZED_FRAME,
)
_SOCKETS: Final = (FaultKind.MUTE_SOCKET, FaultKind.CLOSED_SOCKET, FaultKind.CUT_SOCKET)
_OWN_FRAMES: Final = (
    "*_UPDATE",
    "ORDER_TRADE_UPDATE",
    "ACCOUNT_UPDATE",
    "ALGO_UPDATE",
    "TRADE_LITE",
)
_MARKET_FRAMES: Final = ("*@kline_1m", "*@kline_1m closed", "*@markPrice*", "*@bookTicker", "*")
_OUTAGES: Final = (
    FaultKind.UNAVAILABLE,
    FaultKind.LOST_BEFORE,
    FaultKind.LOST_AFTER,
    FaultKind.RESET_BEFORE,
    FaultKind.UNKNOWN_BEFORE,
    FaultKind.UNKNOWN_AFTER,
    FaultKind.OVERLOADED,
    FaultKind.MAINTENANCE,
    FaultKind.BAD_GATEWAY,
)
_OUT: Final = ("*", "*", "POST /fapi/v1/*rder", "*DELETE*", "GET *", "*/fapi/v1/*rder*")


def network(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    """Let a request or its answer be lost, late or garbled."""
    return (_wire(random, at_ms, random.choice(_NETWORK)),)


def strain(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    """Let the exchange not cope."""
    return (_wire(random, at_ms, random.choice(_STRAIN)),)


def throttle(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    """Let it have been asked too much, or shut us out."""
    on, match = _where(random)
    kind = random.choice(_THROTTLES)
    return (WireFault(at_ms=at_ms, on=on, fault=Fault(kind=kind, match=match)),)


def _wire(random: Random, at_ms: int, kind: FaultKind) -> WireFault:
    on, match = _where(random)
    if kind is FaultKind.LAGGING:
        on, match = random.choice((None, Step.QUESTION)), "GET /fapi/v1/*rder*"
    fault = Fault(
        kind=kind,
        match=match,
        skip=random.choice((0, 0, 0, 1, 2)) if on is None else 0,
        times=random.choice((1, 1, 1, 2, 3, 6)),
        delay_ms=between_ms(random, 300, 15 * _SECOND_MS),
    )
    return WireFault(at_ms=at_ms, on=on, fault=fault)


def _where(random: Random) -> tuple[Step | None, str]:
    """Return the step that a fault waits for, and what it befalls."""
    if random.random() < 0.3:
        return None, random.choice(_ELSEWHERE)
    step = random.choice(tuple(Step))
    return step, _PATHS[step]


def refusal(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    """Let it say no, rightly or not."""
    step = random.choice(tuple(Step))
    code, status, msg = random.choice(_REFUSALS[step])
    fault = Fault(
        kind=FaultKind.REFUSED,
        match=_PATHS[step],
        times=random.choice(_REFUSED_TIMES),
        code=code,
        status=status,
        msg=msg,
    )
    return (WireFault(at_ms=at_ms, on=step, fault=fault),)


def frame(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    """Let frames be lost, late, twice or strange."""
    on = None if random.random() < 0.4 else random.choice(tuple(Step))
    kind = random.choice(_FRAMES)
    # What is held waits for a frame of another kind, which no stream of the market has.
    may_be_any = on is None and kind is not FaultKind.HELD_FRAME
    frames = (*_OWN_FRAMES, *_MARKET_FRAMES) if may_be_any else _OWN_FRAMES
    fault = Fault(
        kind=kind,
        match=random.choice(frames),
        skip=random.choice((0, 0, 0, 1, 1, 2, 3, 5)),
        times=random.choice((1, 1, 2, 3, 8)),
        delay_ms=between_ms(random, 50, 20 * _SECOND_MS),
    )
    return (WireFault(at_ms=at_ms, on=on, fault=fault),)


def socket(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    """Let a stream end, or fall silent."""
    on = None if random.random() < 0.4 else random.choice(tuple(Step))
    if random.random() < 0.2:
        return (KeyEnd(at_ms=at_ms, on=on, is_told=random.random() < 0.5),)
    frames = _MARKET_FRAMES if on is None and random.random() < 0.5 else _OWN_FRAMES
    fault = Fault(
        kind=random.choice(_SOCKETS),
        match=random.choice(frames),
        skip=random.randrange(4),
    )
    return (WireFault(at_ms=at_ms, on=on, fault=fault),)


def outage(random: Random, at_ms: int, _symbols: Sequence[str]) -> Sequence[Mishap]:
    """Let all of one kind go wrong for a while."""
    for_ms = between_ms(random, 300, 3 * _MINUTE_MS)
    kind, match, share = (
        random.choice(_OUTAGES),
        random.choice(_OUT),
        random.choice((1.0, 1.0, 0.5)),
    )
    if random.random() < 0.25:
        frames = (FaultKind.DROPPED_FRAME, FaultKind.LATE_FRAME)
        kind, match = random.choice(frames), random.choice((*_OWN_FRAMES, *_MARKET_FRAMES))
    fault = Fault(kind=kind, match=match, times=None, share=share)
    on = random.choice((None, None, *Step))
    return (Outage(at_ms=at_ms, on=on, fault=fault, for_ms=for_ms),)
