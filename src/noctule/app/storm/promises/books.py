"""What the bot believes is what is so."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.promises.excuses import THROTTLED, banned_ms
from noctule.app.storm.promises.holdings import OURS
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.trading import Trading
from noctule.domain.values import Symbol

__all__ = ["BooksAgree"]

_EVERY_MS: Final = 10_000
_QUIET_MS: Final = 5_000  # since the last event of the account: nothing is on its way
_TIMES_MAX: Final = 12  # twice as long as the bot takes to compare the books itself


class BooksAgree(Rule):
    """A difference is found and mended within two minutes, and there is none in the end."""

    name = "books agree"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._next_ms = self._told_ms = self._banned_until_ms = 0
        self._seen = Counter[str]()  # differences, and how often each was seen without a break

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._seen.clear()

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if response.status in THROTTLED:
            self._banned_until_ms = self.scene.now_ms + banned_ms(response)

    @override
    def told(self, event: UserEvent) -> None:
        self._told_ms = self.scene.now_ms

    @override
    def died(self, life: Life) -> None:
        self._seen.clear()

    @override
    def look(self) -> None:
        if self.scene.now_ms < self._next_ms:
            return
        self._next_ms = max(self.scene.now_ms, self._banned_until_ms) + _EVERY_MS
        self._seen = Counter({each: self._seen[each] + 1 for each in self._differences()})
        for each, times in self._seen.items():
            if times == _TIMES_MAX:
                self.broken(f"for two minutes: {each}")

    @override
    def calm(self) -> None:
        life = self.scene.life
        if life is None or not life.is_running:
            return
        is_quiet = self.scene.now_ms - self._told_ms >= _QUIET_MS
        for each in self._differences():
            if is_quiet or self._seen[each]:
                self.broken(each)

    def _differences(self) -> Iterator[str]:
        life = self.scene.life
        if life is None or not life.is_running:
            return
        trading = life.bot.trading
        for symbol in self.scene.story.symbols:
            yield from self._positions_differ(trading, Symbol(symbol))
            yield from self._orders_differ(trading, Symbol(symbol))
        if trading.book.wallet != self.scene.account.wallet:
            yield f"the wallet is {self.scene.account.wallet:f}, not {trading.book.wallet:f}"

    def _positions_differ(self, trading: Trading, symbol: Symbol) -> Iterator[str]:
        held = self.scene.amount(symbol)
        by_fills = trading.book.position(symbol).signed_quantity
        reported = trading.book.reported(symbol).signed_quantity
        if by_fills != held:
            yield f"{symbol}: {held:f} is held, its fills say {by_fills:f}"
        if reported != held:
            yield f"{symbol}: {held:f} is held, what it was told says {reported:f}"

    def _orders_differ(self, trading: Trading, symbol: Symbol) -> Iterator[str]:
        resting = {name for name in self.scene.resting(symbol) if name.startswith(OURS)}
        believed = {
            str(ticket.name)
            for ticket in trading.desk.blotter.live()
            if ticket.request.symbol == symbol
        }
        if resting != believed:
            yield f"{symbol}: {sorted(resting)} rest, it believes in {sorted(believed)}"
