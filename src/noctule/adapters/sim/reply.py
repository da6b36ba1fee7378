"""An answer on its way out: head and body in one piece, as aiohttp would write them.

aiohttp keeps a response's headers in a dictionary of its own, completes them and writes them out
again. Nearly all answers need none of that, and an exchange that is tested for its speed gives
none of its time away: whatever is out of the ordinary is left to aiohttp.
"""

from typing import Final

from aiohttp import ClientConnectionResetError, HttpVersion11, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import SERVER_SOFTWARE
from aiohttp.web_response import REASON_PHRASES
from typing_extensions import override

from noctule.adapters.sim.messages import Response

__all__ = ["reply_to", "written"]

_SERVER: Final = f"Server: {SERVER_SOFTWARE}"


def reply_to(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Return what aiohttp is to send; on a connection that stays, the answer in one piece."""
    stays = request.keep_alive and request.version == HttpVersion11
    if stays and request.method != "HEAD":
        return _Reply(response)
    return web.Response(
        status=response.status,
        body=response.body,
        headers=response.headers,
        content_type=response.content_type,
    )


def written(response: Response) -> bytes:
    """Return an answer as it is on the wire, on a connection that stays."""
    told = "".join([f"{name}: {value}\r\n" for name, value in response.headers.items()])
    reason = REASON_PHRASES.get(response.status, "")
    head = (
        f"HTTP/1.1 {response.status} {reason}\r\n{told}"
        f"Content-Type: {response.content_type}\r\nContent-Length: {len(response.body)}\r\n"
        f"Date: {rfc822_formatted_time()}\r\n{_SERVER}\r\n\r\n"
    )
    return head.encode() + response.body


class _Reply(web.StreamResponse):
    def __init__(self, response: Response) -> None:
        super().__init__(status=response.status)
        self._response = response
        self._request: web.BaseRequest | None = None

    @property
    @override
    def keep_alive(self) -> bool:
        """Tell that the connection stays."""
        return True

    @override
    async def prepare(self, request: web.BaseRequest) -> None:
        """Take note of where to write."""
        self._request = request

    @override
    async def write_eof(self, data: bytes = b"") -> None:
        """Write the answer, and wait if the client is slow to read."""
        request = self._request
        assert request is not None, "an answer was written before it was prepared"
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ClientConnectionResetError("Cannot write to closing transport")
        transport.write(written(self._response))
        await request.writer.drain()
