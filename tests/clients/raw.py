"""Binance's own JSON, brought to the story's words, for the clients that hand it out as it came."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.clients.client import Account, Heard, Leg, Market, Order, Waiting
from tests.clients.figures import SYMBOL, Fill

__all__ = [
    "Json",
    "account_of",
    "hear",
    "legs_of",
    "market_of",
    "order_of",
    "position_of",
    "summed",
    "waiting_of",
    "wallet_of",
]

Json = Mapping[str, Any]


def market_of(symbols: Iterable[Json], *, best: Json, mark: Json, candle: Sequence[Any]) -> Market:
    """Read the market from exchangeInfo's symbols, bookTicker, premiumIndex and a kline."""
    (symbol,) = [row for row in symbols if row["symbol"] == SYMBOL]
    filters = {row["filterType"]: row for row in symbol["filters"]}
    return Market(
        tick=Decimal(filters["PRICE_FILTER"]["tickSize"]),
        step=Decimal(filters["LOT_SIZE"]["stepSize"]),
        bid=Decimal(best["bidPrice"]),
        ask=Decimal(best["askPrice"]),
        mark=Decimal(mark["markPrice"]),
        last_close=Decimal(candle[4]),
    )


def account_of(rates: Json, *, mode: Json, config: Json) -> Account:
    """Read the account from commissionRate, positionSide/dual and a row of symbolConfig."""
    return Account(
        maker_rate=Decimal(rates["makerCommissionRate"]),
        taker_rate=Decimal(rates["takerCommissionRate"]),
        is_hedged=mode["dualSidePosition"],
        leverage=config["leverage"],
        margin_type=config["marginType"],
    )


def wallet_of(rows: Iterable[Json]) -> Decimal:
    """Read the wallet from the rows of balance."""
    (row,) = [row for row in rows if row["asset"] == "USDT"]
    return Decimal(row["balance"])


def position_of(rows: Iterable[Json]) -> tuple[Decimal, Decimal] | None:
    """Read amount and entry price from the rows of positionRisk."""
    for row in rows:
        if Decimal(row["positionAmt"]):
            return Decimal(row["positionAmt"]), Decimal(row["entryPrice"])
    return None


def legs_of(rows: Iterable[Json]) -> dict[str, Leg]:
    """Read both sides of a hedged position from the rows of positionRisk."""
    return {
        row["positionSide"]: Leg(
            amount=Decimal(row["positionAmt"]),
            entry=Decimal(row["entryPrice"]),
            wallet=Decimal(row["isolatedWallet"]),
            liquidation=Decimal(row["liquidationPrice"]).quantize(Decimal("0.01")),
        )
        for row in rows
        if Decimal(row["positionAmt"])
    }


def order_of(answer: Json) -> Order:
    """Read a regular order."""
    return Order(
        id=str(answer["orderId"]),
        client_id=answer["clientOrderId"],
        status=answer["status"],
        type=answer["type"],
        filled=Decimal(answer["executedQty"]),
        price=Decimal(answer["price"]),
        average=Decimal(answer["avgPrice"]) if "avgPrice" in answer else None,
    )


def waiting_of(answer: Json) -> Waiting:
    """Read a conditional order."""
    return Waiting(
        id=str(answer["algoId"]),
        client_id=answer["clientAlgoId"],
        status=answer["algoStatus"],
        type=answer["orderType"],
        trigger=Decimal(answer["triggerPrice"]),
    )


def summed(rows: Iterable[Json], column: str) -> Decimal:
    """Return the sum of a column."""
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def hear(events: Sequence[Json]) -> Heard:
    """Read what user events tell."""
    orders = [event["o"] for event in events if event["e"] == "ORDER_TRADE_UPDATE"]
    algos = [event["o"] for event in events if event["e"] == "ALGO_UPDATE"]
    balances = [
        row for event in events if event["e"] == "ACCOUNT_UPDATE" for row in event["a"]["B"]
    ]
    return Heard(
        fills=[_fill(order) for order in orders if order["x"] == "TRADE"],
        orders={order["c"]: order["X"] for order in orders},
        algos={algo["caid"]: algo["X"] for algo in algos},
        wallet=Decimal(balances[-1]["wb"]) if balances else None,
        names=[_name(event) for event in events],
    )


def _fill(order: Json) -> Fill:
    return Fill(
        quantity=Decimal(order["l"]),
        price=Decimal(order["L"]),
        fee=Decimal(order["n"]),
        profit=Decimal(order["rp"]),
        is_maker=order["m"],
    )


def _name(event: Json) -> str:
    """Return an event's type; of an order also what happened, of a conditional one its state."""
    match event:
        case {"e": "ORDER_TRADE_UPDATE", "o": {"x": execution}}:
            return f"ORDER_TRADE_UPDATE {execution}"
        case {"e": "ALGO_UPDATE", "o": {"X": status, "caid": client_id}}:
            return f"ALGO_UPDATE {client_id} {status}"
        case _:
            return str(event["e"])
