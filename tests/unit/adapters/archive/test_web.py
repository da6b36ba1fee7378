"""A server's files come whole, or it is told what became of them."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from noctule.adapters.archive.failures import ArchiveFlawed, ArchiveUnreachable, NotInArchive
from noctule.adapters.archive.web import WebArchive, WebSettings
from tests.fakes.web_server import WebServer, babble, cut, hang, served, status

PATH = "monthly/klines/a.zip"
CONTENT = b"candles" * 50_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WebServer]:
    file = tmp_path / "data/futures/um" / PATH
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    with served(tmp_path) as server:
        yield server


def archive_at(url: str, **settings: object) -> WebArchive:
    return WebArchive(url, elapsed_ms=lambda: 0, settings=WebSettings(**settings))  # type: ignore[arg-type]  # what a test changes


def fetched(archive: WebArchive, path: str = PATH) -> bytes:
    pieces = []
    with archive.opened(path) as read:
        while piece := read(10_000):
            pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize("below", ["", "/", "/data", "/data/futures", "/data/futures/um/"])
def test_a_file_comes_whole_from_whichever_part_of_the_url_is_given(
    server: WebServer, below: str
) -> None:
    archive = archive_at(f"{server.url}{below}")

    assert fetched(archive) == CONTENT
    assert server.asked == [f"/data/futures/um/{PATH}"]
    assert archive.requests == 1


def test_a_mirror_below_another_path_is_asked_there(server: WebServer) -> None:
    with pytest.raises(NotInArchive):
        fetched(archive_at(f"{server.url}/mirror"))

    assert server.asked == [f"/mirror/data/futures/um/{PATH}"]


def test_what_is_not_there_is_not_in_the_archive(server: WebServer) -> None:
    with pytest.raises(NotInArchive):
        fetched(archive_at(server.url), "monthly/b.zip")


def test_a_download_that_is_cut_is_not_taken_for_whole(server: WebServer) -> None:
    server.react(PATH, cut)

    with pytest.raises(ArchiveUnreachable, match="cut off in its midst"):
        fetched(archive_at(server.url))


def test_a_server_that_says_nothing_is_not_waited_for(server: WebServer) -> None:
    server.react(PATH, hang)

    with pytest.raises(ArchiveUnreachable, match=r"timed out|no answer in time"):
        fetched(archive_at(server.url, timeout_ms=50))


def test_a_download_that_takes_for_ever_is_given_up(server: WebServer) -> None:
    ticks = count(step=40)
    archive = WebArchive(
        server.url,
        elapsed_ms=lambda: next(ticks),
        settings=WebSettings(file_timeout_ms=100),
    )

    with pytest.raises(ArchiveUnreachable, match="not there after 100 ms"):
        fetched(archive)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (403, ArchiveFlawed),
        (410, NotInArchive),
        (429, ArchiveUnreachable),
        (503, ArchiveUnreachable),
    ],
)
def test_other_answers_are_what_they_mean(
    server: WebServer, code: int, kind: type[Exception]
) -> None:
    server.react(PATH, status(code))

    with pytest.raises(kind):
        fetched(archive_at(server.url))


def test_nobody_there_is_out_of_reach() -> None:
    with pytest.raises(ArchiveUnreachable, match="Connection refused"):
        fetched(archive_at("http://127.0.0.1:9"))


def test_a_proxy_is_used_where_one_is_named(server: WebServer) -> None:
    archive = archive_at("http://archive.example", proxy_url=server.url)

    with pytest.raises(NotInArchive):
        fetched(archive)

    assert server.asked == [f"http://archive.example/data/futures/um/{PATH}"]


def test_what_the_environment_says_of_proxies_is_not_used(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert fetched(archive_at(server.url)) == CONTENT


def test_an_answer_that_is_no_http_is_out_of_reach(server: WebServer) -> None:
    server.react(PATH, babble)

    with pytest.raises(ArchiveUnreachable, match="BadStatusLine"):
        fetched(archive_at(server.url))
