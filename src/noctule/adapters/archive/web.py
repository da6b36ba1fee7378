"""An archive on a server: plain GETs, tried again where one is cut off or nobody answers."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, build_opener

from msgspec import Struct

from noctule.adapters.archive.failures import ArchiveFlawed, ArchiveUnreachable, NotInArchive

__all__ = ["WebArchive", "WebSettings"]

_BELOW: Final = "data/futures/um"
_NOT_THERE: Final = (404, 410)
_LATER: Final = (408, 425, 429)
_MS_PER_SECOND: Final = 1_000


class WebSettings(Struct, frozen=True, kw_only=True):
    """How long a server may take."""

    timeout_ms: int = 15_000  # to connect, and from one piece to the next
    file_timeout_ms: int = 300_000  # from the first to the last
    proxy_url: str | None = None  # what the environment says of proxies is not used


class WebArchive:
    """Files of the archive's layout below a URL; certificates are verified."""

    def __init__(
        self, url: str, *, elapsed_ms: Callable[[], int], settings: WebSettings | None = None
    ) -> None:
        self._settings = settings or WebSettings()
        self._elapsed_ms = elapsed_ms
        self._root = _root(url)
        self._opener = _opener(self._settings.proxy_url)
        self.requests = 0

    @contextmanager
    def opened(self, path: str) -> Iterator[Callable[[int], bytes]]:
        """Open a file to be read piece by piece."""
        url = f"{self._root}/{quote(path)}"
        until_ms = self._elapsed_ms() + self._settings.file_timeout_ms
        try:
            with self._answer(url) as answer:
                yield lambda most: self._piece(answer, url, most, until_ms)
        except HTTPError as exc:
            exc.close()  # it is an answer, too
            raise _refusal(url, exc.code) from exc
        except IncompleteRead as exc:
            raise ArchiveUnreachable(f"{url}: cut off in its midst") from exc
        except (URLError, TimeoutError, ConnectionError, HTTPException) as exc:
            raise _failure(url, exc) from exc

    def _answer(self, url: str) -> HTTPResponse:
        self.requests += 1
        timeout_s = self._settings.timeout_ms / _MS_PER_SECOND
        answer = self._opener.open(url, timeout=timeout_s)
        assert isinstance(answer, HTTPResponse), f"{url} answers with {type(answer).__name__}"
        return answer

    def _piece(self, answer: HTTPResponse, url: str, most: int, until_ms: int) -> bytes:
        if self._elapsed_ms() > until_ms:
            raise ArchiveUnreachable(f"{url}: not there after {self._settings.file_timeout_ms} ms")
        piece = answer.read1(most)
        if not piece and answer.length:
            raise IncompleteRead(b"", answer.length)
        return piece


def _root(url: str) -> str:
    """Return the URL of `um`: the archive's own root is meant, or any folder on the way."""
    url = url.rstrip("/")
    path = urlsplit(url).path.strip("/")
    parts = _BELOW.split("/")
    for length in range(len(parts), 0, -1):
        if f"/{path}".endswith("/" + "/".join(parts[:length])):
            return "/".join([url, *parts[length:]])
    return f"{url}/{_BELOW}"


def _opener(proxy_url: str | None) -> OpenerDirector:
    proxies = {"http": proxy_url, "https": proxy_url} if proxy_url else {}
    return build_opener(ProxyHandler(proxies), HTTPSHandler(context=ssl.create_default_context()))


def _refusal(url: str, code: int) -> Exception:
    """Say what an answer that is no file means; there is no redirect left to follow."""
    if code in _NOT_THERE:
        return NotInArchive(url)
    if code >= 500 or code in _LATER:
        return ArchiveUnreachable(f"{url}: the server answers {code}")
    return ArchiveFlawed(f"{url}: the server answers {code}, is the address right?")


def _failure(url: str, failure: Exception) -> ArchiveUnreachable:
    match failure:
        case URLError(reason=reason):
            return ArchiveUnreachable(f"{url}: {reason}")
        case TimeoutError():
            return ArchiveUnreachable(f"{url}: no answer in time")
        case _:
            return ArchiveUnreachable(f"{url}: {failure!r}")
