"""A stop goes last: whatever is to take its place rests before it is taken out."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked
from noctule.app.storm.promises.holdings import OURS
from noctule.app.storm.promises.meddling import Meddling
from noctule.app.storm.scene import Rule, Scene, Violation, is_covered
from noctule.domain.values import Symbol

__all__ = ["OldStopGoesLast"]

_ALGO_ORDER: Final = "/fapi/v1/algoOrder"


class OldStopGoesLast(Rule):
    """The bot never takes out the only stop of a position that it believes to hold."""

    name = "the old stop goes last"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._guarded: str | None = None  # the symbol of the request in hand, if all of it is
        self._meddling = Meddling(scene)  # what others add is not what it was to guard

    @override
    def asking(self, asked: Asked) -> None:
        self._guarded = None
        name = asked.sent.get("clientAlgoId", "")
        if asked.method != "DELETE" or asked.path != _ALGO_ORDER or not name.startswith(OURS):
            return
        symbol = next(
            (each for each in self.scene.story.symbols if name in self.scene.resting(each)), None
        )
        if symbol is not None and self._is_believed_in(symbol) and self._is_covered(symbol):
            self._guarded = symbol

    @override
    def told(self, event: UserEvent) -> None:
        self._meddling.told(event)

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        symbol, self._guarded = self._guarded, None
        if symbol is not None and not (self._meddling.is_recent or self._is_covered(symbol)):
            self.broken(f"{symbol}: {asked.sent.get('clientAlgoId')} was its only stop")

    def _is_believed_in(self, symbol: str) -> bool:
        life = self.scene.life
        amount = self.scene.amount(symbol)
        if life is None or not life.is_running or not amount:
            return False
        return life.bot.trading.desk.held(Symbol(symbol)).signed_quantity == amount

    def _is_covered(self, symbol: str) -> bool:
        return is_covered(self.scene.account, symbol, self.scene.amount(symbol))
