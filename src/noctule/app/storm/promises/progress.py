"""When all is well again the bot trades: to refuse for ever is a failure, too."""

from collections.abc import Callable, Iterator
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import OrderUpdated, UserEvent
from noctule.app.storm.promises.holdings import is_entry
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.domain.events.base import Event
from noctule.domain.events.desk import EntryRefused
from noctule.domain.events.signal import SignalRefused
from noctule.domain.signals import Reason
from noctule.domain.values import Symbol

__all__ = ["AllGoesOn"]

_LATELY_MS: Final = 8 * 60_000  # of the calm, after its owner has put all in order
_TRADING: Final = "TRADING"
# What may keep an entry off though nothing is wrong; each is caused by the account, or the owner.
_SOUND: Final = frozenset(
    {
        *("max_positions", "exposure", "notional", "margin", "size", "leverage", "lot"),
        *("correlation", "daily_loss", "drawdown", "losing_streak", "funding", "liquidation"),
    }
)


class AllGoesOn(Rule):
    """In the calm a process runs, and enters what its strategy wants, or says a sound reason."""

    name = "all goes on"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._entered_ms: dict[str, int] = {}
        self._refused: dict[Symbol, tuple[int, tuple[Reason, ...]]] = {}  # when last, and why

    @override
    def told(self, event: UserEvent) -> None:
        if isinstance(event, OrderUpdated) and is_entry(event.order.client_id):
            self._entered_ms[event.order.symbol] = self.scene.now_ms

    @override
    def heard(self, event: Event) -> None:
        if isinstance(event, SignalRefused | EntryRefused):
            self._refused[event.symbol] = (self.scene.now_ms, event.reasons)

    @override
    def calm(self) -> None:
        life = self.scene.life
        if life is None or not life.is_running:
            self.broken("no process trades")
            return
        rules = self.scene.exchange.venue.exchange.rules
        for symbol in life.traded:
            if rules[symbol].status == _TRADING:
                self._judge(symbol)

    def _judge(self, symbol: str) -> None:
        since_ms = self.scene.now_ms - _LATELY_MS
        if self.scene.amount(symbol) or self._entered_ms.get(symbol, 0) > since_ms:
            return
        at_ms, reasons = self._refused.get(Symbol(symbol), (0, ()))
        if at_ms <= since_ms:
            self.broken(f"{symbol} was neither entered nor refused for {_LATELY_MS // 60_000} min")
        elif unsound := [*_unsound(reasons)]:
            self.broken(f"{symbol} is refused still: {'; '.join(unsound)}")


def _unsound(reasons: tuple[Reason, ...]) -> Iterator[str]:
    return (f"{each.check}: {each.text}" for each in reasons if each.check not in _SOUND)
