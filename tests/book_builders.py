"""Accounts of a few words, as the book hears of them."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from noctule.domain.position import AccountSnapshot, Balance, Fill, Position
from noctule.domain.values import Side, Symbol, quote
from noctule.positions.account_book import AccountBook
from noctule.positions.portfolio import Portfolio
from tests.builders import BTCUSDT, START_MS, fill, position

__all__ = ["ETHUSDT", "begun", "held", "portfolio", "snapshot", "traded", "usdt"]

ETHUSDT = Symbol("ETHUSDT")
NONE: frozenset[Symbol] = frozenset()


def usdt(wallet: str, available: str | None = None) -> Balance:
    return Balance(asset="USDT", wallet=quote(wallet), available=quote(available or wallet))


def snapshot(*positions: Position, wallet: str = "1000", after_ms: int = 0) -> AccountSnapshot:
    return AccountSnapshot(
        at_ms=START_MS + after_ms, balances=(usdt(wallet),), positions=tuple(positions)
    )


def held(
    quantity: str = "0", entry: str | None = None, after_ms: int = 0, *, symbol: Symbol = BTCUSDT
) -> Position:
    return replace(position(quantity, entry), symbol=symbol, updated_ms=START_MS + after_ms)


def traded(
    quantity: str = "0.010", side: Side = Side.BUY, at: str = "60000", *, after_ms: int = 0
) -> Fill:
    return fill(side=side, quantity=quantity, price=at, at_ms=START_MS + after_ms)


def begun(*positions: Position, wallet: str = "1000") -> AccountBook:
    book = AccountBook("USDT")
    book.take(snapshot(*positions, wallet=wallet))
    return book


def portfolio(
    book: AccountBook,
    in_flight: Mapping[Symbol, Decimal] | None = None,
    ours: frozenset[Symbol] = NONE,
    *,
    after_ms: int = 100,
) -> Portfolio:
    return book.portfolio(at_ms=START_MS + after_ms, in_flight=in_flight or {}, ours=ours)
