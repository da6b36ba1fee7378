"""One HTTP request in, one answer out, as bytes: no socket, no clock."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias

from msgspec import Struct

__all__ = ["HEAD_BYTES_MAX", "Answer", "Pages", "answer", "plain"]

HEAD_BYTES_MAX: Final = 8_192
_METHODS: Final = ("GET", "HEAD")
_END: Final = b"\r\n\r\n"


class Answer(Struct, frozen=True, kw_only=True):
    """What a page says."""

    status: HTTPStatus = HTTPStatus.OK
    content_type: str = "text/plain; charset=utf-8"
    body: bytes
    extra: Mapping[str, str] = {}

    def written(self, *, is_head: bool = False) -> bytes:
        """Return it as it goes over the wire; the connection ends with it."""
        lines = [
            f"HTTP/1.1 {self.status.value} {self.status.phrase}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
            *(f"{name}: {text}" for name, text in self.extra.items()),
        ]
        head = "\r\n".join(lines).encode("ascii") + _END
        return head if is_head else head + self.body


Pages: TypeAlias = Mapping[str, Callable[[], Answer]]  # by path


def plain(status: HTTPStatus, text: str, **extra: str) -> Answer:
    """Return a line of text."""
    return Answer(status=status, body=f"{text}\n".encode(), extra=extra)


def answer(received: bytes, pages: Pages) -> bytes | None:
    """Return what is to be sent; None while the request's head is not whole.

    A body is not waited for: nothing here takes one, and the connection ends with the answer.
    """
    if _END not in received:
        too_long = plain(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request is too long")
        return too_long.written() if len(received) > HEAD_BYTES_MAX else None
    line = received.partition(b"\r\n")[0]
    words = line.decode("ascii", "replace").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return plain(HTTPStatus.BAD_REQUEST, "this speaks HTTP/1.1").written()
    method, target, _ = words
    is_head = method == "HEAD"
    page = pages.get(target.partition("?")[0])
    if page is None:
        told = ", ".join(pages)
        return plain(HTTPStatus.NOT_FOUND, f"there is {told}").written(is_head=is_head)
    if method not in _METHODS:
        refused = plain(HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD", Allow="GET, HEAD")
        return refused.written()
    return page().written(is_head=is_head)
