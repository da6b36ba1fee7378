"""Whatever is asked for and whatever the filters are, what is sent obeys them."""

from decimal import Decimal
from fractions import Fraction
from math import ceil

from hypothesis import assume, given
from hypothesis import strategies as st

from noctule.domain.instrument import Instrument, LotRule
from noctule.domain.order import OrderKind
from noctule.domain.values import Price, Quantity, Rounding, Side, plain_text
from tests.builders import instrument

STEPS = ["0.0000001", "0.001", "0.10", "0.0025", "0.25", "0.5", "1", "5", "1000"]


def decimals(*, digits_max: int, places_max: int) -> st.SearchStrategy[Decimal]:
    return st.builds(
        lambda digits, places: Decimal(f"{digits}E-{places}"),
        st.integers(0, 10**digits_max - 1),
        st.integers(0, places_max),
    )


@st.composite
def lots(draw: st.DrawFn) -> LotRule:
    """Draw a lot rule; neither of its bounds has to be a whole number of steps."""
    quantity_min = draw(decimals(digits_max=4, places_max=8))
    return LotRule(
        quantity_min=Quantity(quantity_min),
        quantity_max=Quantity(quantity_min + draw(decimals(digits_max=12, places_max=8))),
        step=Quantity(Decimal(draw(st.sampled_from(STEPS)))),
    )


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """Draw a contract; neither of its price bounds has to be a whole number of ticks."""
    price_min = draw(decimals(digits_max=5, places_max=8))
    return instrument(
        tick=draw(st.sampled_from(STEPS)),
        price_min=plain_text(price_min),
        price_max=plain_text(price_min + draw(decimals(digits_max=14, places_max=8))),
        limit_lot=draw(lots()),
        market_lot=draw(lots()),
        notional_min=draw(st.sampled_from(["0.1", "5", "20", "50", "100"])),
    )


wanted_quantities = decimals(digits_max=40, places_max=40).map(Quantity)
wanted_prices = decimals(digits_max=28, places_max=28).map(Price) | st.floats(allow_nan=False)
roundings = st.sampled_from(Rounding)
kinds = st.sampled_from(OrderKind)


def on_grid(number: Decimal, step: Decimal) -> bool:
    return (Fraction(number) / Fraction(step)).denominator == 1


@given(lot=lots(), wanted=wanted_quantities)
def test_a_quantity_never_grows(lot: LotRule, wanted: Quantity) -> None:
    assert lot.floor(wanted) <= wanted


@given(lot=lots(), wanted=wanted_quantities)
def test_a_quantity_is_whole_steps_inside_the_lots_bounds_or_nothing(
    lot: LotRule, wanted: Quantity
) -> None:
    allowed = lot.floor(wanted)
    assert on_grid(allowed, lot.step)
    assert allowed == 0 or lot.quantity_min <= allowed <= lot.quantity_max


@given(lot=lots(), wanted=wanted_quantities)
def test_a_quantity_is_the_largest_that_may_be_sent(lot: LotRule, wanted: Quantity) -> None:
    first = ceil(Fraction(lot.quantity_min) / Fraction(lot.step)) * lot.step
    next_larger = max(lot.floor(wanted) + lot.step, first)
    assert next_larger > min(wanted, lot.quantity_max)


@given(lot=lots(), wanted=wanted_quantities)
def test_an_allowed_quantity_stays_as_it_is(lot: LotRule, wanted: Quantity) -> None:
    assert lot.floor(lot.floor(wanted)) == lot.floor(wanted)


@given(lot=lots(), wanted=wanted_quantities, more=wanted_quantities)
def test_who_asks_for_more_never_gets_less(lot: LotRule, wanted: Quantity, more: Quantity) -> None:
    less, more = sorted([wanted, more])
    assert lot.floor(less) <= lot.floor(more)


@given(contract=instruments(), wanted=wanted_quantities, kind=kinds)
def test_a_quantity_obeys_the_lot_of_its_kind(
    contract: Instrument, wanted: Quantity, kind: OrderKind
) -> None:
    lot = contract.market_lot if kind.value.endswith("MARKET") else contract.lot
    assert contract.quantize_quantity(wanted, kind) == lot.floor(wanted)


