"""An order's life is compared with what is expected of it, over REST and on the stream."""

from collections.abc import Sequence

from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.online.findings import Finding, line_of
from noctule.app.online.leftovers import Leftovers, Placing
from noctule.app.online.probe_orders import Trial
from noctule.app.online.trial_run import Patience, TrialRun
from noctule.app.online.witness import Witness
from noctule.domain import values
from noctule.domain.errors import MarginInsufficient, OutcomeUnknown, VenueError, VenueRefused
from noctule.domain.order import OrderKind, OrderState
from noctule.domain.report import OrderReport
from tests.builders import BTCUSDT, CLIENT_ORDER_ID, order_request
from tests.fakes.order_desk import OrderDesk
from tests.fakes.user_frames import new_order_frame

LIMIT = Trial(label="LIMIT", request=order_request(OrderKind.LIMIT, price="57600"))
OPEN = OrderReport(
    client_order_id=CLIENT_ORDER_ID,
    venue_order_id="7",
    symbol=BTCUSDT,
    side=LIMIT.request.side,
    kind=OrderKind.LIMIT,
    state=OrderState.OPEN,
    quantity=LIMIT.request.quantity,
    filled=values.quantity("0"),
    price=LIMIT.request.price,
)
GONE = replace(OPEN, state=OrderState.CANCELED)
HEARD = {"c": CLIENT_ORDER_ID, "i": 7, "o": "LIMIT", "ot": "LIMIT", "p": "57600", "ap": "0"}
FRAMES = [new_order_frame(**HEARD), new_order_frame(**HEARD, x="CANCELED", X="CANCELED")]
OUTDATED = "the exchange may have changed: trade nothing until noctule knows how"


def tried(desk: OrderDesk, frames: Sequence[bytes] = FRAMES, *, trial: Trial = LIMIT) -> str:
    async def main(clock: VirtualClock) -> Finding:
        witness = Witness()
        for frame in frames:
            witness.on_frame(frame)
        leftovers = Leftovers(desk, desk, witness, clock=clock)
        run = TrialRun(desk, witness, leftovers, clock=clock, patience=Patience())
        return await run.try_out(trial)

    return line_of(run_virtual(main, start_ms=0))


def refused(failure: VenueError | None) -> str:
    async def send() -> None:
        if failure is not None:
            raise failure

    async def main(clock: VirtualClock) -> Finding:
        desk, witness = OrderDesk(), Witness()
        leftovers = Leftovers(desk, desk, witness, clock=clock)
        run = TrialRun(desk, witness, leftovers, clock=clock, patience=Patience())
        order = Placing(symbol=BTCUSDT, name=CLIENT_ORDER_ID, kind=OrderKind.LIMIT)
        return await run.refused("stop", order, -4120, send)

    return line_of(run_virtual(main, start_ms=0))


def test_an_order_that_lives_as_expected_is_well() -> None:
    desk = OrderDesk(queries=[OPEN, GONE])
    assert tried(desk) == "ok    probe     LIMIT: placed, read back, heard, cancelled"
    assert desk.placed == [LIMIT.request]
    assert desk.cancelled == [CLIENT_ORDER_ID]


def test_an_order_that_ends_by_itself_is_not_cancelled() -> None:
    desk = OrderDesk(queries=[replace(OPEN, state=OrderState.EXPIRED)])
    frames = [new_order_frame(**HEARD, x="EXPIRED", X="EXPIRED")]
    line = tried(desk, frames, trial=replace(LIMIT, state=OrderState.EXPIRED))
    assert line == "ok    probe     LIMIT: expired, read back and heard"
    assert desk.cancelled == []


def test_a_state_that_comes_late_is_waited_for() -> None:
    desk = OrderDesk(queries=[None, None, OPEN, OPEN, GONE])
    assert tried(desk).startswith("ok")


def test_what_rest_tells_otherwise_is_named() -> None:
    desk = OrderDesk(queries=[replace(OPEN, quantity=values.quantity("10")), GONE])
    assert tried(desk) == f"FAIL  probe     LIMIT: REST: quantity is 10, not 0.010; {OUTDATED}"


def test_what_the_stream_tells_otherwise_is_named() -> None:
    frames = [new_order_frame(**HEARD | {"i": 8}), FRAMES[1]]
    assert tried(OrderDesk(queries=[OPEN, GONE]), frames) == (
        f"FAIL  probe     LIMIT: the stream: the order id is 8, not 7; {OUTDATED}"
    )


def test_what_neither_tells_is_named() -> None:
    assert tried(OrderDesk(queries=[None]), []) == (
        "FAIL  probe     LIMIT: REST does not tell that it is open; the stream does not tell that "
        "it is open; REST does not tell that it is canceled; the stream does not tell that it is "
        f"canceled; {OUTDATED}"
    )


def test_a_step_that_fails_is_named_with_a_remedy_of_its_own() -> None:
    desk = OrderDesk(queries=[OPEN], cancels=[MarginInsufficient("Margin?", code=-2019)])
    assert tried(desk) == (
        "FAIL  probe     LIMIT: cancelling: -2019: Margin?; "
        "transfer a little to the futures wallet: an order of the smallest size needs it"
    )


def test_a_refusal_is_expected_by_its_code() -> None:
    assert refused(VenueRefused("no", code=-4120)) == (
        "ok    probe     stop: refused with -4120, as expected"
    )
    assert refused(VenueRefused("no", code=-4509)) == (
        f"FAIL  probe     stop: refused with -4509: no, not -4120; {OUTDATED}"
    )
    assert refused(None) == f"FAIL  probe     stop: taken, not refused with -4120; {OUTDATED}"
    assert refused(OutcomeUnknown("no answer")) == (
        "FAIL  probe     stop: no answer; probe again when the exchange answers"
    )
