"""Orders, positions and balances in the bot's words, with the places the wire has."""

from decimal import Decimal

from noctule.adapters.sim import model
from noctule.app.backtest.reports import algo_report, money, order_report, position_of, side_of
from noctule.domain.order import OrderKind, OrderState
from noctule.domain.values import Side
from tests import wire_builders

RULES = wire_builders.rules()


def test_a_forced_order_is_of_the_kind_that_its_price_says() -> None:
    forced = {"type": model.OrderType.LIQUIDATION, "orig_type": model.OrderType.LIQUIDATION}
    priced = wire_builders.order(price=Decimal(60_000), **forced)

    assert order_report(priced, RULES).kind is OrderKind.LIMIT
    assert order_report(wire_builders.order(**forced), RULES).kind is OrderKind.MARKET


def test_a_mean_is_rounded_to_the_places_of_the_wire() -> None:
    order = wire_builders.order(executed=Decimal(3), cum_quote=Decimal(100))

    assert order_report(order, RULES).average_price == Decimal("33.33333")
    assert order_report(wire_builders.order(), RULES).average_price is None


def test_what_a_conditional_order_came_to_is_known_by_what_filled() -> None:
    done = wire_builders.algo(status=model.AlgoStatus.FINISHED, actual_order_id=7)

    assert algo_report(done, RULES, filled=Decimal("0.01")).state is OrderState.FILLED
    assert algo_report(done, RULES, filled=Decimal("0.005")).state is OrderState.UNKNOWN
    assert algo_report(done, RULES, filled=Decimal(0)).child_order_id == "7"


def test_a_position_has_an_entry_price_exactly_while_it_is_held() -> None:
    leg = model.Position(
        symbol="BTCUSDT",
        side=model.PositionSide.BOTH,
        amount=Decimal("-0.010"),
        entry_price=Decimal("60000.1234567890123456"),
    )
    flat = model.Position(symbol="BTCUSDT", side=model.PositionSide.BOTH, amount=Decimal("0.000"))

    assert position_of(leg, 5).entry_price == Decimal("60000.123456789012")
    assert position_of(flat, 5).entry_price is None
    assert str(position_of(flat, 5).signed_quantity) == "0"


def test_sides_and_money_are_the_wires() -> None:
    assert (side_of(model.Side.BUY), side_of(model.Side.SELL)) == (Side.BUY, Side.SELL)
    assert str(money(Decimal("1.0000000050001"))) == "1.00000001"
