"""What is held and what rests of one symbol: the position is never older than the orders."""

from decimal import Decimal
from typing import Any

import pytest
from typing_extensions import override

from noctule.adapters.binance.account.symbol_look import look_at
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import VenueRefused, VenueUnreachable
from noctule.domain.report import SymbolLook
from tests.builders import BTCUSDT, START_MS
from tests.fakes.answers import refusing, scripted_rest
from tests.fakes.answers_by_path import PathWire

POSITION, ORDERS, ALGOS = (
    "/fapi/v3/positionRisk",
    "/fapi/v1/openOrders",
    "/fapi/v1/openAlgoOrders",
)
LONG = {"symbol": "BTCUSDT", "positionAmt": "0.010", "entryPrice": "64000.1"}
LIMIT = {"symbol": "BTCUSDT", "orderId": 7, "status": "NEW", "side": "BUY", "clientOrderId": "e"}
STOP = {
    "symbol": "BTCUSDT",
    "algoId": 400,
    "algoStatus": "NEW",
    "side": "SELL",
    "clientAlgoId": "s",
    "closePosition": True,
}


class MovingWire(PathWire):
    """Tells another position each time it is asked, the last one for ever."""

    def __init__(self, clock: VirtualClock, *positions: list[dict[str, str]]) -> None:
        super().__init__(clock)
        self.positions = list(positions)
        self.timeouts_ms: list[int] = []

    @override
    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.timeouts_ms.append(request.timeout_ms)
        if request.path == POSITION:
            told = self.positions[0] if len(self.positions) == 1 else self.positions.pop(0)
            self.contents[POSITION] = told
        return await super().request(request)


def looked(*positions: list[dict[str, str]], **contents: Any) -> tuple[SymbolLook, MovingWire]:
    async def play(clock: VirtualClock) -> tuple[SymbolLook, MovingWire]:
        wire = MovingWire(clock, *positions)
        wire.contents |= {f"/fapi/v1/{name}": content for name, content in contents.items()}
        settings = RestSettings(
            api=ApiSettings(order_timeout_ms=900), retries=Retries(attempts_max=1)
        )
        rest = scripted_rest(wire, clock, settings=settings)  # type: ignore[arg-type]  # a Transport
        return await look_at(rest, BTCUSDT), wire

    return run_virtual(play, start_ms=START_MS)


def test_a_look_is_the_position_and_whatever_rests_of_both_services() -> None:
    look, wire = looked([LONG], openOrders=[LIMIT], openAlgoOrders=[STOP])
    assert (look.symbol, look.signed_quantity, look.entry_price, look.at_ms) == (
        *(BTCUSDT, Decimal("0.010")),
        *(Decimal("64000.1"), START_MS),
    )
    assert [each.client_order_id for each in look.orders] == ["e", "s"]
    assert sorted(path for path, _ in wire.asked) == sorted([POSITION, ORDERS, ALGOS])
    assert {fields["symbol"] for _, fields in wire.asked} == {"BTCUSDT"}


def test_a_look_says_when_what_is_held_last_changed_if_the_exchange_does() -> None:
    held, _ = looked([{**LONG, "updateTime": 1_234}])  # type: ignore[dict-item]  # a number
    flat, _ = looked([])
    assert (held.position_ms, flat.position_ms) == (1_234, 0)


def test_a_look_costs_seven_and_waits_for_no_answer_longer_than_an_order_does() -> None:
    _, wire = looked([LONG])
    assert wire.timeouts_ms == [900, 900, 900]


def test_a_symbol_that_is_not_told_of_is_flat() -> None:
    look, wire = looked([])
    assert (look.signed_quantity, look.entry_price, look.orders) == (Decimal(0), None, ())
    assert len(wire.asked) == 3


def test_what_is_held_of_another_symbol_or_hedged_is_not_of_this_one() -> None:
    other, hedged = {**LONG, "symbol": "ETHUSDT"}, {**LONG, "positionSide": "LONG"}
    look, _ = looked([other, hedged])
    assert look.signed_quantity == 0


@pytest.mark.parametrize(("place", "row"), [("openOrders", LIMIT), ("openAlgoOrders", STOP)])
def test_flat_with_orders_is_believed_only_of_a_position_younger_than_they(
    place: str, row: dict[str, Any]
) -> None:
    """Its stop may have been placed after the flat position was told: it is no leftover."""
    look, wire = looked([], [LONG], **{place: [row]})
    assert look.signed_quantity == Decimal("0.010")
    assert wire.asked[-1][0] == POSITION


def test_flat_with_orders_is_flat_when_it_is_told_twice() -> None:
    look, wire = looked([], openAlgoOrders=[STOP])
    assert look.signed_quantity == 0
    assert (len(look.orders), len(wire.asked)) == (1, 4)


@pytest.mark.parametrize("path", [POSITION, ORDERS, ALGOS])
def test_one_answer_that_is_missing_is_no_look_at_all(path: str) -> None:
    async def play(clock: VirtualClock) -> None:
        wire = MovingWire(clock, [LONG])
        wire.failures_at[path] = VenueUnreachable("no route")
        once = RestSettings(retries=Retries(attempts_max=1))
        rest = scripted_rest(wire, clock, settings=once)  # type: ignore[arg-type]  # a Transport
        with pytest.raises(VenueUnreachable, match="no route"):
            await look_at(rest, BTCUSDT)

    run_virtual(play, start_ms=START_MS)


def test_a_refusal_keeps_its_code() -> None:
    with pytest.raises(VenueRefused) as caught:
        looked([LONG], openOrders=refusing(-1121, "Invalid symbol."))
    assert caught.value.code == -1121
