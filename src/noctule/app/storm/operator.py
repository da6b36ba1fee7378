"""The bot's owner at its controls: commands, the kill switch, stops moved, settings changed."""

from collections.abc import Callable, Coroutine
from typing import Final

from noctule.app.storm.disk import Disk
from noctule.app.storm.home import KILL_SWITCH, STRATEGY, write_ini
from noctule.app.storm.life import Life
from noctule.app.storm.scene import Scene
from noctule.app.storm.story import OperatorDeed, Reload
from noctule.domain.commands import (
    AnyCommand,
    CancelAll,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    Pause,
    Resume,
)
from noctule.domain.events.desk import StopMoveRequested
from noctule.domain.values import Price, Symbol

__all__ = ["Operator"]

_WHO, _WHERE = "owner", "storm"


class Operator:
    """Does what he does at the worst moments; what the bot refuses him is not done."""

    def __init__(
        self,
        scene: Scene,
        disk: Disk,
        *,
        beside: Callable[[Coroutine[object, object, object]], None],
    ) -> None:
        self._scene, self._disk, self._beside = scene, disk, beside

    def do(self, deed: OperatorDeed, symbol: str) -> None:
        """Do it, if there is a process that would hear of it."""
        if deed in (OperatorDeed.KILL_SWITCH, OperatorDeed.NO_KILL_SWITCH):
            self._kill_switch(stands=deed is OperatorDeed.KILL_SWITCH)
            return
        life = self._scene.life
        if life is None or not life.is_running:
            return
        if deed is OperatorDeed.MOVE_STOP:
            self._move_stops(life)
        else:
            self._beside(life.bot.control.submit(_command(deed, symbol)))

    def _move_stops(self, life: Life) -> None:
        """Let every stop follow the price, half of the way."""
        exchange = self._scene.exchange.venue.exchange
        for symbol, bracket in life.bot.trading.desk.brackets.items():
            mark, tick = exchange.quote(symbol).mark, exchange.rules[symbol].tick
            wanted = StopMoveRequested(
                at_ms=self._scene.clock.now_ms(),
                trace=bracket.plan.trace,
                symbol=symbol,
                stop=Price((bracket.stop + mark) / 2 // tick * tick),
                reason="it follows the price",
            )
            self._beside(life.bot.bus.publish(wanted))

    def _kill_switch(self, *, stands: bool) -> None:
        if self._scene.life is None or self._disk.is_full:
            return
        file = self._scene.life.place.home / KILL_SWITCH
        if stands:
            file.touch()
        else:
            file.unlink(missing_ok=True)

    def reload(self, trouble: Reload) -> None:
        """Write a setting into the file, and have the bot read it."""
        life = self._scene.life
        if life is not None and not self._disk.is_full:
            write_ini(life.place.home, (trouble.setting, trouble.value))
            life.bot.reload()


def _command(deed: OperatorDeed, symbol: str) -> AnyCommand:
    match deed:
        case OperatorDeed.FLATTEN_ONE:
            return Flatten(actor=_WHO, origin=_WHERE, symbol=Symbol(symbol))
        case OperatorDeed.DISABLE:
            return DisableStrategy(actor=_WHO, origin=_WHERE, strategy=STRATEGY)
        case OperatorDeed.ENABLE:
            return EnableStrategy(actor=_WHO, origin=_WHERE, strategy=STRATEGY)
        case _:
            return _PLAIN[deed](actor=_WHO, origin=_WHERE)


_PLAIN: Final[dict[OperatorDeed, Callable[..., AnyCommand]]] = {
    OperatorDeed.PAUSE: Pause,
    OperatorDeed.RESUME: Resume,
    OperatorDeed.FLATTEN: Flatten,
    OperatorDeed.CANCEL: CancelAll,
}
