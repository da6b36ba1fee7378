"""The road to the paper exchange: in this process, and closed as long as it has no live prices."""

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs

from noctule.adapters.binance.transport.road import (
    Frame,
    FrameStream,
    HttpAnswer,
    HttpRequest,
    Method,
    Transport,
)
from noctule.domain.errors import VenueUnreachable

__all__ = ["PaperRoad"]

# What may be filled at once. A conditional order waits for a price, and one that rests is left to
# what trades; both find none while there is none.
_FILLED: Final = frozenset({(Method.POST, "/fapi/v1/order"), (Method.PUT, "/fapi/v1/order")})


class PaperRoad:
    """A Transport that leads nowhere until it is told where the paper exchange is."""

    def __init__(self) -> None:
        self._inside: Transport | None = None
        self._doubt: Callable[[str], str | None] = _no_doubt

    def lead_to(self, inside: Transport, *, doubt: Callable[[str], str | None]) -> None:
        """Lead there; `doubt` says why nothing of a symbol may be filled."""
        self._inside, self._doubt = inside, doubt

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request, unless it could be filled at a price that is not the market's."""
        inside = self._open()
        if (request.method, request.path) in _FILLED:
            (symbol,) = parse_qs(request.query).get("symbol", ("",))
            reason = self._doubt(symbol)
            if reason is not None:
                raise VenueUnreachable(f"nothing is filled on paper: {reason}")
        return await inside.request(request)

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Connect, and hand every text frame to the listener as it arrives."""
        return await self._open().open_stream(url, hear)

    async def close(self) -> None:
        """Hang up."""
        if self._inside is not None:
            await self._inside.close()

    def _open(self) -> Transport:
        if self._inside is None:
            raise VenueUnreachable("the paper exchange is not open yet")
        return self._inside


def _no_doubt(_symbol: str) -> None:
    return None
