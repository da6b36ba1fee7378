"""A bot on one screen: what it tells when all is well, and what it points out when not."""

from decimal import Decimal

from msgspec import structs
from rich.console import Console

from noctule.app.cli.status_screen import screen_of
from noctule.domain.status import (
    ComponentView,
    HealthView,
    LossView,
    Phase,
    StatusView,
    TodayView,
)
from noctule.domain.values import MINUTE_MS, quote
from tests.builders import START_MS
from tests.fakes.controlled import a_halt, a_position, a_trade, a_view, an_order


def shown(view: StatusView) -> list[str]:
    console = Console(width=80, highlight=False, markup=False)
    with console.capture() as capture:
        console.print(screen_of(view))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_quiet_bot_is_told_on_one_screen_of_80_columns() -> None:
    assert shown(a_view(positions=(a_position(),), orders=(an_order(),))) == [
        " SIM  running for 12 min, since 2026-09-27 23:48 UTC · v0.1.0 · pid 4242",
        "on the simulated exchange in this process, seed 1 · 1m",
        "",
        "equity   10,085.27 USDT · today +85.27 · free 8,403.26",
        "limits   day's loss 0 % of 5 %, drawdown 0.13 % of 20 %, losing run 1 of 3",
        "exposure 8,410.02 (0.83 × equity of 3) · net +8,410.02",
        "at risk  37.13 in one 1m candle, 95 of 100 times (36.76 if normal)",
        "today    no trade was closed",
        "",
        "position  side  quantity     entry      mark     P&L    stop    target    age",
        "BTCUSDT   long     0.136  61,180.8  61,838.4  +89.43  60,569  62,404.4  5 min",
        "",
        "order    for   side  quantity  filled   price  state",
        "BTCUSDT  stop  sell       all       0  60,569  open",
        "",
        "BTCUSDT 61,707.2 · mark 61,838.4 · spread 0.001 % · trend up · sma_cross",
        "  said LONG at 2026-09-27 23:55: SMA 10 crossed above SMA 30 by 68.26 → approved",
        "  waits for SMA 10 to cross below SMA 30",
        "",
        "next: noctule why BTCUSDT · trades · pause · flatten · stop",
    ]


def test_a_bot_that_begins_tells_what_it_knows() -> None:
    (market,) = a_view().markets
    bare = structs.replace(
        market, last_price=None, mark_price=None, spread_share=None, regime=None, said=None
    )
    starting = a_halt(check="start", text="the bot is starting", since_ms=None, remedy=None)
    lines = shown(
        a_view(
            phase=Phase.RECOVERING,
            exchange=None,
            at_ms=START_MS + 60 * MINUTE_MS,
            account=None,
            risk=None,
            halts=(starting,),
            markets=(bare,),
        )
    )
    assert lines[0].startswith(" SIM  recovering for 12 min")
    assert lines[1] == "on no exchange · 1m · market 01:00:00 UTC"
    assert lines[3:7] == [
        "today    no trade was closed",
        "entries are OFF",
        "  start: the bot is starting",
        "",
    ]
    assert "BTCUSDT - · mark - · sma_cross" in lines
    assert shown(a_view(markets=()))[-1] == "next: noctule why SYMBOL · trades · pause · stop"


def test_reasons_against_entries_say_since_when_and_what_ends_them() -> None:
    lines = shown(a_view(halts=(a_halt(), a_halt(check="kill_switch", text="x", remedy=None))))
    at = lines.index("entries are OFF")
    since = "(since 2026-09-27 23:59)"
    assert lines[at + 1 : at + 4] == [
        f"  pause: payrolls; until somebody resumes {since} → noctule",
        "resume",
        f"  kill switch: x {since}",
    ]
    assert "· resume ·" in lines[-1]


def test_trades_of_today_are_added_up_since_midnight_or_the_start() -> None:
    today = TodayView(since_ms=START_MS, count=3, won=2, net_pnl=quote("14.2"), latest=(a_trade(),))
    assert "today    3 trades were closed, 2 won, net +14.20" in shown(a_view(today=today))
    begun = structs.replace(today, since_ms=START_MS + 1_000, count=1, won=0)
    assert "today    1 trade was closed since 00:00:01, 0 won, net +14.20" in shown(
        a_view(today=begun)
    )


def test_what_is_wrong_is_pointed_out() -> None:
    (market,) = a_view().markets
    lost = structs.replace(market, is_lost=True)
    silent = structs.replace(market, silent_ms=42_000, disabled="failed", waits_for="is disabled")
    lines = shown(
        a_view(
            markets=(lost, silent),
            health=HealthView(score=0.6, worst="the feed is down"),
            components=(
                ComponentView(name="collector", state="failed"),
                ComponentView(name="lanes", state="running"),
            ),
            losses=(
                LossView(log="trade log", lost=3, cause="disk full"),
                LossView(log="store", lost=1, cause=None),
            ),
        )
    )
    assert "  its feed is DOWN: nothing is entered until it is back" in lines
    assert "  silent for 42 s" in lines
    assert "  is disabled → noctule strategy enable sma_cross" in lines
    assert "health 60%: the feed is down" in lines
    assert "components: collector failed" in lines
    assert "trade log: 3 lines were lost (disk full)" in lines
    assert "store: 1 lines were lost" in lines
    well = shown(a_view(health=HealthView(score=1.0, worst=None)))
    assert "health 100%" in well


def test_what_moves_together_is_told_closest_first() -> None:
    risk = a_view().risk
    assert risk is not None
    likenesses = {"B": 0.1, "C": -0.9, "D": 0.5, "E": 0.2}
    pairs = tuple(("A", each, likeness) for each, likeness in likenesses.items())
    told = structs.replace(
        risk,
        correlations=pairs,
        exposure_share=None,
        historical_var=None,  # too few candles
    )
    lines = shown(a_view(risk=told))
    assert "exposure 8,410.02 · net +8,410.02" in lines
    assert "together A/C -0.90, A/D +0.50, A/E +0.20" in lines
    flat = structs.replace(risk, exposure=quote("0"))
    assert not [each for each in shown(a_view(risk=flat)) if each.startswith("exposure")]
    account = a_view().account
    assert account is not None
    calm = structs.replace(account, losses_in_a_row_max=0, day_pnl=Decimal(-3))
    assert "losing run" not in "\n".join(shown(a_view(account=calm)))
