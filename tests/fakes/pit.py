"""A trading pit: one simulated exchange, one account in it, and all that account hears."""

from decimal import Decimal
from random import Random

import pytest
from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import (
    AccountUpdated,
    AlgoUpdated,
    ConfigUpdated,
    MarginCalled,
    MarkTick,
    OrderUpdated,
    Tick,
    TradeHinted,
    UserEvent,
)
from noctule.adapters.sim.exchange import AlgoSpec, Exchange, OrderSpec
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.model import (
    AlgoOrder,
    Bracket,
    MarginType,
    Order,
    OrderType,
    Position,
    PositionSide,
    Refusal,
    Rules,
    Side,
    Tif,
    WorkingType,
)
from noctule.adapters.sim.switches import Switches

__all__ = ["BTC", "BTCUSDT", "ETH", "START_MS", "Pit", "words"]

BTCUSDT = "BTCUSDT"
START_MS = 1_700_006_400_000  # 2023-11-15 00:00 UTC
_TIERS = (
    (125, "0", "50000", "0.004", "0"),
    (100, "50000", "600000", "0.005", "50"),
    (75, "600000", "3000000", "0.0065", "950"),
    (50, "3000000", "12000000", "0.01", "11450"),
)


BTC = Rules(
    symbol=BTCUSDT,
    base_asset="BTC",
    price_precision=2,
    quantity_precision=3,
    tick=Decimal("0.10"),
    min_price=Decimal("556.80"),
    max_price=Decimal(4529764),
    step=Decimal("0.001"),
    min_qty=Decimal("0.001"),
    max_qty=Decimal(1000),
    market_step=Decimal("0.001"),
    market_min_qty=Decimal("0.001"),
    market_max_qty=Decimal(120),
    min_notional=Decimal(50),
    brackets=tuple(
        Bracket(
            bracket=number,
            initial_leverage=leverage,
            notional_floor=Decimal(floor),
            notional_cap=Decimal(cap),
            maint_margin_ratio=Decimal(ratio),
            cum=Decimal(cum),
        )
        for number, (leverage, floor, cap, ratio, cum) in enumerate(_TIERS, start=1)
    ),
)
ETH = replace(
    BTC,
    symbol="ETHUSDT",
    base_asset="ETH",
    min_price=Decimal("10.00"),
    funding_interval_hours=4,
)


