"""What the bot believes that it holds and has resting, read from its own books."""

from collections.abc import Iterator

from noctule.app.bot import TradingBot
from noctule.domain.values import Symbol
from tests.fakes.hands_exchange import HandsExchange

__all__ = ["differences", "is_at_rest"]


def is_at_rest(bot: TradingBot) -> bool:
    """Tell whether the bot owes nothing and waits for nothing."""
    return bot.trading.desk.is_quiet and bot.trading.lanes.is_idle


def differences(bot: TradingBot, exchange: HandsExchange) -> Iterator[str]:
    """Say where the bot's book is not the exchange's."""
    book = bot.trading.book
    for symbol in map(Symbol, exchange.protocol.venue.exchange.rules):
        held = exchange.amount(symbol)
        ours, told = book.position(symbol), book.reported(symbol)
        if ours.signed_quantity != held:
            yield f"holds {held:f} {symbol}, its fills say {ours.signed_quantity:f}"
        if told.signed_quantity != held:
            yield f"holds {held:f} {symbol}, what it was told says {told.signed_quantity:f}"
        resting = {name for name in exchange.resting(symbol) if name.startswith("noc-")}
        believed = set(_believed(bot, symbol))
        if resting != believed:
            yield f"{symbol}: {sorted(resting)} rest, and it believes in {sorted(believed)}"


def _believed(bot: TradingBot, symbol: Symbol) -> Iterator[str]:
    bracket = bot.trading.desk.brackets.get(symbol)
    if bracket is not None:
        yield from (ticket.name for ticket in bracket._state.working())
