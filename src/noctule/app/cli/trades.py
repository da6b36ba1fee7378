"""`trades`: what was traded, and what it came to."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Final

import msgspec
import typer
from msgspec import Struct
from rich.table import Table

from noctule.adapters.store.database import reading
from noctule.adapters.store.trade_reading import (
    TradeFilter,
    TradeRow,
    TradeTotals,
    totals_of,
    trade_rows,
)
from noctule.app.cli.options import ConfigFiles, Overrides, Profile, config_manager
from noctule.app.cli.terminal import output
from noctule.app.explain.moments import moment_of
from noctule.app.found_store import found_store
from noctule.domain.errors import ConfigError, StoreError
from noctule.domain.values import plain_text

__all__ = ["trades"]

_LIMIT: Final = 20
_PRICE_DIGITS: Final = 7  # of an average, which may have many more
_LEFT: Final = ("closed (UTC)", "symbol", "side", "why")


class _Document(Struct, frozen=True, kw_only=True):
    store: str
    totals: TradeTotals  # of all that were asked for
    trades: tuple[TradeRow, ...]  # the latest of them


def trades(  # noqa: PLR0913  # options of a command
    *,
    from_time: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Closed then or later: 2026-11-29T06:15, UTC."),
    ] = None,
    to_time: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Closed before then.")
    ] = None,
    symbol: Annotated[str | None, typer.Option(metavar="S", help="Of this symbol only.")] = None,
    strategy: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of this strategy only.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, metavar="N", help="Show the latest N; totals are of all.")
    ] = _LIMIT,
    config: ConfigFiles = None,
    profile: Profile = None,
    overrides: Overrides = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Print the closed trades and their totals; works beside a running daemon.

    Every simulation has a store of its own: the one written last is read, and named.

    Example: noctule trades --from 2026-11-29 --symbol BTCUSDT
    """
    wanted = TradeFilter(
        from_ms=_moment("--from", from_time),
        to_ms=_moment("--to", to_time),
        symbol=None if symbol is None else symbol.upper(),
        strategy=strategy,
    )
    path = found_store(config_manager(files=config, profile=profile, overrides=overrides).load())
    try:
        with reading(path) as connection:
            found = trade_rows(connection, wanted)
    except StoreError as exc:
        raise ConfigError([f"{exc}, start the bot on it, or name another [store] url"]) from exc
    document = _Document(store=str(path), totals=totals_of(found), trades=found[-limit:])
    if as_json:
        typer.echo(msgspec.json.encode(_in_plain_text(document)).decode())
    else:
        _print(document)


def _moment(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return moment_of(text)
    except ConfigError as exc:
        raise ConfigError([each.replace("--at", option, 1) for each in exc.problems]) from exc


def _in_plain_text(document: _Document) -> object:
    """Return it with amounts as people write them: 0.00000001, and not 1E-8."""
    return {
        "store": document.store,
        "totals": _plain(document.totals),
        "trades": [_plain(each) for each in document.trades],
    }


def _plain(values: Struct) -> dict[str, object]:
    named = msgspec.structs.asdict(values)
    return {
        name: plain_text(value) if isinstance(value, Decimal) else value
        for name, value in named.items()
    }


def _print(document: _Document) -> None:
    totals, rows = document.totals, document.trades
    typer.echo(document.store)
    if not totals.trades:
        typer.echo("no trade was closed")
        return
    output(plain_width=80).print(_table(rows))
    if totals.trades > len(rows):
        typer.echo(f"the latest {len(rows)} of {totals.trades}: --limit shows more")
    for line in _total_lines(totals):
        typer.echo(line)


def _table(rows: Iterable[TradeRow]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in (*_LEFT[:3], "quantity", "entry", "exit", "net", "held", _LEFT[3]):
        is_text = heading in _LEFT
        table.add_column(heading, justify="left" if is_text else "right", overflow="fold")
    for row in rows:
        table.add_row(
            f"{datetime.fromtimestamp(row.closed_ms / 1000, tz=UTC):%m-%d %H:%M:%S}",
            row.symbol,
            row.direction.lower(),
            plain_text(row.quantity),
            _price(row.entry_price),
            _price(row.exit_price),
            f"{row.net_pnl:+.2f}",
            _held(row.closed_ms - row.opened_ms),
            row.exit_reason,
        )
    return table


def _total_lines(totals: TradeTotals) -> Iterable[str]:
    share = totals.wins / totals.trades
    factor = "" if totals.profit_factor is None else f", profit factor {totals.profit_factor:.2f}"
    yield f"{totals.trades} closed, {totals.wins} won ({share:.0%}){factor}"
    yield (
        f"net {totals.net_pnl:+.2f} = gross {totals.gross_pnl:+.2f} - fees {totals.fees:.2f} "
        f"+ funding {totals.funding:+.2f}"
    )
    yield (
        f"best {totals.best:+.2f}, worst {totals.worst:+.2f}, "
        f"slippage in the gross {totals.slippage:.2f}"
    )


def _price(price: Decimal) -> str:
    return f"{price:.{_PRICE_DIGITS}g}"


def _held(held_ms: int) -> str:
    """Write how long something lasted in its two largest units."""
    minutes, seconds = divmod(held_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d{hours:02}h"
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{seconds:02}s"