class Pit:
    """Everything is on BTCUSDT unless another symbol is named; the bid is the last price."""

    def __init__(
        self,
        *,
        price: str = "60000",
        deposit: str = "10000",
        fills: Fills | None = None,
        switches: Switches | None = None,
        rules: tuple[Rules, ...] = (BTC, ETH),
    ) -> None:
        self.events: list[UserEvent] = []
        self.time_ms = START_MS
        self.exchange = Exchange(
            rules,
            fills=fills or Fills(),
            random=Random(1),
            start_ms=START_MS,
            listener=self._hear,
            switches=switches,
        )
        self.account = self.open("alice", deposit)
        self.tick(price)

    def open(self, key: str, deposit: str = "10000") -> Account:
        return self.exchange.open_account(key=key, secret="s", deposit=Decimal(deposit))

    def _hear(self, account: Account, event: UserEvent) -> None:
        if account is self.account:
            self.events.append(event)

    def heard(self) -> list[str]:
        """Return what was heard since the last time, in words."""
        told, self.events = [words(event) for event in self.events], []
        return told

    def tick(
        self,
        price: str,
        *,
        qty: str = "1",
        travelled: bool = False,
        symbol: str = BTCUSDT,
        after_ms: int = 1_000,
    ) -> None:
        self.time_ms += after_ms
        self.exchange.tick(
            Tick(
                symbol=symbol,
                time_ms=self.time_ms,
                price=Decimal(price),
                qty=Decimal(qty),
                quote_qty=Decimal(price) * Decimal(qty),
                count=1,
                taker_buy_qty=Decimal(qty),
                taker_buy_quote=Decimal(price) * Decimal(qty),
                travelled=travelled,
            )
        )

    def mark(
        self, mark: str, *, rate: str = "0", next_funding_ms: int = 0, symbol: str = BTCUSDT
    ) -> None:
        self.time_ms += 1_000
        self.exchange.mark(
            MarkTick(
                symbol=symbol,
                time_ms=self.time_ms,
                mark=Decimal(mark),
                index=Decimal(mark),
                funding_rate=Decimal(rate),
                next_funding_ms=next_funding_ms,
            )
        )

    def wait(self, duration_ms: int) -> None:
        self.time_ms += duration_ms
        self.exchange.advance(self.time_ms)

    def market(
        self,
        side: Side,
        qty: str,
        *,
        symbol: str = BTCUSDT,
        leg: PositionSide = PositionSide.BOTH,
        reduce_only: bool = False,
        client_id: str | None = None,
    ) -> Order:
        return self.exchange.place(
            self.account,
            OrderSpec(
                symbol=symbol,
                side=side,
                type=OrderType.MARKET,
                qty=Decimal(qty),
                position_side=leg,
                reduce_only=reduce_only,
                client_id=client_id,
            ),
        )

    def limit(
        self,
        side: Side,
        qty: str,
        price: str,
        *,
        tif: Tif = Tif.GTC,
        leg: PositionSide = PositionSide.BOTH,
        reduce_only: bool = False,
        client_id: str | None = None,
        stp: str = "EXPIRE_MAKER",
        good_till_ms: int = 0,
    ) -> Order:
        return self.exchange.place(
            self.account,
            OrderSpec(
                symbol=BTCUSDT,
                side=side,
                type=OrderType.LIMIT,
                tif=tif,
                qty=Decimal(qty),
                price=Decimal(price),
                position_side=leg,
                reduce_only=reduce_only,
                client_id=client_id,
                stp=stp,
                good_till_ms=good_till_ms,
            ),
        )

    def algo(
        self,
        kind: OrderType,
        side: Side,
        trigger: str | None = None,
        *,
        qty: str | None = None,
        price: str | None = None,
        reduce_only: bool = False,
        activate: str | None = None,
        callback: str | None = None,
        by: WorkingType = WorkingType.CONTRACT_PRICE,
        protect: bool = False,
        tif: Tif | None = None,
        leg: PositionSide = PositionSide.BOTH,
        client_id: str | None = None,
    ) -> AlgoOrder:
        """Place a conditional order; without a quantity it closes the position."""
        return self.exchange.place_algo(
            self.account,
            AlgoSpec(
                symbol=BTCUSDT,
                side=side,
                type=kind,
                trigger_price=None if trigger is None else Decimal(trigger),
                qty=None if qty is None else Decimal(qty),
                close_position=qty is None,
                price=None if price is None else Decimal(price),
                reduce_only=reduce_only,
                activate_price=None if activate is None else Decimal(activate),
                callback_rate=None if callback is None else Decimal(callback),
                working_type=by,
                price_protect=protect,
                tif=tif,
                position_side=leg,
                client_algo_id=client_id,
            ),
        )

    def stop(self, side: Side, trigger: str, *, qty: str | None = None) -> AlgoOrder:
        return self.algo(OrderType.STOP_MARKET, side, trigger, qty=qty)

    def target(self, side: Side, trigger: str, *, qty: str | None = None) -> AlgoOrder:
        return self.algo(OrderType.TAKE_PROFIT_MARKET, side, trigger, qty=qty)

    def isolate(self, leverage: int = 20) -> None:
        self.exchange.set_margin_type(self.account, BTCUSDT, MarginType.ISOLATED)
        self.exchange.set_leverage(self.account, BTCUSDT, leverage)
        self.events.clear()

    def hedge(self) -> None:
        self.exchange.set_position_mode(self.account, dual_side=True)

    def position(self, leg: PositionSide = PositionSide.BOTH, symbol: str = BTCUSDT) -> Position:
        return self.account.position(symbol, leg)

    def refuses(self, code: int) -> "pytest.RaisesExc[Refusal]":
        """Expect a refusal with this code."""
        return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def words(event: UserEvent) -> str:
    """Say an event in a few words."""
    match event:
        case TradeHinted(trade=trade):
            return f"LITE {trade.qty}@{trade.price}"
        case OrderUpdated(order=order, execution=execution):
            reason = f" er={order.expiry_reason}" if order.expiry_reason != "0" else ""
            return f"{execution} {order.status} {order.executed}/{order.qty}{reason}"
        case AccountUpdated(reason=reason, positions=positions):
            amounts = [f" {view.position.amount}" for view in positions]
            return f"ACCOUNT {reason}{''.join(amounts)}"
        case AlgoUpdated(algo=algo):
            return f"{algo.type} {algo.status}"
        case ConfigUpdated():
            return f"CONFIG {event.leverage or event.multi_assets}"
        case MarginCalled(positions=positions):
            return f"MARGIN_CALL {len(positions)}"
        case _:
            raise AssertionError(f"no words for {event}")
