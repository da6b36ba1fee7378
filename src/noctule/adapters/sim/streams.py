"""WebSocket addresses and stream names: which route carries what, and is silent about the rest."""

import re
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct

__all__ = ["ROUTES", "Dial", "Route", "base_of", "dial_of", "is_carried", "watched_by"]


class Route(StrEnum):
    """The four doors to the streams; a connection has one of them."""

    PUBLIC = "public"
    MARKET = "market"
    PRIVATE = "private"
    UNROUTED = ""


class Dial(Struct, frozen=True, kw_only=True):
    """What a connection's address asks for."""

    route: Route
    is_combined: bool
    streams: tuple[str, ...] = ()
    events: tuple[frozenset[str] | None, ...] = ()  # the filter of each stream; None is everything


ROUTES: Final = {f"/{route}" if route else "": route for route in Route}

_PATH: Final = re.compile(r"(?P<route>/[a-z]+)?/(?P<form>ws|stream)(?:/(?P<streams>.*))?")
_SYMBOL: Final = r"[^@!\s\"\\A-Z]+"
_SPEED: Final = r"(@(100|250|500)ms)?"
_INTERVAL: Final = r"(1|3|5|15|30)m|(1|2|4|6|8|12)h|(1|3)d|1w|1M"
_PUBLIC: Final = re.compile(
    rf"{_SYMBOL}@bookTicker|!bookTicker|{_SYMBOL}@depth(5|10|20)?{_SPEED}"
    rf"|{_SYMBOL}@rpiDepth@500ms|{_SYMBOL}@trade"
)
_MARKET: Final = re.compile(
    rf"{_SYMBOL}@(aggTrade|markPrice(@1s)?|kline_({_INTERVAL})|miniTicker|ticker|forceOrder"
    rf"|compositeIndex)"
    rf"|{_SYMBOL}_[a-z_]+@continuousKline_({_INTERVAL})"
    r"|!markPrice@arr(@1s)?|!(miniTicker|ticker|forceOrder|assetIndex)@arr|!contractInfo"
    r"|tradingSession"
)
_LISTEN_KEY: Final = re.compile(r"[A-Za-z0-9]{16,128}")
# Without a route only the public streams flow, whatever else is asked for (facts 1).
_CARRIED: Final = {
    Route.PUBLIC: _PUBLIC,
    Route.MARKET: _MARKET,
    Route.PRIVATE: _LISTEN_KEY,
    Route.UNROUTED: _PUBLIC,
}
_PACE: Final = re.compile(r"@(1s|\d+ms)$")


def dial_of(path: str, query: str) -> Dial | None:
    """Read an address: /ws and /stream, on each route; None if it is neither."""
    found = _PATH.fullmatch(path)
    if found is None or (found["route"] or "") not in ROUTES:
        return None
    route = ROUTES[found["route"] or ""]
    asked = _asked(found["streams"] or "", query)
    return Dial(
        route=route,
        is_combined=found["form"] == "stream",
        streams=tuple(name for name, _ in asked),
        events=tuple(events for _, events in asked),
    )


def is_carried(route: Route, stream: str) -> bool:
    """Tell whether this route ever sends on this stream; if not, it acknowledges in silence."""
    return _CARRIED[route].fullmatch(stream) is not None


def base_of(stream: str) -> str:
    """Return the stream without its pace: the simulated market sets its own."""
    return _PACE.sub("", stream)


def watched_by(stream: str) -> tuple[str, str] | None:
    """Return the symbol, "" for all, and the topic of the market that a stream needs watched."""
    symbol, _, form = stream.partition("@")
    if form.startswith(("kline_", "continuousKline_")):
        return symbol.removesuffix("_perpetual").upper(), form.partition("_")[2]
    if form.startswith(("depth", "rpiDepth")):
        return symbol.upper(), "depth"
    if form in ("ticker", "miniTicker"):
        return symbol.upper(), "ticker"
    return ("", "ticker") if stream in ("!ticker@arr", "!miniTicker@arr") else None


def _asked(in_path: str, query: str) -> list[tuple[str, frozenset[str] | None]]:
    """Return streams and listen keys with their filters; `events` belongs to the key before it."""
    asked: list[tuple[str, frozenset[str] | None]] = _unfiltered(in_path)
    for name, value in parse_qsl(query, max_num_fields=None):
        if name == "streams":
            asked += _unfiltered(value)
        elif name == "listenKey":
            asked.append((value, None))
        elif name == "events" and asked:
            asked[-1] = (asked[-1][0], frozenset(value.split("/")))
    return asked


def _unfiltered(streams: str) -> list[tuple[str, frozenset[str] | None]]:
    return [(stream, None) for stream in streams.split("/") if stream]
