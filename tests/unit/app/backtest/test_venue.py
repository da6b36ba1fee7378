"""Questions across the counter: answered as over the wire, at every turn of a story."""

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.switches import Switches
from noctule.domain.order import Leg, OrderKind
from noctule.domain.position import AccountSnapshot, Fill, Income
from noctule.domain.report import SymbolLook
from noctule.domain.values import Side, Symbol
from tests.fakes.counter_orders import BTC, ETH, LTC, START_MS, order
from tests.fakes.two_roads import Road, played

DAY_MS = 86_400_000
ENTRY = order(Leg.ENTRY, quantity="0.020")
LIMIT = order(Leg.ENTRY, OrderKind.LIMIT, price="2900", symbol=ETH)
STOP = order(Leg.STOP, OrderKind.STOP_MARKET, at="59000", quantity="0.020")
TARGET = order(Leg.TARGET, OrderKind.TAKE_PROFIT_MARKET, at="61000", quantity=None)
CLOSING = replace(TARGET, reduces_only=False)
RESTING = order(Leg.CLOSE, OrderKind.LIMIT, price="62000", quantity="0.020")


async def ask_all(road: Road, since_ms: int = START_MS - 1) -> None:
    await road.ask(road.venue.snapshot())
    await road.ask(road.venue.income_since(since_ms))
    for symbol in (BTC, ETH, LTC):
        await road.ask(road.venue.look(symbol))
        await road.ask(road.venue.fills_since(symbol, since_ms))
        await road.ask(road.venue.orders_since(symbol, since_ms))


@pytest.mark.parametrize("margin_type", ["crossed", "isolated"])
@pytest.mark.parametrize(
    "switches",
    [Switches(), Switches(child_keeps_client_id=False), Switches(finished_hides_child=True)],
    ids=["as it is", "child with a name of its own", "child unnamed at the end"],
)
def test_a_trade_is_told_alike_at_every_turn(margin_type: str, switches: Switches) -> None:
    async def story(road: Road) -> None:
        await ask_all(road)
        await road.ask(road.setup.apply((BTC, ETH), leverage=10, margin_type=margin_type))
        await road.place(ENTRY, LIMIT)
        await ask_all(road)
        await road.place(STOP, CLOSING, RESTING)
        await road.mark("60012.34567891")
        await ask_all(road)
        await road.trade("59400")
        await road.wait(8 * 3_600_000)
        await ask_all(road)
        await road.trade("58800")
        await ask_all(road)
        await ask_all(road, road.exchange.now_ms)
        await ask_all(road, road.exchange.now_ms + 1)

    told = played(story, switches=switches)

    snapshots = [line for line in told if isinstance(line, AccountSnapshot)]
    assert [len(each.orders) for each in snapshots][:4] == [0, 1, 4, 4]
    assert [len(each.positions) for each in snapshots] == [0, 1, 1, 1, 0, 0, 0]


def test_two_positions_stand_for_each_other() -> None:
    async def story(road: Road) -> None:
        await road.place(
            ENTRY, order(Leg.ENTRY, side=Side.SELL, symbol=ETH, quantity="1.234", attempt=1)
        )
        for price in ("60100", "59876.5", "61000.1"):
            await road.mark(price)
            await road.mark("2999.99", symbol=ETH)
            await ask_all(road)

    marks = [line.marks for line in played(story) if isinstance(line, AccountSnapshot)][-1]
    assert {symbol: str(mark) for symbol, mark in marks.items()} == {BTC: "61000.1", ETH: "2999.99"}


def test_a_flat_symbol_that_was_traded_tells_when_only_while_orders_rest() -> None:
    async def story(road: Road) -> None:
        await road.place(ENTRY, RESTING)
        await road.trade("62001")
        await road.ask(road.venue.look(BTC))
        await road.place(order(Leg.ENTRY, OrderKind.LIMIT, price="58900"))
        await road.ask(road.venue.look(BTC))

    first, second = (line for line in played(story) if isinstance(line, SymbolLook))
    assert (first.position_ms, second.position_ms) == (0, START_MS + 1_000)


def test_an_average_of_several_entries_is_told_with_the_places_of_the_wire() -> None:
    async def story(road: Road) -> None:
        for attempt, price in enumerate(("60000", "60001.1", "59998.7")):
            await road.trade(price)
            await road.place(order(Leg.ENTRY, quantity="0.007", attempt=attempt))
        await ask_all(road)

    entry = next(line.entry_price for line in played(story) if isinstance(line, SymbolLook))
    assert str(entry) == "60000.033333333333"


def test_old_names_are_forgotten_and_old_bookings_are_not_told() -> None:
    async def story(road: Road) -> None:
        await road.place(ENTRY, LIMIT)
        await road.wait(DAY_MS)
        traded_ms = road.exchange.now_ms
        await road.place(STOP)
        await road.trade("58900")
        await road.trade("2899", symbol=ETH)
        await road.wait(87 * DAY_MS)
        await ask_all(road)
        await ask_all(road, traded_ms)
        await road.wait(4 * DAY_MS)
        await ask_all(road, traded_ms)
        await road.do(road.account.history.orders._entries.clear)
        await ask_all(road)

    told = played(story)

    fills = [line for line in told if isinstance(line, list) and line and isinstance(line[0], Fill)]
    names = [fill.client_order_id for each in fills for fill in each]
    assert names[-6:].count("") == 4  # of ETH's once: it was made before and cannot be asked for
    incomes = [
        line for line in told if isinstance(line, list) and line and isinstance(line[0], Income)
    ]
    assert len(incomes[0]) > len(incomes[-1])


def test_of_an_unknown_contract_nothing_is_told() -> None:
    async def story(road: Road) -> None:
        none = Symbol("NONEUSDT")
        await road.ask(road.venue.look(none))
        await road.ask(road.venue.fills_since(none, 0))
        await road.ask(road.venue.orders_since(none, 0))

    told = [line for line in played(story) if isinstance(line, tuple)]
    assert told == [("VenueRefused", "-1121: Invalid symbol.")] * 3
