"""The sums that risk looks at."""

from decimal import Decimal

import pytest

from noctule.domain.values import Symbol, price, quote
from noctule.positions.portfolio import Holding, Portfolio
from tests.builders import BTCUSDT, START_MS

ETHUSDT = Symbol("ETHUSDT")
LONG = Holding(symbol=BTCUSDT, signed_quantity=Decimal("0.010"), mark_price=price("60000"))
SHORT = Holding(symbol=ETHUSDT, signed_quantity=Decimal(-2), mark_price=price("3000"))


def portfolio(
    *,
    wallet: str = "1000",
    unrealized: str = "0",
    day_equity: str = "1000",
    peak: str = "1000",
    holdings: tuple[Holding, ...] = (),
) -> Portfolio:
    return Portfolio(
        at_ms=START_MS,
        wallet=quote(wallet),
        unrealized_pnl=quote(unrealized),
        available=quote(wallet),
        day_equity=quote(day_equity),
        equity_peak=quote(peak),
        holdings=holdings,
    )


def test_a_short_is_worth_as_much_as_a_long() -> None:
    assert LONG.notional == quote("600")
    assert SHORT.notional == quote("6000")


def test_exposure_is_the_sum_of_all_notionals() -> None:
    assert portfolio(holdings=(LONG, SHORT)).exposure == quote("6600")
    assert portfolio().exposure == quote("0")


def test_a_holding_is_found_by_its_symbol() -> None:
    two = portfolio(holdings=(LONG, SHORT))
    assert two.holding_of(ETHUSDT) is SHORT
    assert two.holding_of(Symbol("SOLUSDT")) is None


@pytest.mark.parametrize(
    ("unrealized", "day_loss", "drawdown"),
    [("0", "0", "0.2"), ("-250", "0.25", "0.4"), ("300", "0", "0")],
)
def test_losses_count_what_is_not_realised_and_are_never_negative(
    unrealized: str, day_loss: str, drawdown: str
) -> None:
    now = portfolio(unrealized=unrealized, day_equity="1000", peak="1250")
    assert now.equity == quote("1000") + Decimal(unrealized)
    assert now.day_loss_share == Decimal(day_loss)
    assert now.drawdown_share == Decimal(drawdown)


def test_who_began_with_nothing_can_lose_no_share_of_it() -> None:
    now = portfolio(wallet="0", unrealized="-5", day_equity="0", peak="0")
    assert now.day_loss_share == 0
    assert now.drawdown_share == 0
