"""The probe tries out every type of order, notices whatever differs, and leaves nothing."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim.faults import FaultKind
from noctule.app.online.findings import Finding, Verdict, verdict_of
from noctule.app.online.probe import Probe
from noctule.app.online.trial_run import Patience
from noctule.domain.ids import belongs_to_account
from noctule.domain.order import ClientOrderId, OrderKind
from noctule.domain.values import Price, Symbol
from tests.builders import BTCUSDT, order_request
from tests.fakes.nearby import OPEN_MS, TAG, Nearby, nearby

ALL_WELL = [
    "LIMIT: placed, read back, heard, cancelled",
    "LIMIT, maker only: placed, read back, heard, cancelled",
    "STOP: placed, read back, heard, cancelled",
    "STOP_MARKET: placed, read back, heard, cancelled",
    "TAKE_PROFIT: placed, read back, heard, cancelled",
    "TAKE_PROFIT_MARKET: placed, read back, heard, cancelled",
    "TRAILING_STOP_MARKET: placed, read back, heard, cancelled",
    "LIMIT, at once or never: expired, read back and heard",
    "MARKET: accepted in the exchange's rehearsal",
    "stop that closes nothing: refused with -4509, as expected",
    "stop on the regular endpoint: refused with -4120, as expected",
    "8 orders placed: none rests, none traded",
]
ALGO = "POST /fapi/v1/algoOrder"


async def probe(
    exchange: Nearby, tell: Callable[[Finding], None], *, symbol: Symbol = BTCUSDT
) -> None:
    instruments = Instruments(exchange.reach.rest)
    await instruments.refresh()
    instrument = instruments.listed[symbol]

    async def listed() -> dict[Symbol, object]:
        raise AssertionError("nobody asks")

    venue = BinanceVenue(exchange.reach.rest, instruments=listed)  # type: ignore[arg-type]
    quote = exchange.protocol.venue.exchange.quote(symbol)
    run = Probe(
        exchange.reach,
        account=TAG,
        venue=venue,
        jitter=Random(1),
        patience=Patience(settle_ms=1_000),
    )
    await run.run(instrument, Price(quote.mark), tell)


def found_by(prepare: Callable[[Nearby], None] = lambda _: None) -> tuple[list[Finding], int]:
    """Run a probe; return its findings, and how many orders rest then."""

    async def main(clock: VirtualClock) -> tuple[list[Finding], int]:
        found: list[Finding] = []
        async with nearby(clock) as exchange:
            prepare(exchange)
            await probe(exchange, found.append)
            return found, exchange.resting

    return run_virtual(main, start_ms=OPEN_MS)


def failures(found: list[Finding]) -> list[str]:
    return [each.text for each in found if each.verdict is Verdict.FAIL]


def test_every_type_of_order_is_tried_out_and_nothing_is_left() -> None:
    found, resting = found_by()

    assert [each.text for each in found] == ALL_WELL
    assert verdict_of(found) is Verdict.OK
    assert resting == 0


def test_a_bot_that_trades_on_the_account_takes_no_order_of_a_probe_for_one_of_its_own() -> None:
    exchanges: list[Nearby] = []
    found_by(exchanges.append)

    (exchange,) = exchanges
    past = exchange.account.history
    names = [each.client_id for each in past.orders] + [each.client_algo_id for each in past.algos]
    assert len(names) == 8
    assert not [each for each in names if belongs_to_account(each, TAG)]


def test_the_migration_of_the_conditional_orders_would_have_been_caught() -> None:
    """The service that takes them moves away, as on 2025-12-09."""
    found, resting = found_by(
        lambda exchange: exchange.arm(
            FaultKind.REFUSED,
            ALGO,
            times=None,
            code=-4120,
            msg="Order type not supported for this endpoint.",
        )
    )

    refusal = "placing: -4120: Order type not supported for this endpoint."
    assert failures(found) == [
        f"STOP: {refusal}",
        f"STOP_MARKET: {refusal}",
        f"TAKE_PROFIT: {refusal}",
        f"TAKE_PROFIT_MARKET: {refusal}",
        f"TRAILING_STOP_MARKET: {refusal}",
        "stop that closes nothing: refused with -4120: Order type not supported for this "
        "endpoint., not -4509",
    ]
    assert found[-1].text == "3 orders placed: none rests, none traded"
    assert resting == 0


def test_fields_that_nobody_has_heard_of_are_no_failure() -> None:
    found, _ = found_by(lambda exchange: exchange.arm(FaultKind.EXTRA_FIELDS, times=None))
    assert failures(found) == []


@pytest.mark.parametrize(
    ("kind", "match", "what"),
    [
        (FaultKind.GARBAGE_ANSWER, ALGO, "STOP: placing: the answer to POST algoOrder cannot be"),
        (FaultKind.LOST_AFTER, ALGO, "STOP: placing: no answer in time"),
        (FaultKind.GARBAGE_ANSWER, "POST /fapi/v1/order", "LIMIT: placing: the answer to POST o"),
        (FaultKind.REFUSED, "DELETE /fapi/v1/algoOrder", "STOP: cancelling: -4999"),
        (FaultKind.REFUSED, "GET /fapi/v1/algoOrder", "STOP: reading back: -4999"),
        (FaultKind.DROPPED_FRAME, "ALGO_UPDATE", "STOP: the stream does not tell that it is open"),
        (FaultKind.GARBAGE_FRAME, "ORDER_TRADE_UPDATE", "LIMIT: the stream does not tell that"),
        (FaultKind.REFUSED, "POST /fapi/v1/order/test", "MARKET: -4999"),
    ],
)
def test_what_differs_once_is_one_failure_and_nothing_is_left(
    kind: FaultKind, match: str, what: str
) -> None:
    found, resting = found_by(lambda exchange: exchange.arm(kind, match, code=-4999))

    (failure,) = failures(found)
    assert failure.startswith(what)
    assert found[-1].text.endswith("none rests, none traded")
    assert resting == 0


def test_a_conditional_service_that_lags_is_waited_for() -> None:
    found, _ = found_by(
        lambda exchange: exchange.arm(FaultKind.LAGGING, "GET /fapi/v1/algoOrder", times=3)
    )
    assert failures(found) == []


def test_without_the_private_stream_nothing_is_placed() -> None:
    found, resting = found_by(
        lambda exchange: exchange.arm(
            FaultKind.REFUSED, "POST /fapi/v1/listenKey", times=None, code=-1002, msg="no"
        )
    )

    assert [each.text for each in found] == ["no private stream: -1002: no"]
    assert resting == 0


def test_a_probe_that_is_interrupted_leaves_nothing() -> None:
    async def main(clock: VirtualClock) -> None:
        found: list[Finding] = []
        async with nearby(clock) as exchange:
            exchange.arm(FaultKind.LATE_ANSWER, ALGO, delay_ms=800)
            task = asyncio.get_running_loop().create_task(probe(exchange, found.append))
            while not exchange.account.algos:
                await clock.sleep_ms(10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert exchange.resting == 0
        assert found[-1].text == "3 orders placed: none rests, none traded"

    run_virtual(main, start_ms=OPEN_MS)


def test_orders_of_others_are_not_touched() -> None:
    async def main(clock: VirtualClock) -> None:
        async with nearby(clock) as exchange:
            orders = OrderExecutionManager(exchange.reach.rest)
            await orders.place(
                order_request(
                    OrderKind.LIMIT, price="58000", client_order_id=ClientOrderId("by-hand")
                )
            )
            found: list[Finding] = []
            await probe(exchange, found.append)

            assert failures(found) == []
            assert [each.client_id for each in exchange.account.orders.values()] == ["by-hand"]

    run_virtual(main, start_ms=OPEN_MS)


def test_with_a_position_its_protection_is_not_played_with() -> None:
    async def main(clock: VirtualClock) -> None:
        async with nearby(clock) as exchange:
            orders = OrderExecutionManager(exchange.reach.rest)
            await orders.place(order_request(quantity="0.010"))
            found: list[Finding] = []
            await probe(exchange, found.append)

            doubtful = [each.text for each in found if each.verdict is Verdict.WARN]
            assert doubtful == ["stop that closes nothing: not tried, BTCUSDT is held"]
            assert failures(found) == []

    run_virtual(main, start_ms=OPEN_MS)


def test_a_second_probe_right_after_the_first_is_as_good() -> None:
    async def main(clock: VirtualClock) -> None:
        found: list[Finding] = []
        async with nearby(clock) as exchange:
            await probe(exchange, found.append)
            await clock.sleep_ms(4_000)
            await probe(exchange, found.append)
        assert [each.text for each in found] == ALL_WELL * 2

    run_virtual(main, start_ms=OPEN_MS)
