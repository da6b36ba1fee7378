"""What streams there are: which route carries each, and which of them never fall silent."""

import re
from enum import StrEnum
from typing import Final

__all__ = ["Route", "always_talks", "route_of"]


class Route(StrEnum):
    """The doors to the streams; a connection has one, and is silent about the others' (facts 1)."""

    PUBLIC = "public"
    MARKET = "market"
    PRIVATE = "private"


_SYMBOL: Final = r"[^@!\sA-Z/]+"  # lower case where there is a case
_INTERVAL: Final = r"(?:1|3|5|15|30)m|(?:1|2|4|6|8|12)h|(?:1|3)d|1w|1M"
_LISTEN_KEY: Final = r"[A-Za-z0-9]{16,128}"
_FORMS: Final = {
    Route.PUBLIC: re.compile(
        rf"{_SYMBOL}@(?:bookTicker|trade|depth(?:5|10|20)?(?:@100ms|@500ms)?|rpiDepth@500ms)"
        r"|!bookTicker"
    ),
    Route.MARKET: re.compile(
        rf"{_SYMBOL}@(?:aggTrade|markPrice(?:@1s)?|kline_(?:{_INTERVAL})|miniTicker|ticker"
        r"|forceOrder|compositeIndex)"
        rf"|{_SYMBOL}@continuousKline_(?:{_INTERVAL})"
        r"|!markPrice@arr(?:@1s)?|!(?:miniTicker|ticker|forceOrder|assetIndex)@arr"
        r"|!contractInfo|tradingSession"
    ),
    Route.PRIVATE: re.compile(_LISTEN_KEY),
}
# Pushed every one or three seconds whatever the market does; all others wait for something to
# happen, which on a thin symbol may take minutes.
_TALKS: Final = re.compile(rf"{_SYMBOL}@markPrice(?:@1s)?|!markPrice@arr(?:@1s)?")


def route_of(name: str) -> Route:
    """Return the one route that carries a stream.

    The exchange acknowledges every name on every route and then says nothing (facts 1, 4), so a
    name that no route carries is a mistake of ours: a ValueError.
    """
    for route, form in _FORMS.items():
        if form.fullmatch(name):
            return route
    raise ValueError(f"{name!r} is not a stream, it would be acknowledged and stay silent")


def always_talks(name: str) -> bool:
    """Tell whether silence on this stream means that something is broken."""
    return _TALKS.fullmatch(name) is not None
