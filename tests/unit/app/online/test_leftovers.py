"""Nothing of a probe rests in the end, or it is said so loudly."""

import pytest
from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.online.findings import Finding, Verdict
from noctule.app.online.leftovers import Leftovers, Placing
from noctule.app.online.witness import Witness
from noctule.domain import values
from noctule.domain.errors import (
    DuplicateClientId,
    OrderUnknown,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)
from noctule.domain.order import ClientOrderId, OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.values import Side
from tests.builders import BTCUSDT
from tests.fakes.order_desk import OrderDesk
from tests.fakes.user_frames import order_frame

MINE = ClientOrderId("mine")
ORDER = Placing(symbol=BTCUSDT, name=MINE, kind=OrderKind.STOP)
OPEN = OrderReport(
    client_order_id=MINE,
    venue_order_id="7",
    symbol=BTCUSDT,
    side=Side.BUY,
    kind=OrderKind.STOP,
    state=OrderState.OPEN,
    quantity=values.quantity("0.002"),
    filled=values.quantity("0"),
)
GONE = replace(OPEN, state=OrderState.CANCELED)
TRADED = replace(OPEN, state=OrderState.FILLED, filled=values.quantity("0.002"))
UNKNOWN = OrderUnknown("Unknown order sent.", code=-2011)
LOUD = "1 ORDERS OF THE PROBE "


async def taken() -> str:
    return "7"


async def refused_by(failure: VenueError) -> str:
    raise failure


def cleared(
    desk: OrderDesk,
    *,
    failure: VenueError | None = None,
    noted: OrderReport | None = None,
    heard: bytes | None = None,
) -> Finding:
    """Place an order, whatever comes of it, and clear up."""

    async def main(clock: VirtualClock) -> Finding:
        witness = Witness()
        leftovers = Leftovers(desk, desk, witness, clock=clock)
        if failure is None:
            await leftovers.place(ORDER, taken())
        else:
            with pytest.raises(type(failure)):
                await leftovers.place(ORDER, refused_by(failure))
        if noted is not None:
            leftovers.note(noted)
        if heard is not None:
            witness.on_frame(heard)
        return await leftovers.clear()

    return run_virtual(main, start_ms=0)


def test_what_may_rest_is_cancelled_and_proven_gone() -> None:
    desk = OrderDesk(queries=[GONE])
    found = cleared(desk)
    assert (found.verdict, found.text) == (
        Verdict.OK,
        "1 orders placed: none rests, none traded",
    )
    assert desk.cancelled == [MINE]


def test_what_has_ended_is_left_alone() -> None:
    desk = OrderDesk(queries=[GONE])
    assert cleared(desk, noted=GONE).verdict is Verdict.OK
    assert desk.cancelled == []


@pytest.mark.parametrize(
    "failure", [VenueRefused("no", code=-4509), VenueUnreachable("nothing was sent")]
)
def test_a_definite_no_leaves_nothing(failure: VenueError) -> None:
    desk = OrderDesk(queries=[GONE])
    assert cleared(desk, failure=failure).text == "0 orders placed: none rests, none traded"
    assert desk.cancelled == []


@pytest.mark.parametrize(
    "failure", [OutcomeUnknown("no answer"), DuplicateClientId("twice", code=-4116)]
)
def test_what_may_have_been_taken_is_cancelled(failure: VenueError) -> None:
    desk = OrderDesk(queries=[GONE])
    assert cleared(desk, failure=failure).verdict is Verdict.OK
    assert desk.cancelled == [MINE]


def test_a_service_that_does_not_know_yet_what_it_has_taken_is_asked_again() -> None:
    desk = OrderDesk(cancels=[UNKNOWN, UNKNOWN, None], queries=[None, None, GONE])
    assert cleared(desk, failure=OutcomeUnknown("no answer")).verdict is Verdict.OK
    assert desk.cancelled == [MINE] * 3


def test_what_nobody_cancelled_and_nobody_knows_is_not_called_gone() -> None:
    """The conditional service may know and list for minutes nothing of what it has taken."""
    desk = OrderDesk(cancels=[UNKNOWN], queries=[None])
    found = cleared(desk, failure=OutcomeUnknown("no answer"))
    assert (found.verdict, found.text) == (Verdict.FAIL, f"{LOUD}may come yet: mine")


def test_what_was_cancelled_is_gone_though_nobody_knows_it_any_more() -> None:
    assert cleared(OrderDesk(queries=[None])).verdict is Verdict.OK


def test_a_cancel_that_fails_is_tried_again() -> None:
    desk = OrderDesk(cancels=[OutcomeUnknown("no answer"), None], queries=[GONE])
    assert cleared(desk).verdict is Verdict.OK
    assert desk.cancelled == [MINE] * 2


def test_what_still_rests_is_said_loudly_by_name() -> None:
    no = VenueRefused("no", code=-1)
    found = cleared(OrderDesk(cancels=[no], queries=[OPEN], resting=[OPEN]))
    assert (found.verdict, found.text) == (Verdict.FAIL, f"{LOUD}rest: mine")
    assert found.remedy == "cancel them at Binance, under Open Orders"


def test_what_cannot_be_proven_is_not_called_gone() -> None:
    found = cleared(OrderDesk(queries=[VenueError("?")], resting=VenueUnreachable("no route")))
    assert found.text == f"{LOUD}cannot be asked for (no route): mine"


def test_an_order_of_somebody_else_is_not_ours_to_mention() -> None:
    other = replace(OPEN, client_order_id=ClientOrderId("by-hand"))
    assert cleared(OrderDesk(queries=[GONE], resting=[other])).verdict is Verdict.OK


@pytest.mark.parametrize("how", ["queried", "noted", "heard"])
def test_an_order_that_traded_is_said_loudly_whoever_told_it(how: str) -> None:
    desk = OrderDesk(queries=[TRADED if how == "queried" else GONE])
    found = cleared(
        desk,
        noted=TRADED if how == "noted" else None,
        heard=order_frame(q="0.002", z="0.002", l="0.002") if how == "heard" else None,
    )
    assert (found.verdict, found.text) == (
        Verdict.FAIL,
        "ORDERS OF THE PROBE TRADED: BUY 0.002 BTCUSDT",
    )
    assert found.remedy == "CLOSE THE POSITION at Binance, now: nobody else will"
