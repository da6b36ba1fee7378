from decimal import Decimal

from msgspec.structs import replace

from noctule.domain import values
from noctule.domain.ids import client_order_id
from noctule.domain.order import Leg, OrderKind, OrderState
from noctule.domain.signals import Direction
from noctule.domain.values import Side
from noctule.orders.plan import BracketPlan
from noctule.reconcile.adopting import adoption_of, sweeps_of
from noctule.reconcile.plan import Sweep
from tests.builders import BTCUSDT, START_MS
from tests.reconcile_builders import (
    ACCOUNT,
    CLOSE_MS,
    OWNERS,
    TERMS,
    case,
    held,
    key,
    name,
    remembered,
    report,
    stop,
    target,
)

STOP, TARGET = values.price("59400"), values.price("61200")


def test_an_adoption_goes_on_with_what_is_remembered() -> None:
    found = case(held(), stop(), memory=remembered())

    adoption = adoption_of(found, TERMS, direction=Direction.LONG, stop=STOP, target=TARGET)

    assert adoption.plan == BracketPlan(
        symbol=BTCUSDT,
        strategy="sma_cross",
        trace="BTCUSDT:1m:7",
        key=key(),
        direction=Direction.LONG,
        stop=STOP,
        target=TARGET,
        signal_price=60_001.5,
    )
    assert adoption.signed_quantity == Decimal("0.010")
    assert adoption.entry_price == Decimal(60_000)
    assert adoption.told_ms == START_MS


def test_without_a_memory_the_trace_is_the_candles() -> None:
    adoption = adoption_of(
        case(held(), stop()), TERMS, direction=Direction.LONG, stop=STOP, target=None
    )

    assert adoption.plan.trace == f"BTCUSDT:1m:{START_MS // 60_000 + 1}"
    assert adoption.plan.signal_price is None


def test_only_orders_of_ours_that_can_be_led_are_adopted() -> None:
    trailing = stop("1", name(Leg.STOP, 3), kind=OrderKind.TRAILING_STOP_MARKET)
    found = case(held(), stop(), target(), trailing, stop("59700", OWNERS))

    adoption = adoption_of(found, TERMS, direction=Direction.LONG, stop=STOP, target=TARGET)

    assert [each.request.leg for each in adoption.orders] == [Leg.STOP, Leg.TARGET]
    assert adoption.foreign_stops == 1


def test_names_that_were_used_up_on_the_same_candle_are_told() -> None:
    fired = report(name(Leg.STOP), side=Side.SELL, state=OrderState.FILLED, filled="0.010")
    taken_out = report(name(Leg.STOP, 1), side=Side.SELL, state=OrderState.CANCELED)
    later = replace(key(Leg.STOP), close_ms=CLOSE_MS + 60_000)
    elsewhen = report(
        client_order_id(account=ACCOUNT, strategy="sma_cross", symbol=BTCUSDT, key=later),
        state=OrderState.CANCELED,
    )
    owners = report(OWNERS, state=OrderState.FILLED, filled="0.010")
    rests = stop("59400", name(Leg.STOP, 2))
    history = [fired, taken_out, elsewhen, owners, rests]
    found = case(held(), rests, memory=remembered(), history=history)

    adoption = adoption_of(found, TERMS, direction=Direction.LONG, stop=STOP, target=TARGET)

    names = [each.request.client_order_id for each in adoption.ended]
    assert names == [name(Leg.STOP), name(Leg.STOP, 1)]


def test_a_sweep_names_the_service_that_has_the_order() -> None:
    assert sweeps_of([stop()]) == (
        Sweep(symbol=BTCUSDT, client_order_id=name(Leg.STOP), kind=OrderKind.STOP_MARKET),
    )
