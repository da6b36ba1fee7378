from decimal import Decimal

from noctule.domain.order import Leg, OrderKind
from noctule.domain.signals import Direction
from noctule.domain.values import Side
from noctule.reconcile.case import SymbolCase
from noctule.reconcile.plan import Adoption
from noctule.reconcile.unheld import plan_flat
from tests.reconcile_builders import OWNERS, TERMS, case, name, remembered, report, stop, target

ENTRY = report(kind=OrderKind.LIMIT, price="59000")


def test_orphans_are_handed_to_a_bracket_that_takes_them_out() -> None:
    adoption = _adoption(case(None, stop(), target()))

    assert [each.request.leg for each in adoption.orders] == [Leg.STOP, Leg.TARGET]
    assert adoption.signed_quantity == 0
    assert adoption.entry_price is None
    assert adoption.plan.direction is Direction.LONG
    assert adoption.plan.stop == Decimal(59_400)


def test_an_entry_that_fills_meanwhile_would_be_protected() -> None:
    plan = _adoption(case(None, ENTRY)).plan

    assert (plan.direction, plan.stop) == (Direction.LONG, Decimal(58_410))


def test_an_entry_goes_the_way_of_its_side() -> None:
    short = report(kind=OrderKind.LIMIT, side=Side.SELL, price="61000")

    assert _adoption(case(None, short)).plan.direction is Direction.SHORT


def test_an_order_of_which_too_little_is_told_is_swept_without_a_bracket() -> None:
    found = plan_flat(case(None, report()), TERMS)

    assert found.adoption is None
    assert [each.client_order_id for each in found.sweeps] == [name()]


def test_what_ended_while_nobody_watched_is_told() -> None:
    (item,) = plan_flat(case(memory=remembered()), TERMS).items

    assert item.what == "long of sma_cross"
    assert item.reason == "remembered, and flat by now: it ended while nobody watched"


def test_an_order_of_the_owners_stays_and_is_in_the_way() -> None:
    found = plan_flat(case(None, stop("59000", OWNERS)), TERMS)

    assert found.adoption is None
    assert found.sweeps == ()
    assert found.foreign == f"not ours: SELL STOP_MARKET all at 59000 ({OWNERS})"


def _adoption(found: SymbolCase) -> Adoption:
    adoption = plan_flat(found, TERMS).adoption
    assert adoption is not None
    return adoption
