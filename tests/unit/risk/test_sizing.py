"""A quantity that keeps to every limit, or every reason why there is none."""

from decimal import Decimal
from typing import Any

import pytest

from noctule.domain import values
from noctule.domain.signals import Direction, Refused
from noctule.domain.values import Price, Quantity
from noctule.risk.case import EntryCase
from noctule.risk.limits import RiskLimits
from noctule.risk.sizing import Sized, size_entry
from tests.builders import instrument, lot
from tests.risk_builders import case, holding, portfolio, scene, terms, wish

RISK = "what may be lost at the stop"
LIMITS = RiskLimits()


def limits(**keys: str) -> RiskLimits:
    return RiskLimits.model_validate(keys)


def sized(of: EntryCase, under: RiskLimits = LIMITS) -> Sized:
    found = size_entry(of, under)
    assert isinstance(found, Sized), found
    return found


def refusal(of: EntryCase, under: RiskLimits = LIMITS) -> dict[str, str]:
    found = size_entry(of, under)
    assert isinstance(found, Refused), found
    return {reason.check: reason.text for reason in found.reasons}


def test_what_is_lost_at_the_stop_with_fees_and_slippage_is_what_was_allowed() -> None:
    found = sized(case())
    # 60030.00 to 59370.30 is 659.70, and 0.05 % of both is 59.70015: 719.40015 a unit of 100.
    assert found.quantity == values.quantity("0.139")
    assert found.loss_at_stop == Decimal("99.99662085")
    assert (found.loss_allowed, found.bound_by) == (Decimal(100), RISK)


def test_one_step_more_would_lose_too_much() -> None:
    found = sized(case())
    per_unit = found.loss_at_stop / found.quantity
    assert (found.quantity + Decimal("0.001")) * per_unit > found.loss_allowed


def test_without_fees_and_slippage_the_distance_alone_decides() -> None:
    free = case(at=terms(taker_fee="0"))
    assert sized(free, limits(slippage_allowance="0")).quantity == values.quantity("0.166")


def test_unrealised_losses_are_equity_lost() -> None:
    account = portfolio(wallet="10000", unrealized_pnl="-5000")
    assert sized(case(account=account)).quantity == values.quantity("0.069")


@pytest.mark.parametrize(
    ("of", "keys", "expected", "bound_by"),
    [
        (
            case(account=portfolio(available="1000")),
            {},
            "0.078",  # 950 of margin at 5x, less the fee
            "available margin",
        ),
        (case(), {"max_position_notional": "3000"}, "0.049", "max_position_notional"),
        (
            case(account=portfolio(holding("14"))),  # of 30000 allowed
            {},
            "0.033",
            "exposure left",
        ),
        (
            case(at=terms(leverage=100), account=portfolio(wallet="1000000")),
            {"risk_per_trade": "0.1", "stop_loss": "0.001"},
            "9.995",
            "what leverage 100 may hold",
        ),
        (
            case(contract=instrument(market_lot=lot(quantity_max="0.010"))),
            {},
            "0.100",
            "the largest order",
        ),
        (
            case(
                wish(limit_price="60000.0"),
                contract=instrument(limit_lot=lot(quantity_max="0.012")),
            ),
            {},
            "0.120",
            "the largest order",
        ),
        (
            case(contract=instrument(market_lot=lot("0.001", "0.0015"))),
            {},
            "0.001",  # two of its slices could be worth too little
            "the largest order",
        ),
    ],
)
def test_whatever_is_scarcest_caps_the_quantity(
    of: EntryCase, keys: dict[str, Any], expected: str, bound_by: str
) -> None:
    found = sized(of, limits(**keys))
    assert (found.quantity, found.bound_by) == (values.quantity(expected), bound_by)


@pytest.mark.parametrize(
    ("of", "keys", "check", "text"),
    [
        (
            case(account=portfolio(wallet="50")),
            {"max_total_exposure": "100"},
            "size",
            "the smallest order, 0.001 BTC, needs 0.719401 of what may be lost at the stop, which "
            "is 0.5: raise the balance or risk_per_trade, or bring the stop nearer",
        ),
        (
            case(account=portfolio(available="10")),
            {},
            "margin",
            "the smallest order, 0.001 BTC, needs 60.1801 of available margin, which is 47.5: "
            "free some margin or raise the leverage",
        ),
        (
            case(account=portfolio(holding("15"))),
            {},
            "exposure",
            "the smallest order, 0.001 BTC, needs 60.03 of exposure left, which is 0: "
            "close something or raise max_total_exposure",
        ),
        (
            case(account=portfolio(holding("15.5"))),
            {},
            "exposure",
            "the smallest order, 0.001 BTC, needs 60.03 of exposure left, which is -1000: "
            "close something or raise max_total_exposure",
        ),
        (
            case(),
            {"max_position_notional": "60"},
            "notional",
            "the smallest order, 0.001 BTC, needs 60.03 of max_position_notional, which is 60: "
            "raise it",
        ),
        (
            case(at=terms(leverage=126)),
            {},
            "leverage",
            "the smallest order, 0.001 BTC, needs 60.03 of what leverage 126 may hold, which is 0: "
            "lower the leverage",
        ),
        (
            case(contract=instrument(market_lot=lot(quantity_max="0.001"), notional_min="100")),
            {},
            "lot",
            "the smallest order, 0.002 BTC, needs 0.002 of the largest order, which is 0.001: "
            "no order of this contract is both small and dear enough",
        ),
    ],
)
def test_less_than_the_smallest_order_is_refused_with_a_remedy(
    of: EntryCase, keys: dict[str, Any], check: str, text: str
) -> None:
    assert refusal(of, limits(**keys)) == {check: text}


