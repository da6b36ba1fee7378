"""Parameters that do not go together are refused before anything is looked up."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.exchange import AlgoSpec, OrderSpec
from noctule.adapters.sim.forms import CONDITIONAL
from noctule.adapters.sim.model import OrderType, PositionSide, Side, Tif
from tests.fakes.pit import BTCUSDT, START_MS, Pit

QTY = Decimal("0.1")
PRICE = Decimal(59_000)
MARKET = OrderSpec(symbol=BTCUSDT, side=Side.BUY, type=OrderType.MARKET, qty=QTY)
LIMIT = OrderSpec(
    symbol=BTCUSDT, side=Side.BUY, type=OrderType.LIMIT, tif=Tif.GTC, qty=QTY, price=PRICE
)
STOP = AlgoSpec(
    symbol=BTCUSDT, side=Side.SELL, type=OrderType.STOP_MARKET, qty=QTY, trigger_price=PRICE
)
STOP_LIMIT = replace(STOP, type=OrderType.STOP, price=PRICE)
TRAILING = replace(
    STOP, type=OrderType.TRAILING_STOP_MARKET, trigger_price=None, callback_rate=Decimal(1)
)
CLOSING = replace(STOP, qty=None, close_position=True)


@pytest.mark.parametrize(
    ("code", "spec"),
    [
        (-1102, replace(MARKET, qty=None)),
        (-1106, replace(MARKET, price=PRICE)),
        (-1106, replace(MARKET, tif=Tif.GTC)),
        (-1102, replace(LIMIT, tif=None)),
        (-1102, replace(LIMIT, price=None)),
        (-1115, replace(LIMIT, tif=Tif.GTE_GTC)),
        (-1116, replace(LIMIT, type=OrderType.LIQUIDATION)),
        (-4015, replace(LIMIT, client_id="")),
        (-4015, replace(LIMIT, client_id="x" * 37)),
        (-4015, replace(LIMIT, client_id="no spaces")),
        (-4061, replace(LIMIT, position_side=PositionSide.LONG)),
        (-1102, replace(LIMIT, tif=Tif.GTD)),
        (-5040, replace(LIMIT, tif=Tif.GTD, good_till_ms=START_MS + 600_000)),
        (-5040, replace(LIMIT, tif=Tif.GTD, good_till_ms=253_402_300_799_000)),
        (-5037, replace(LIMIT, price=None, price_match="OPPONENT_10")),
        (-5038, replace(MARKET, price_match="OPPONENT")),
        (-1106, replace(LIMIT, price_match="OPPONENT")),
        (-5039, replace(LIMIT, stp="EXPIRE_ALL")),
    ],
)
def test_a_regular_order_is_refused_with(code: int, spec: OrderSpec) -> None:
    pit = Pit()
    with pit.refuses(code):
        pit.exchange.place(pit.account, spec)


@pytest.mark.parametrize("kind", sorted(CONDITIONAL))
def test_a_conditional_type_belongs_to_the_conditional_service(kind: OrderType) -> None:
    pit = Pit()
    with pit.refuses(-4120):
        pit.exchange.place(pit.account, replace(LIMIT, type=kind))


@pytest.mark.parametrize(
    ("code", "spec"),
    [
        (-1116, replace(STOP, type=OrderType.LIMIT)),
        (-1102, replace(STOP, trigger_price=None)),
        (-1102, replace(STOP, qty=None)),
        (-1106, replace(STOP, price=PRICE)),
        (-1102, replace(STOP_LIMIT, price=None)),
        (-1106, replace(STOP, callback_rate=Decimal(1))),
        (-1106, replace(STOP, activate_price=PRICE)),
        (-1106, replace(TRAILING, trigger_price=PRICE)),
        (-1102, replace(TRAILING, callback_rate=None)),
        (-2007, replace(TRAILING, callback_rate=Decimal("0.05"))),
        (-2007, replace(TRAILING, callback_rate=Decimal("20.1"))),
        (-2007, replace(TRAILING, callback_rate=Decimal("0.15"))),
        (-4136, replace(STOP_LIMIT, qty=None, close_position=True)),
        (-4136, replace(TRAILING, qty=None, close_position=True)),
        (-4137, replace(CLOSING, qty=QTY)),
        (-1106, replace(CLOSING, reduce_only=True)),
        (-4061, replace(STOP, position_side=PositionSide.SHORT)),
        (-4015, replace(STOP, client_algo_id="ä")),
    ],
)
def test_a_conditional_order_is_refused_with(code: int, spec: AlgoSpec) -> None:
    pit = Pit()
    with pit.refuses(code):
        pit.exchange.place_algo(pit.account, spec)


def test_in_hedge_mode_a_side_is_needed_and_reduce_only_has_no_place() -> None:
    pit = Pit()
    pit.hedge()
    with pit.refuses(-4061):
        pit.exchange.place(pit.account, LIMIT)
    with pit.refuses(-4062):
        pit.exchange.place(
            pit.account, replace(LIMIT, position_side=PositionSide.LONG, reduce_only=True)
        )
