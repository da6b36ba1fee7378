"""What a client asks for, parsed but not judged."""

from decimal import Decimal

from msgspec import Struct

from noctule.adapters.sim.model import OrderType, PositionSide, Side, Tif, WorkingType

__all__ = ["AlgoSpec", "Amendment", "OrderSpec"]


class OrderSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What POST /fapi/v1/order asks for."""

    symbol: str
    side: Side
    type: OrderType
    position_side: PositionSide = PositionSide.BOTH
    tif: Tif | None = None
    qty: Decimal | None = None
    price: Decimal | None = None
    reduce_only: bool = False
    client_id: str | None = None  # None: the exchange makes one
    price_match: str = "NONE"
    stp: str = "EXPIRE_MAKER"
    good_till_ms: int = 0


class Amendment(Struct, frozen=True, kw_only=True):
    """What PUT /fapi/v1/order asks for."""

    qty: Decimal
    price: Decimal
    reduce_only: bool | None = None  # it cannot be changed: saying otherwise is refused
    modify_id: int | None = None  # comes back in the answer and in the AMENDMENT event


class AlgoSpec(Struct, frozen=True, kw_only=True):
    """What POST /fapi/v1/algoOrder asks for."""

    symbol: str
    side: Side
    type: OrderType
    position_side: PositionSide = PositionSide.BOTH
    tif: Tif | None = None
    qty: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    activate_price: Decimal | None = None
    callback_rate: Decimal | None = None
    reduce_only: bool = False
    close_position: bool = False
    working_type: WorkingType = WorkingType.CONTRACT_PRICE
    price_protect: bool = False
    client_algo_id: str | None = None
    price_match: str = "NONE"
    stp: str = "EXPIRE_MAKER"
    good_till_ms: int = 0
