"""The simulated exchange across a counter: the bot's ports with neither bytes nor waiting between.

The same exchange is reached over sockets, through its protocol and the bot's adapter; what the
bot asks and hears is the same there and here, which a test holds against each other.
"""

from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.exchange import Exchange
from noctule.app.backtest.account_events import AccountEvents
from noctule.app.backtest.executor import CounterExecutor
from noctule.app.backtest.setup import CounterSetup
from noctule.app.backtest.venue import CounterVenue
from noctule.domain.events.base import OrderEvent

__all__ = ["ExchangeDesk"]


class ExchangeDesk:
    """Every call of its ports ends without suspending: `coroutine.send(None)` is the answer.

    The exchange's listener must be `told.hear`. Usage:

        told = AccountEvents()
        exchange = Exchange(rules, fills=fills, random=random, start_ms=0, listener=told.hear)
        desk = ExchangeDesk(exchange, exchange.open_account(...), told)
        desk.begin()
        events = desk.take()
    """

    def __init__(self, exchange: Exchange, account: Account, told: AccountEvents) -> None:
        self.account = account
        self.executor = CounterExecutor(exchange, account)
        self.venue = CounterVenue(exchange, account)
        self.setup = CounterSetup(exchange, account)
        self._told = told

    def begin(self) -> None:
        """Tell the whole account; whatever happens to it from here on is told after that."""
        self._told.begin(self.account, replace(self.venue.taken(), marks={}))

    def take(self) -> list[OrderEvent]:
        """Return what was told since this was asked last, oldest first."""
        return self._told.take()
