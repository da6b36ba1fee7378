"""The line that `systemctl status` shows."""

from decimal import Decimal

from noctule.app.status_line import status_line
from noctule.domain.values import Price, Quote, Symbol
from noctule.positions.portfolio import Holding, Portfolio
from noctule.telemetry.health import Health, Part, Role, fold
from tests.builders import BTCUSDT, START_MS

WELL = fold([Part(name="feed", role=Role.VITAL)])


def holding(symbol: str = BTCUSDT, quantity: str = "0.010") -> Holding:
    return Holding(
        symbol=Symbol(symbol), signed_quantity=Decimal(quantity), mark_price=Price(Decimal(60_000))
    )


def portfolio(*holdings: Holding, unrealized: str = "0") -> Portfolio:
    return Portfolio(
        at_ms=START_MS,
        wallet=Quote(Decimal(10_000)),
        unrealized_pnl=Quote(Decimal(unrealized)),
        available=Quote(Decimal(9_000)),
        day_equity=Quote(Decimal(10_000)),
        equity_peak=Quote(Decimal(10_000)),
        holdings=holdings,
    )


def line(
    health: Health = WELL, *, of: Portfolio | None = None, entries_off: str | None = None
) -> str:
    return status_line(
        "testnet", "running", health, portfolio=of, asset="USDT", entries_off=entries_off
    )


def test_it_says_how_it_is_what_is_held_what_the_day_brought_and_that_entries_are_on() -> None:
    assert line(of=portfolio(holding(), unrealized="12.346")) == (
        "testnet running, healthy 100; 1 position (BTCUSDT +0.010); today +12.35 USDT; entries on"
    )


def test_of_many_positions_the_first_are_named() -> None:
    held = [holding(f"A{number}USDT", "-1") for number in range(4)]

    assert "; 4 positions (A0USDT -1, A1USDT -1, A2USDT -1, …); today" in line(of=portfolio(*held))


def test_without_an_account_nothing_is_said_of_one() -> None:
    assert line(entries_off="the bot is starting") == (
        "testnet running, healthy 100; entries off: the bot is starting"
    )


def test_who_holds_nothing_is_flat_and_may_have_lost() -> None:
    assert "; flat; today -3.20 USDT; " in line(of=portfolio(unrealized="-3.2"))


def test_what_is_not_well_is_named_beside_the_score() -> None:
    limping = fold([Part(name="web", score=0, text="degraded", role=Role.BESIDE)])

    assert line(limping).startswith("testnet running, degraded 60 (web degraded); ")


def test_what_keeps_the_watchdog_from_being_told_is_all_named() -> None:
    dead = fold(
        Part(name=name, score=0, text="silent for 310 s, 300 s at most", role=Role.VITAL)
        for name in ("feed", "private stream")
    )

    assert line(dead).startswith(
        "testnet running, failing 0: the watchdog is not told that all is well: feed silent for "
        "310 s, 300 s at most, private stream silent for 310 s, 300 s at most; "
    )
