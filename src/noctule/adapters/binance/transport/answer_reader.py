"""Reads one HTTP/1.1 answer out of whatever pieces it comes in, and trusts none of them."""

import re
import zlib
from typing import Final

from noctule.adapters.binance.transport.road import HttpAnswer

__all__ = ["ANSWER_BYTES_MAX", "AnswerReader", "Unreadable"]

ANSWER_BYTES_MAX: Final = 64 * 1024 * 1024  # exchangeInfo, the largest, has about two
_HEAD_BYTES_MAX: Final = 64 * 1024
_HEAD_END: Final = b"\r\n\r\n"
_STATUS: Final = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})(?: .*)?").fullmatch
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch  # a token of RFC 9110
_LENGTH: Final = re.compile(r"[0-9]{1,15}").fullmatch
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?").fullmatch
_GZIP: Final = 16  # what zlib wants added for that form
_WITHOUT_BODY: Final = (204, 304)
_UNPACKED: Final = ("", "identity")


class Unreadable(ValueError):
    """What came is no answer."""


class AnswerReader:
    """Takes pieces until the answer is whole; `keeps` says whether the connection may go on."""

    def __init__(self) -> None:
        self.keeps = True
        self._buffer = bytearray()  # at most the largest head, or the largest body and a piece
        self._status = 0  # until the head has come
        self._headers: dict[str, str] = {}
        self._left: int | None = 0  # of the body; None: it ends with the connection
        self._is_chunked = self._is_packed = False
        self._chunks = bytearray()

    def feed(self, piece: bytes) -> HttpAnswer | None:
        """Take a piece, and return the answer once it is whole; raises Unreadable."""
        self._buffer += piece
        while not self._status:
            if not self._take_head():
                return None
        if self._is_chunked:
            return self._whole(self._chunks) if self._take_chunks() else None
        self._check_size(self._left or len(self._buffer))
        if self._left is None or len(self._buffer) < self._left:
            return None
        body = self._buffer
        if len(body) > self._left:
            self.keeps = False  # it says more than it was asked
            body = body[: self._left]
        return self._whole(body)

    def end(self) -> HttpAnswer | None:
        """Return what came until the connection ended, if that is how its answer ends."""
        if not self._status or self._is_chunked or self._left is not None:
            return None
        return self._whole(self._buffer)

    def _take_head(self) -> bool:
        """Read the head if it is there; what is only an interim word is passed over."""
        end = self._buffer.find(_HEAD_END)
        if end > _HEAD_BYTES_MAX or (end < 0 and len(self._buffer) > _HEAD_BYTES_MAX):
            raise Unreadable("its head does not end")
        if end < 0:
            return False
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        del self._buffer[: end + len(_HEAD_END)]
        line = _STATUS(first)
        if line is None or line[2] == "101":
            raise Unreadable("its first line makes no sense")
        if line[2][0] == "1":
            return True
        self._headers = _headers_of(lines)
        self._judge_body(int(line[2]), is_old=line[1] == "0")
        self._status = int(line[2])
        return True

    def _judge_body(self, status: int, *, is_old: bool) -> None:
        """Say how the body ends."""
        headers = self._headers
        said = headers.get("connection", "").lower()
        self.keeps = "close" not in said and (not is_old or "keep-alive" in said)
        coding = headers.get("transfer-encoding")
        length = headers.get("content-length")
        packing = headers.get("content-encoding", "").lower()
        self._is_packed = packing not in _UNPACKED
        if self._is_packed and packing != "gzip":
            raise Unreadable("it is packed in a way that nobody asked for")
        if status in _WITHOUT_BODY:
            self._left = 0
        elif coding is not None:
            if coding.lower() != "chunked" or length is not None:
                raise Unreadable("nobody can tell where it ends")
            self._is_chunked = True
        elif length is None:
            self._left, self.keeps = None, False
        elif _LENGTH(length) is None:
            raise Unreadable("its length is no number")
        else:
            self._left = int(length)

    def _take_chunks(self) -> bool:
        """Put chunks together as far as they have come; tell whether that was all."""
        while (end := self._buffer.find(b"\r\n")) >= 0:
            line = _CHUNK(self._buffer[:end])
            if line is None:
                raise Unreadable("a chunk has no length")
            size = int(line[1], 16)
            self._check_size(len(self._chunks) + size)
            if size == 0:
                return self._take_trailer(end)
            begin = end + 2
            if len(self._buffer) < begin + size + 2:
                return False
            if self._buffer[begin + size : begin + size + 2] != b"\r\n":
                raise Unreadable("a chunk is longer than it says")
            self._chunks += self._buffer[begin : begin + size]
            del self._buffer[: begin + size + 2]
        if len(self._buffer) > _HEAD_BYTES_MAX:
            raise Unreadable("a chunk has no length")
        return False

    def _take_trailer(self, at: int) -> bool:
        """Pass over what follows the last chunk."""
        end = self._buffer.find(_HEAD_END, at)
        if end < 0:
            if len(self._buffer) > _HEAD_BYTES_MAX:
                raise Unreadable("its trailer does not end")
            return False
        self.keeps = self.keeps and len(self._buffer) == end + len(_HEAD_END)
        return True

    def _check_size(self, size: int) -> None:
        if size > ANSWER_BYTES_MAX:
            raise Unreadable("it does not end")

    def _whole(self, body: bytearray) -> HttpAnswer:
        whole = _unpacked(body) if self._is_packed and body else bytes(body)
        return HttpAnswer(status=self._status, headers=self._headers, body=whole)


def _unpacked(packed: bytearray) -> bytes:
    """Unpack a body, however large it says to be, no further than any may be."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS + _GZIP)
    try:
        body = unpacking.decompress(packed, ANSWER_BYTES_MAX + 1)
    except zlib.error:
        raise Unreadable("it is packed wrongly") from None
    if len(body) > ANSWER_BYTES_MAX:
        raise Unreadable("it does not end")
    if not unpacking.eof:
        raise Unreadable("it is packed wrongly")
    return body


def _headers_of(lines: list[str]) -> dict[str, str]:
    """Return the headers, names in lower case; two lengths that differ are a trap."""
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or _NAME(name) is None:
            raise Unreadable("a header makes no sense")
        name, value = name.lower(), value.strip()
        if name in ("content-length", "transfer-encoding") and headers.get(name, value) != value:
            raise Unreadable("nobody can tell where it ends")
        if name == "connection" and name in headers:
            value = f"{headers[name]}, {value}"  # said twice, it says both
        headers[name] = value
    return headers
