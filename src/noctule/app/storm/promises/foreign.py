"""What is not the bot's is left alone, and nothing is entered beside it."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.promises.hearing import Hearing
from noctule.app.storm.promises.holdings import OURS, Holdings, symbol_of
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.story import Step

__all__ = ["ForeignIsLeftAlone"]

_KNOWN_MS: Final = 5_000  # until the bot has heard of it, and what it had sent has arrived
_NAMES: Final = ("origClientOrderId", "clientAlgoId")
_ALL_OF_A_SYMBOL: Final = ("/fapi/v1/allOpenOrders", "/fapi/v1/algoOpenOrders")
_OF_A_POSITION: Final = (Step.STOP, Step.TARGET, Step.EXIT)


class ForeignIsLeftAlone(Rule):
    """No order of the owner's is cancelled, no position of his closed, and none entered there."""

    name = "foreign is left alone"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._holdings = Holdings()
        self._hearing = Hearing(scene)
        self._foreign_ms: dict[str, int] = {}  # since when something of his is there
        self._changed: set[str] = set()

    @override
    def told(self, event: UserEvent) -> None:
        self._holdings.told(event)
        symbol = symbol_of(event)
        if symbol is not None:
            self._changed.add(symbol)

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._hearing.befallen(subject)
        self._begin_anew()  # whatever was to tell it may be lost

    @override
    def born(self, life: Life) -> None:
        self._begin_anew()

    @override
    def look(self) -> None:
        if self._changed:
            self._see()
        if self._foreign_ms:
            self._mind_start()

    @override
    def asking(self, asked: Asked) -> None:
        if asked.method == "GET":
            return
        if self._changed:
            self._see()
        if self._foreign_ms:
            self._mind_start()
        if asked.method == "POST":
            self._judge_order(asked)
        elif "rder" in asked.path:
            self._judge_cancel(asked)

    def _mind_start(self) -> None:
        """Let nothing count before a process has taken over what there is."""
        life = self.scene.life
        if life is None or not life.is_running:
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._foreign_ms = dict.fromkeys(self._foreign_ms, self.scene.now_ms)

    def _see(self) -> None:
        for symbol in self._changed:
            if self._is_foreign(symbol):
                self._foreign_ms.setdefault(symbol, self.scene.now_ms)
            else:
                self._foreign_ms.pop(symbol, None)
        self._changed.clear()

    def _is_foreign(self, symbol: str) -> bool:
        """Tell whether a position or an order there is his, beside none of the bot's."""
        if self._holdings.held(symbol):
            return not self._holdings.is_ours(symbol)
        return len(self.scene.ours(symbol)) < len(self.scene.resting(symbol))

    def _judge_order(self, asked: Asked) -> None:
        symbol, step = asked.sent.get("symbol", ""), asked.step
        since_ms = self._foreign_ms.get(symbol)
        if since_ms is None or self.scene.now_ms - since_ms < _KNOWN_MS:
            return
        if self._hearing.may_be_deaf:
            return
        if step is Step.ENTRY:
            self.broken(f"{symbol} is entered beside what is foreign: {self._told(symbol)}")
        elif step in _OF_A_POSITION and self._holdings.held(symbol):
            self.broken(f"{symbol}: a {step} is sent for what is foreign: {self._told(symbol)}")

    def _judge_cancel(self, asked: Asked) -> None:
        if asked.path in _ALL_OF_A_SYMBOL:
            symbol = asked.sent["symbol"]
            theirs = set(self.scene.resting(symbol)) - set(self.scene.ours(symbol))
            if theirs:
                self.broken(f"{symbol}: {sorted(theirs)} are cancelled with all others")
            return
        name = next((asked.sent[each] for each in _NAMES if each in asked.sent), None)
        name = self._name_of(asked) if name is None else name
        if name is not None and not name.startswith(OURS):
            self.broken(f"{name} is cancelled, which is none of ours")

    def _name_of(self, asked: Asked) -> str | None:
        account = self.scene.account
        order = account.orders.get(int(asked.sent.get("orderId", 0)))
        algo = account.algos.get(int(asked.sent.get("algoId", 0)))
        if order is not None:
            return order.client_id
        return None if algo is None else algo.client_algo_id

    def _told(self, symbol: str) -> str:
        return f"{self._holdings.held(symbol):f} is held, {self.scene.resting(symbol)} rest"
