"""A signal becomes a reserved order with every gate's word, or a refusal with every reason."""

from decimal import Decimal

from msgspec.structs import replace

from noctule.domain.events.order import OrderRequested, TradingAuthorized
from noctule.domain.order import Leg, OrderKind, OrderRequest
from noctule.domain.signals import Direction, Reason, Refused
from noctule.domain.values import Price, Quantity, Side
from noctule.engine.settings import TradingSettings
from tests.builders import BTCUSDT, START_MS
from tests.fakes.desk_events import OURS, SIGNAL, STRATEGY, TRACE
from tests.fakes.floor import TradingFloor, known_contracts, new_floor

SIZED = Quantity(Decimal("0.089"))  # 1 % of 10000 at a stop 1000 away, with fees and slippage
OFF = Reason(check="pause", text="paused")


async def test_an_approved_wish_is_an_order_and_what_every_gate_said() -> None:
    floor = TradingFloor(await known_contracts())
    entries = floor.entries()
    floor.open()
    told = entries.enter(SIGNAL)
    assert not isinstance(told, Refused)
    requested, authorized = told
    assert requested == OrderRequested(
        at_ms=START_MS,
        trace=TRACE,
        strategy=STRATEGY,
        request=OrderRequest(
            client_order_id=OURS,
            symbol=BTCUSDT,
            side=Side.BUY,
            kind=OrderKind.MARKET,
            leg=Leg.ENTRY,
            quantity=SIZED,
        ),
    )
    assert isinstance(authorized, TradingAuthorized)
    assert (authorized.symbol, authorized.strategy, authorized.trace) == (BTCUSDT, STRATEGY, TRACE)
    assert (authorized.direction, authorized.reason) == (Direction.LONG, "crossed")
    assert {"daily_loss", "spread", "size", "margin"} <= set(authorized.gates)
    assert authorized.gates["position"] == "nothing is held"


async def test_where_nobody_reads_what_gates_say_of_an_approval_it_is_not_written_out() -> None:
    floor = TradingFloor(await known_contracts())
    entries = floor.entries()
    entries.tells_gates = False
    floor.open()
    told = entries.enter(SIGNAL)
    assert not isinstance(told, Refused)
    assert isinstance(told[-1], TradingAuthorized)
    assert told[-1].gates == {}
    refused = entries.enter(SIGNAL)
    assert isinstance(refused, Refused)
    assert refused.gates["position"] == f"{SIZED} is in flight already"


async def test_the_bracket_knows_what_the_signal_wanted() -> None:
    floor = TradingFloor(await known_contracts())
    entries = floor.entries()
    floor.open()
    entries.enter(replace(SIGNAL, signal=replace(SIGNAL.signal, target=62_000.0)))
    plan = floor.desk.brackets[BTCUSDT].plan
    assert (plan.stop, plan.target) == (Price(Decimal(59_000)), Price(Decimal(62_000)))
    assert (plan.direction, plan.signal_price) == (Direction.LONG, 60_000.0)
    assert floor.desk.knows(OURS)


async def test_a_limit_entry_rests_for_its_time_under_a_count_down() -> None:
    floor = TradingFloor(await known_contracts())
    settings = {"entry_order": "limit", "entry_offset": "0.001", "entry_timeout_seconds": 5}
    entries = floor.entries(TradingSettings.model_validate(settings))
    floor.open()
    told = entries.enter(SIGNAL)
    assert not isinstance(told, Refused)
    requested = told[0]
    assert isinstance(requested, OrderRequested)
    assert requested.request.kind is OrderKind.LIMIT
    assert requested.request.price == Decimal("59940.00")
    assert requested.countdown_ms == 30_000
    floor.desk.send(requested)
    floor.follow()
    wake_ms = floor.desk.brackets[BTCUSDT].wake_ms
    assert wake_ms is not None
    assert wake_ms <= START_MS + 5_000


async def test_a_second_signal_finds_what_the_first_one_reserved() -> None:
    floor = TradingFloor(await known_contracts())
    entries = floor.entries()
    floor.open()
    entries.enter(SIGNAL)
    refused = entries.enter(SIGNAL)
    assert isinstance(refused, Refused)
    assert [each.check for each in refused.reasons] == ["position", "duplicate"]


async def test_whatever_keeps_entries_off_refuses_beside_all_other_reasons() -> None:
    floor = await new_floor()
    floor.halts.observe(OFF)
    refused = floor.entries().enter(SIGNAL)  # of a candle that closed before we were there
    assert isinstance(refused, Refused)
    assert [each.check for each in refused.reasons] == ["pause", "before_start"]
    assert floor.desk.brackets == {}


async def test_without_an_account_nothing_is_weighed() -> None:
    floor = TradingFloor(await known_contracts())
    refused = floor.entries().enter(SIGNAL)
    assert isinstance(refused, Refused)
    assert [each.check for each in refused.reasons] == ["start"]


async def test_a_rehearsed_wish_is_the_order_that_would_be_sent_and_leaves_no_trace() -> None:
    floor = TradingFloor(await known_contracts())
    entries = floor.entries()
    floor.open()
    rehearsed = entries.rehearse(SIGNAL)

    assert floor.desk.brackets == {}
    assert not floor.desk.knows(OURS)
    told = entries.enter(SIGNAL)
    assert not isinstance(told, Refused)
    requested = told[0]
    assert isinstance(requested, OrderRequested)
    assert rehearsed == requested.request


async def test_a_wish_that_would_be_refused_is_rehearsed_as_far_as_that() -> None:
    floor = TradingFloor(await known_contracts())
    entries = floor.entries()
    assert entries.rehearse(SIGNAL) is None  # nothing is known yet
    floor.open()
    floor.halts.observe(OFF)
    assert entries.rehearse(SIGNAL) is None