def test_the_smallest_order_is_worth_enough_even_at_a_mark_below_the_ask() -> None:
    small = limits(max_position_notional="61")
    contract = instrument(notional_min="60")
    assert sized(case(contract=contract), small).quantity == values.quantity("0.001")
    fallen = case(contract=contract, market=scene(mark_price=59_999.0))
    assert refusal(fallen, small).keys() == {"notional"}


def test_every_scarcity_is_told_at_once() -> None:
    ruined = case(account=portfolio(wallet="-1", available="0"))
    assert refusal(ruined).keys() == {"size", "margin", "exposure"}


def test_a_stop_on_the_wrong_side_is_refused_before_anything_is_reckoned() -> None:
    assert refusal(case(wish(stop=60_000.0), at=terms(leverage=126))).keys() == {"stop"}


@pytest.mark.parametrize(
    ("direction", "stop", "text"),
    [
        (
            Direction.LONG,
            59_700.0,
            "liquidation near 59788.9 comes before the stop at 59700.00: "
            "bring the stop nearer or lower the leverage to 105",
        ),
        (
            Direction.SHORT,
            60_300.0,
            "liquidation near 60208.9 comes before the stop at 60300.00: "
            "bring the stop nearer or lower the leverage to 104",
        ),
    ],
)
def test_a_stop_beyond_the_liquidation_price_is_refused(
    direction: Direction, stop: float, text: str
) -> None:
    leveraged = case(wish(direction, stop=stop), at=terms(leverage=125))
    assert refusal(leveraged, limits(risk_per_trade="0.001")) == {"liquidation": text}


@pytest.mark.parametrize(
    ("direction", "stop", "leverage"),
    [(Direction.LONG, 59_700.0, 105), (Direction.SHORT, 60_300.0, 104)],
)
def test_the_leverage_it_names_is_the_highest_that_works(
    direction: Direction, stop: float, leverage: int
) -> None:
    wished, under = wish(direction, stop=stop), limits(risk_per_trade="0.001")
    assert sized(case(wished, at=terms(leverage=leverage)), under).liquidation is not None
    more = case(wished, at=terms(leverage=leverage + 1))
    assert refusal(more, under).keys() == {"liquidation"}


def test_no_leverage_reaches_a_short_stop_above_twice_the_price() -> None:
    far = case(wish(Direction.SHORT, stop=125_000.0), at=terms(leverage=1))
    assert refusal(far) == {
        "liquidation": "liquidation near 119462 comes before the stop at 125000.00: "
        "bring the stop nearer"
    }


def test_crossed_all_that_is_available_stands_before_the_liquidation() -> None:
    stop = wish(stop=59_000.0)
    isolated = case(stop, at=terms(leverage=125))
    crossed = case(stop, at=terms(leverage=125, is_isolated=False))
    assert refusal(isolated).keys() == {"liquidation"}
    found = sized(crossed)
    assert found.quantity == values.quantity("0.089")
    assert found.liquidation is None  # 5342 USDT of it, and 10000 to lose


def test_crossed_the_remedy_is_not_another_leverage() -> None:
    poor = case(
        wish(stop=45_000.0),
        at=terms(leverage=100, is_isolated=False),
        account=portfolio(wallet="10000", available="100"),
    )
    assert refusal(poor, limits(risk_per_trade="0.1")) == {
        "liquidation": "liquidation near 58779.9 comes before the stop at 45000.00: "
        "bring the stop nearer"
    }


def test_its_margin_is_told() -> None:
    found = sized(case())
    assert found.margin == Decimal("0.139") * Decimal("60030") / 5
    assert found.liquidation is not None
    assert found.liquidation < Price(Decimal(59_400))
    assert found.quantity > Quantity(Decimal(0))
