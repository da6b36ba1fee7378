"""Fetching from an exchange: what is missing and settled, stretch by stretch."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Final, Protocol

from msgspec.structs import replace

from noctule.app.fetching.monthly import MonthlyFiles
from noctule.app.fetching.pages import Past, pages_of
from noctule.app.fetching.plan import Errand
from noctule.app.fetching.progress import Progress, Tell
from noctule.app.fetching.series import Row, Series, Span
from noctule.app.fetching.shelf import Shelf
from noctule.app.fetching.spans import at_utc
from noctule.app.fetching.tally import Fetched
from noctule.config.wording import closest
from noctule.domain.errors import ConfigError, VenueRefused
from noctule.domain.values import MINUTE_MS, Symbol

__all__ = ["Exchange", "fetch_from_exchange"]

_SETTLING_MS: Final = MINUTE_MS  # right after its end a candle may be told as it was (facts 4)
_NO_SUCH_SYMBOL: Final = -1121


class Exchange(Past, Protocol):
    """Who is asked."""

    async def now_ms(self) -> int:
        """Return the exchange's time."""
        ...

    async def symbols(self) -> frozenset[Symbol]:
        """Return the contracts there are."""
        ...


async def fetch_from_exchange(
    errands: Sequence[Errand], exchange: Exchange, shelf: Shelf, tell: Tell
) -> list[Fetched]:
    """Fetch what is missing and settled; nothing is asked where nothing is missing."""
    if not any(errand.missing for errand in errands):
        return [_start(errand) for errand in errands]
    now_ms = await exchange.now_ms() - _SETTLING_MS
    due = [_until(errand, errand.series.settled_before(now_ms)) for errand in errands]
    _check((each.series.symbol for each in due if each.missing), await exchange.symbols())
    return [await _fetch(errand, exchange, shelf, tell) for errand in due]


async def _fetch(errand: Errand, exchange: Exchange, shelf: Shelf, tell: Tell) -> Fetched:
    series, result = errand.series, _start(errand)
    flaws: list[str] = []
    progress = Progress(
        title=series.title,
        done_ms=0,
        total_ms=sum(span.to_ms - span.from_ms for span in errand.missing),
    )
    for span in errand.missing:
        files = MonthlyFiles(series, span, shelf)
        with _known(series):
            async with aclosing(pages_of(exchange, series, span, flaws.append)) as pages:
                async for page in pages:
                    files.take(page)
                    tell(progress.after(_reached(page, span) - span.from_ms))
        files.close()
        progress = progress.after(span.to_ms - span.from_ms)
        tell(progress)
        result = files.added_to(result)
    return replace(result, flaws=tuple(flaws))


def _start(errand: Errand) -> Fetched:
    return Fetched(series=errand.series, wanted=errand.wanted, found=errand.found)


def _until(errand: Errand, end_ms: int) -> Errand:
    """Leave out what is not over yet."""
    wanted = Span(errand.wanted.from_ms, min(errand.wanted.to_ms, end_ms))
    if wanted.from_ms >= wanted.to_ms:
        begins = f"{at_utc(wanted.from_ms):%Y-%m-%dT%H:%M}"
        problem = f"{errand.series.title}: at the exchange nothing from {begins} on is over yet"
        raise ConfigError([problem])
    missing = [Span(each.from_ms, min(each.to_ms, end_ms)) for each in errand.missing]
    return replace(
        errand, wanted=wanted, missing=tuple(each for each in missing if each.from_ms < each.to_ms)
    )


def _check(symbols: Iterable[Symbol], known: frozenset[Symbol]) -> None:
    """Refuse a symbol before hours are spent on those before it."""
    unknown = [symbol for symbol in dict.fromkeys(symbols) if symbol not in known]
    if unknown:
        raise ConfigError([_unknown(symbol, known) for symbol in unknown])


def _unknown(symbol: Symbol, known: Iterable[Symbol]) -> str:
    guess = closest(symbol, sorted(known))
    remedy = f"did you mean {guess}?" if guess else "of what is no longer listed, see --archive"
    return f"{symbol}: the exchange lists no such contract, {remedy}"


@contextmanager
def _known(series: Series) -> Iterator[None]:
    """Say of a contract that is listed, and of which nothing is told, that it is so."""
    try:
        yield
    except VenueRefused as exc:
        if exc.code != _NO_SUCH_SYMBOL:
            raise
        raise ConfigError([f"{series.title}: the exchange tells nothing of it ({exc})"]) from exc


def _reached(page: Sequence[Row], span: Span) -> int:
    return min(max(page[-1].at_ms, span.from_ms), span.to_ms) if page else span.from_ms
