"""One fetch from its beginning to its report, from whichever source."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from msgspec import Struct

from noctule.adapters.archive.folder import FolderArchive
from noctule.adapters.archive.web import WebArchive, WebSettings
from noctule.adapters.binance.settings import ApiSettings
from noctule.app.fetching.archive import fetch_from_archive, whole_days
from noctule.app.fetching.exchange import fetch_from_exchange
from noctule.app.fetching.plan import errands_of
from noctule.app.fetching.progress import Tell
from noctule.app.fetching.public_road import exchange_of, public_road
from noctule.app.fetching.series import Series, Span
from noctule.app.fetching.shelf import Shelf
from noctule.app.fetching.tally import Fetched, Report
from noctule.domain.errors import ConfigError
from noctule.ports.clock import Clock

__all__ = ["Order", "fetched_from_archive", "fetched_from_exchange"]


class Order(Struct, frozen=True, kw_only=True):
    """What is wanted of which time."""

    series: Sequence[Series]
    span: Span


async def fetched_from_exchange(  # noqa: PLR0913  # what it stands on
    order: Order,
    shelf: Shelf,
    *,
    api: ApiSettings,
    bans_file: Path,
    clock: Clock,
    jitter: Random,
    tell: Tell,
) -> Report:
    """Fetch from the environment's exchange; nothing is asked where nothing is missing."""
    began_ms, source = clock.elapsed_ms(), exchange_of(api)
    wanted = [(each, _on_grid(each, order.span)) for each in order.series]
    errands = errands_of(wanted, shelf.folder)
    async with public_road(api, bans_file=bans_file, clock=clock, jitter=jitter) as road:
        fetched = await fetch_from_exchange(errands, road.past, shelf, tell)
        requests = road.requests()
    return _report(fetched, shelf, source, requests, clock.elapsed_ms() - began_ms)


def fetched_from_archive(
    order: Order, shelf: Shelf, *, archive: str, api: ApiSettings, clock: Clock, tell: Tell
) -> Report:
    """Fetch from an archive, a folder's or a URL's."""
    began_ms = clock.elapsed_ms()
    now_ms = clock.now_ms()
    wanted = [(each, whole_days(each, order.span, now_ms)) for each in order.series]
    errands = errands_of(wanted, shelf.folder)
    if archive.startswith(("http://", "https://")):
        settings = WebSettings(proxy_url=api.proxy_url)
        web = WebArchive(archive, elapsed_ms=clock.elapsed_ms, settings=settings)
        fetched = fetch_from_archive(errands, web, shelf, tell)
        return _report(fetched, shelf, archive, web.requests, clock.elapsed_ms() - began_ms)
    folder = FolderArchive(Path(archive))
    if folder.root is None:
        raise ConfigError(
            [f"--archive {archive}: no archive is there, data/futures/um/monthly should be below"]
        )
    fetched = fetch_from_archive(errands, folder, shelf, tell)
    return _report(fetched, shelf, archive, 0, clock.elapsed_ms() - began_ms)


def _on_grid(series: Series, span: Span) -> Span:
    """Return the times from the first row that begins in the span to where the next would."""
    return Span(series.first_from(span.from_ms), series.first_from(span.to_ms))


def _report(
    fetched: Sequence[Fetched], shelf: Shelf, source: str, requests: int, elapsed_ms: int
) -> Report:
    return Report(
        folder=str(shelf.folder),
        source=source,
        fetched=tuple(fetched),
        requests=requests,
        elapsed_ms=elapsed_ms,
    )