@given(contract=instruments(), wanted=wanted_prices, rounding=roundings)
def test_a_price_lies_on_a_tick_inside_the_contracts_bounds(
    contract: Instrument, wanted: Price | float, rounding: Rounding
) -> None:
    allowed = contract.quantize_price(wanted, rounding)
    assert contract.price_min <= allowed <= contract.price_max
    assert on_grid(allowed - contract.price_min, contract.tick)


@given(contract=instruments(), wanted=wanted_prices)
def test_down_is_not_above_nearest_and_nearest_not_above_up(
    contract: Instrument, wanted: Price | float
) -> None:
    down, up, nearest = (contract.quantize_price(wanted, rounding) for rounding in Rounding)
    assert down <= nearest <= up
    assert up - down in (0, contract.tick)


@given(contract=instruments(), data=st.data())
def test_a_price_inside_the_bounds_keeps_to_its_side(
    contract: Instrument, data: st.DataObject
) -> None:
    ticks_max = (contract.price_max - contract.price_min) // contract.tick
    ticks = data.draw(st.decimals(0, ticks_max, places=3))
    wanted = Price(contract.price_min + ticks * contract.tick)
    down, up, nearest = (contract.quantize_price(wanted, rounding) for rounding in Rounding)
    assert down <= wanted <= up
    assert abs(nearest - wanted) * 2 <= contract.tick


@given(contract=instruments(), wanted=wanted_prices, first=roundings, second=roundings)
def test_an_allowed_price_stays_as_it_is(
    contract: Instrument, wanted: Price | float, first: Rounding, second: Rounding
) -> None:
    allowed = contract.quantize_price(wanted, first)
    assert contract.quantize_price(allowed, second) == allowed


@given(contract=instruments(), observed=st.floats(allow_nan=False), rounding=roundings)
def test_a_float_means_its_shortest_text(
    contract: Instrument, observed: float, rounding: Rounding
) -> None:
    meant = Price(Decimal(repr(observed)))
    assert contract.quantize_price(observed, rounding) == contract.quantize_price(meant, rounding)


@given(ticks=st.integers(0, 45_292_072), rounding=roundings)
def test_a_tick_survives_as_a_float(ticks: int, rounding: Rounding) -> None:
    contract = instrument()
    sent = Price(contract.price_min + ticks * contract.tick)
    assert contract.quantize_price(float(sent), rounding) == sent


@given(mark=decimals(digits_max=17, places_max=12).map(Price), side=st.sampled_from(Side))
def test_the_worst_price_is_inside_the_venues_band_by_less_than_a_tick(
    mark: Price, side: Side
) -> None:
    contract = instrument()
    assume(contract.price_min * 2 < mark < contract.price_max / 2)
    worst = contract.worst_price(side, mark)
    limit = mark * (Decimal("1.05") if side is Side.BUY else Decimal("0.95"))
    assert 0 <= (limit - worst) * side.sign < contract.tick


@given(contract=instruments(), near=wanted_prices, kind=kinds)
def test_the_smallest_quantity_is_accepted_unless_none_is(
    contract: Instrument, near: Price | float, kind: OrderKind
) -> None:
    at = contract.quantize_price(near)
    assume(at > 0)
    smallest = contract.smallest_quantity(at, kind)
    assert contract.meets_notional(smallest, at, reduces_only=False)
    largest = contract.lot_of(kind).quantity_max
    assert contract.quantize_quantity(smallest, kind) == smallest or smallest > largest


@given(contract=instruments(), near=wanted_prices, kind=kinds)
def test_one_step_less_than_the_smallest_quantity_is_refused(
    contract: Instrument, near: Price | float, kind: OrderKind
) -> None:
    at = contract.quantize_price(near)
    assume(at > 0)
    lot = contract.lot_of(kind)
    less = Quantity(contract.smallest_quantity(at, kind) - lot.step)
    is_worth = contract.meets_notional(less, at, reduces_only=False)
    assert less < lot.quantity_min or not is_worth


@given(size=wanted_quantities, at=decimals(digits_max=12, places_max=8).map(Price))
def test_an_order_that_only_reduces_needs_no_worth(size: Quantity, at: Price) -> None:
    assert instrument().meets_notional(size, at, reduces_only=True)
