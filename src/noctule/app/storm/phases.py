"""Where each symbol's trade is: what something that goes wrong is counted under."""

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.messages import Response
from noctule.app.storm.exchange import Asked, Watcher
from noctule.app.storm.scene import Phase, Scene, is_covered
from noctule.app.storm.story import Step

__all__ = ["Phases"]

_GRAVEST = (Phase.NAKED, Phase.ENTERING, Phase.LEAVING, Phase.HELD, Phase.FLAT)


class Phases(Watcher):
    """Follows what is asked for; what is held is read from the account itself."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._entering: set[str] = set()
        self._leaving: set[str] = set()

    @override
    def asking(self, asked: Asked) -> None:
        step = asked.step
        if step is Step.ENTRY:
            self._entering.add(asked.sent["symbol"])
        elif step is Step.EXIT:
            self._leaving.add(asked.sent["symbol"])

    @override
    def answered(self, asked: Asked, response: Response) -> None:
        if response.status == 400 and asked.step is Step.ENTRY:
            self._entering.discard(asked.sent["symbol"])

    @override
    def told(self, event: UserEvent) -> None:
        for symbol in [*self._entering, *self._leaving]:
            if self._scene.amount(symbol):
                self._entering.discard(symbol)
            else:
                self._leaving.discard(symbol)

    def of(self, symbol: str | None) -> Phase:
        """Return where it is with one symbol, or with the one for which it is gravest."""
        scene = self._scene
        if scene.life is None:
            return Phase.DOWN
        if not scene.life.is_running:
            return Phase.STARTING
        if symbol in scene.story.symbols:
            return self._phase(symbol)
        found = {self._phase(each) for each in scene.story.symbols}
        return next(each for each in _GRAVEST if each in found)

    def _phase(self, symbol: str) -> Phase:
        amount = self._scene.amount(symbol)
        if not amount:
            return Phase.ENTERING if symbol in self._entering else Phase.FLAT
        if symbol in self._leaving:
            return Phase.LEAVING
        return Phase.HELD if is_covered(self._scene.account, symbol, amount) else Phase.NAKED
