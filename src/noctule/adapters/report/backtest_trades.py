"""The list of trades as the page carries it: columns, every word once, money as exact text."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from noctule.adapters.report.backtest_outcomes import adverse_share, favourable_share
from noctule.domain.values import plain_text
from noctule.performance.records import TradeRecord

__all__ = ["LISTED_MAX", "trade_columns"]

LISTED_MAX: Final = 20_000  # what a browser sorts without a pause

_WORDS: Final[Mapping[str, Callable[[TradeRecord], str]]] = {
    "symbol": lambda trade: trade.symbol,
    "strategy": lambda trade: trade.strategy,
    "direction": lambda trade: trade.direction.value,
    "exit_reason": lambda trade: trade.exit_reason.value,
    "reason": lambda trade: trade.reason,
}
_AMOUNTS: Final[Mapping[str, Callable[[TradeRecord], Decimal | None]]] = {
    "quantity": lambda trade: trade.quantity,
    "entry": lambda trade: trade.entry_price,
    "exit": lambda trade: trade.exit_price,
    "stop": lambda trade: trade.stop,
    "target": lambda trade: trade.target,
    "gross": lambda trade: trade.gross_pnl,
    "fees": lambda trade: trade.fees,
    "funding": lambda trade: trade.funding,
    "slippage": lambda trade: trade.slippage,
    "net": lambda trade: trade.net_pnl,
}
_NUMBERS: Final[Mapping[str, Callable[[TradeRecord], int | float | None]]] = {
    "number": lambda trade: trade.number,
    "opened_ms": lambda trade: trade.opened_ms,
    "closed_ms": lambda trade: trade.closed_ms,
    "candles": lambda trade: trade.candles,
    "is_ambiguous": lambda trade: trade.is_ambiguous,
    "r": lambda trade: round(float(trade.net_pnl / trade.risk), 6) if trade.risk else None,
    "mae": lambda trade: round(100 * adverse_share(trade), 4),
    "mfe": lambda trade: round(100 * favourable_share(trade), 4),
}


def trade_columns(trades: Sequence[TradeRecord]) -> tuple[dict[str, object], dict[str, list[str]]]:
    """Return the columns, and for those of words what their numbers stand for."""
    listed = trades[:LISTED_MAX]
    words = {name: list(dict.fromkeys(map(word, listed))) for name, word in _WORDS.items()}
    columns: dict[str, object] = {}
    for name, number in _NUMBERS.items():
        columns[name] = [number(trade) for trade in listed]
    for name, amount in _AMOUNTS.items():
        columns[name] = [_text(amount(trade)) for trade in listed]
    for name, word in _WORDS.items():
        places = {text: place for place, text in enumerate(words[name])}
        columns[name] = [places[word(trade)] for trade in listed]
    return columns, words


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else plain_text(amount)
