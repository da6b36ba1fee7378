"""How the bot asks: not faster than anybody who thinks, and never where it was told to stop."""

from collections import deque
from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.faults import Fault
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.promises.excuses import request_fault
from noctule.app.storm.promises.holdings import OURS
from noctule.app.storm.promises.refusals import refused
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.story import ShockKind

__all__ = ["NeverTooOften", "NoHammering", "OrdersFitTheirContract"]

_ORDERS_AT_ONCE: Final = 16
_AT_ONCE_MS: Final = 200
_THROTTLED: Final = (418, 429)
_ON_THEIR_WAY_MS: Final = 5_000  # what left before the answer was here, and its time-out

# Refusals of what does not fit a contract: price, quantity, their precision, the notional.
_UNFIT: Final = frozenset({-1013, -1111, -4003, -4004, -4005, -4013, -4014, -4023, -4164})
_READ_EVERY_MS: Final = 61 * 60_000  # how long an old contract may be believed in


class NoHammering(Rule):
    """Orders of one symbol leave one after the other, with thought between them."""

    name = "no hammering"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._sent_ms: dict[str, deque[int]] = {}

    @override
    def asking(self, asked: Asked) -> None:
        if not asked.is_order:
            return
        symbol, now_ms = asked.sent["symbol"], self.scene.now_ms
        sent = self._sent_ms.setdefault(symbol, deque(maxlen=_ORDERS_AT_ONCE))
        sent.append(now_ms)
        if len(sent) == _ORDERS_AT_ONCE and now_ms - sent[0] < _AT_ONCE_MS:
            self.broken(f"{_ORDERS_AT_ONCE} orders of {symbol} in {now_ms - sent[0]} ms")
            sent.clear()


class NeverTooOften(Rule):
    """The exchange never has to say that it was asked too much, unless the storm made it say so."""

    name = "never too often"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._is_befallen = False  # the request in hand
        self._excused_until_ms = -1  # of a process that has not heard of it yet

    @override
    def asking(self, asked: Asked) -> None:
        self._is_befallen = False

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._is_befallen = self._is_befallen or request_fault(subject)

    @override
    def born(self, life: Life) -> None:
        self._excused_until_ms = self.scene.now_ms + _ON_THEIR_WAY_MS

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if response.status not in _THROTTLED:
            return
        now_ms = self.scene.now_ms
        if self._is_befallen:
            self._excused_until_ms = max(self._excused_until_ms, now_ms + _ON_THEIR_WAY_MS)
        elif now_ms > self._excused_until_ms:
            self.broken(f"{asked.method} {asked.path} was answered with {response.status}")
            self._excused_until_ms = now_ms + _ON_THEIR_WAY_MS


class OrdersFitTheirContract(Rule):
    """No order is refused for its price or its quantity."""

    name = "orders fit their contract"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._is_befallen = False
        self._changes_ms = {
            symbol: tuple(
                each.at_ms
                for each in scene.story.shocks
                if each.kind is ShockKind.RULES and each.symbol == symbol
            )
            for symbol in scene.story.symbols
        }

    @override
    def asking(self, asked: Asked) -> None:
        self._is_befallen = False
        if asked.is_order:
            name = asked.sent.get("newClientOrderId") or asked.sent.get("clientAlgoId") or ""
            if not name.startswith(OURS):
                self.broken(f"an order of {asked.sent.get('symbol')} left without a name of ours")

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._is_befallen = self._is_befallen or request_fault(subject)

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if response.status == 200 or self._is_befallen or not asked.is_order:
            return
        why = refused(response)
        symbol = asked.sent["symbol"]
        is_unfit = why.code in _UNFIT and not self._has_changed(symbol)
        if is_unfit:
            self.broken(f"{symbol}: {why.code} {why.msg} ({_wish(asked)})")

    def _has_changed(self, symbol: str) -> bool:
        """Tell whether the bot may know another contract than there is."""
        now_ms = self.scene.now_ms
        return any(0 <= now_ms - at_ms < _READ_EVERY_MS for at_ms in self._changes_ms[symbol])


def _wish(asked: Asked) -> str:
    wanted = ("type", "side", "quantity", "price", "triggerPrice", "closePosition")
    return " ".join(f"{name}={asked.sent[name]}" for name in wanted if name in asked.sent)
