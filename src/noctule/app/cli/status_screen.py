"""A running bot on one screen of 80 columns: what runs, what it is worth, holds and waits for."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from noctule.app.cli.status_tables import BAD, DIM, GOOD, HEAD, colour_of, orders, positions
from noctule.app.cli.status_words import (
    clock_time,
    money,
    percent,
    price,
    signed,
    span,
)
from noctule.domain.status import (
    AccountView,
    HaltView,
    MarketView,
    Phase,
    RiskView,
    StatusView,
)
from noctule.domain.values import Timeframe

__all__ = ["halt_lines", "screen_of"]

_COLOURS: Final = {
    "sim": "cyan",
    "paper": "blue",
    "testnet": "yellow",
    "live": "bold white on red",
}
_WELL: Final = ("running", "new", "stopped")
_SILENT_MS: Final = 10_000  # after which it is told
_APART_MS: Final = 5_000
_PAIRS_MAX: Final = 3


def screen_of(view: StatusView) -> RenderableType:
    """Return the whole screen."""
    parts = [*_parts(view)]
    return Group(*parts)


def _parts(view: StatusView) -> Iterator[RenderableType]:
    yield _headline(view)
    yield _second_line(view)
    yield Text()
    if view.account is not None:
        yield from _account_lines(view.account, view.risk, view)
    yield from _today_lines(view)
    yield from _halt_part(view)
    yield Text()
    yield from positions(view)
    yield from orders(view)
    yield Text()
    yield from _market_part(view)
    yield from _trouble_lines(view)
    yield Text()
    yield Text(_hints(view), style=DIM)


def _headline(view: StatusView) -> Text:
    line = Text()
    line.append(f" {view.environment.upper()} ", style=_COLOURS.get(view.environment, ""))
    line.append(f" {view.phase.value}", style=GOOD if view.phase is Phase.RUNNING else "yellow")
    line.append(f" for {span(view.up_ms)}, since ")
    line.append(clock_time(view.started_ms, now_ms=view.started_ms + view.up_ms))
    line.append(f" UTC · v{view.version} · pid {view.process}")
    return line


def _second_line(view: StatusView) -> Text:
    exchange = "no exchange" if view.exchange is None else view.exchange
    line = f"on {exchange} · {view.timeframe}"
    wall_ms = view.started_ms + view.up_ms
    if abs(view.at_ms - wall_ms) >= _APART_MS:  # the market's time runs faster, or long ago
        line += f" · market {clock_time(view.at_ms, now_ms=wall_ms)} UTC"
    return Text(line, style=DIM)


def _account_lines(account: AccountView, risk: RiskView | None, view: StatusView) -> Iterator[Text]:
    line = Text("equity   ", style=HEAD)
    line.append(f"{money(account.equity)} {account.asset}", style=HEAD)
    line.append(" · today ", style="not bold")
    line.append(signed(account.day_pnl), style=f"not bold {colour_of(account.day_pnl)}")
    line.append(f" · free {money(account.available)}", style="not bold")
    yield line
    streak = ""
    if account.losses_in_a_row_max:
        streak = f", losing run {account.losses_in_a_row} of {account.losses_in_a_row_max}"
    yield Text(
        f"limits   day's loss {_of(account.day_loss_share, account.day_loss_share_max)}"
        f", drawdown {_of(account.drawdown_share, account.drawdown_share_max)}{streak}"
    )
    if risk is not None and risk.exposure:
        yield from _risk_lines(risk, view.timeframe)


def _risk_lines(risk: RiskView, timeframe: str) -> Iterator[Text]:
    share = "" if risk.exposure_share is None else f" ({risk.exposure_share:.2f} × equity"
    share += "" if not share else f" of {risk.exposure_share_max.normalize():f})"
    yield Text(f"exposure {money(risk.exposure)}{share} · net {signed(risk.net_exposure)}")
    if risk.historical_var is not None and risk.parametric_var is not None:
        yield Text(
            f"at risk  {risk.historical_var:,.2f} in one {timeframe} candle, 95 of 100 times "
            f"({risk.parametric_var:,.2f} if normal)"
        )
    closest = sorted(risk.correlations, key=lambda pair: -abs(pair[2]))[:_PAIRS_MAX]
    if closest:
        told = ", ".join(f"{one}/{other} {likeness:+.2f}" for one, other, likeness in closest)
        yield Text(f"together {told}")


def _today_lines(view: StatusView) -> Iterator[Text]:
    today = view.today
    since = ""
    if today.since_ms != Timeframe.D1.open_of(today.since_ms):  # when the process began
        since = f" since {clock_time(today.since_ms, now_ms=view.at_ms)}"
    if not today.count:
        yield Text(f"today    no trade was closed{since}")
        return
    trades = "1 trade was" if today.count == 1 else f"{today.count} trades were"
    line = Text(f"today    {trades} closed{since}, {today.won} won, net ")
    line.append(signed(today.net_pnl), style=colour_of(today.net_pnl))
    yield line


def _halt_part(view: StatusView) -> Iterator[Text]:
    if view.halts:
        yield Text("entries are OFF", style="bold yellow")
        yield from halt_lines(view)


def halt_lines(view: StatusView) -> Iterator[Text]:
    """Yield why nothing is entered, since when, and what ends it: a line for each reason."""
    for halt in view.halts:
        yield Text(f"  {_halt(halt, view.at_ms)}")


def _halt(halt: HaltView, now_ms: int) -> str:
    since = ""
    if halt.since_ms is not None:
        since = f" (since {clock_time(halt.since_ms, now_ms=now_ms)})"
    remedy = "" if halt.remedy is None else f" → {halt.remedy}"
    return f"{halt.check.replace('_', ' ')}: {halt.text}{since}{remedy}"


def _market_part(view: StatusView) -> Iterator[RenderableType]:
    for each in view.markets:
        yield _market_line(each)
        yield from _market_notes(each, view.at_ms)


def _market_line(market: MarketView) -> Text:
    line = Text(market.symbol, style=HEAD)
    told = [f" {price(market.last_price)}", f"mark {price(market.mark_price)}"]
    if market.spread_share is not None:
        told.append(f"spread {market.spread_share * 100:.3g} %")
    if market.regime is not None:
        told.append(market.regime.replace("_", " "))
    told.append(market.strategy)
    line.append(" · ".join(told), style="not bold")
    return line


def _market_notes(market: MarketView, now_ms: int) -> Iterator[RenderableType]:
    if market.is_lost:
        yield _indented("its feed is DOWN: nothing is entered until it is back", style=BAD)
    elif market.silent_ms is not None and market.silent_ms >= _SILENT_MS:
        yield _indented(f"silent for {span(market.silent_ms)}", style="yellow")
    said = market.said
    if said is not None:
        verdict = "" if said.verdict is None else f" → {said.verdict}"
        at = clock_time(said.at_ms + 1, now_ms=now_ms)
        yield _indented(f"said {said.direction} at {at}: {said.reason}{verdict}")
    if market.disabled is not None:
        text = f"{market.waits_for} → noctule strategy enable {market.strategy}"
        yield _indented(text, style=BAD)
    elif market.waits_for:
        yield _indented(market.waits_for)


def _trouble_lines(view: StatusView) -> Iterator[Text]:
    if view.health is not None:
        worst = "" if view.health.worst is None else f": {view.health.worst}"
        yield Text(f"health {view.health.score:.0%}{worst}")
    odd = [f"{each.name} {each.state}" for each in view.components if each.state not in _WELL]
    if odd:
        yield Text(f"components: {', '.join(odd)}", style="yellow")
    for each in view.losses:
        cause = "" if each.cause is None else f" ({each.cause})"
        yield Text(f"{each.log}: {each.lost} lines were lost{cause}", style=BAD)


def _hints(view: StatusView) -> str:
    symbol = view.markets[0].symbol if view.markets else "SYMBOL"
    has_pause = any(each.check == "pause" for each in view.halts)
    switch = "resume" if has_pause else "pause"
    close = " · flatten" if any(each.is_ours for each in view.positions) else ""
    return f"next: noctule why {symbol} · trades · {switch}{close} · stop"


def _indented(text: str, *, style: str = "") -> Padding:
    return Padding(Text(text, style=style), (0, 0, 0, 2), expand=False)


def _of(share: Decimal, limit: Decimal) -> str:
    return f"{percent(share)} of {percent(limit)}"
