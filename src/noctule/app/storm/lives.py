"""The processes of a storm, one after the other: started, killed, asked to leave, started anew."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from noctule.adapters.binance.transport.road import Transport
from noctule.app.storm.home import config_at, write_ini
from noctule.app.storm.jury import Jury
from noctule.app.storm.life import Life, Place
from noctule.app.storm.road import StormRoad
from noctule.app.storm.scene import Scene, Violation
from noctule.domain.errors import ConfigError, VenueError
from noctule.domain.events.base import Event

__all__ = ["Lives"]

_AGAIN_MS: Final = 10_000  # what a service manager waits after an end that nobody wanted
_CORRECTED_MS: Final = 60_000  # what an owner needs to correct a configuration
_TRADING: Final = "TRADING"


class Lives:
    """Keeps one process alive until the end; each begins with what the one before had written."""

    def __init__(  # noqa: PLR0913  # whom they live among
        self,
        scene: Scene,
        folder: Path,
        inside: Transport,
        *,
        jury: Jury,
        hear: Callable[[Event], None],
        tell: Callable[[Violation], None],
        calm_ms: int,
        clear_disk: Callable[[], Callable[[], None]],
    ) -> None:
        self._scene, self._folder, self._inside = scene, folder, inside
        self._jury, self._hear, self._tell = jury, hear, tell
        self._calm_ms, self._clear_disk = calm_ms, clear_disk
        self.count = 0
        self._homes = 1
        self._down_ms = 0
        self._symbols: Sequence[str] = scene.story.symbols
        self._is_over = False
        home = self._home()
        home.mkdir()
        write_ini(home)

    async def go_on(self) -> None:
        """Let one process follow another, until `end`."""
        while not self._is_over:
            life = self._begin()
            failure = await self._lived(life)
            self._scene.life = None
            self._jury.died(life)
            if life.is_dead:
                await life.buried()
            elif failure is not None:
                self._judge(failure)
            if not self._is_over:
                await self._scene.clock.sleep_ms(self._down_ms)

    async def end(self) -> None:
        """Let the last process leave in order."""
        self._is_over = True
        if self._scene.life is not None:
            self._scene.life.bot.stop.ask("the storm is over")

    def crash(self, down_ms: int) -> None:
        """Let the process die here and now."""
        life = self._scene.life
        if life is None or life.is_dead or life.task.done():
            return
        self._down_ms = down_ms
        self._homes += 1
        fill_again = self._clear_disk()
        life.die(self._home())
        fill_again()

    def restart(self, down_ms: int) -> None:
        """Ask the process to leave; another follows."""
        life = self._scene.life
        if life is not None and not life.is_dead:
            self._down_ms = down_ms
            life.bot.stop.ask("a restart")

    def _begin(self) -> Life:
        self.count += 1
        self._down_ms = _AGAIN_MS
        scene, home = self._scene, self._home()
        place = Place(
            home=home,
            symbols=self._symbols,
            config=config_at(home, scene.story, symbols=self._symbols, calm_ms=self._calm_ms),
            road=StormRoad(
                self._inside,
                way_ms=scene.story.way_ms,
                random=scene.story.dice(f"way of life {self.count}"),
            ),
            clock=scene.clock,
            wall=scene.wall,
            random=scene.story.dice(f"jitter of life {self.count}"),
        )
        scene.life = life = Life(place, hear=self._hear)
        self._jury.born(life)
        return life

    async def _lived(self, life: Life) -> Exception | None:
        """Wait until it has ended, and return what it ended by."""
        await life.end
        return None if life.is_dead else life.task.result()

    def _judge(self, failure: Exception) -> None:
        """Start anew after what may happen to a sound bot; all else is a bug."""
        if isinstance(failure, VenueError):
            return
        if isinstance(failure, ConfigError):
            self._correct()
            return
        told = f"the process ended with {failure!r}"
        self._tell(Violation(at_ms=self._scene.now_ms, rule="life", text=told))

    def _correct(self) -> None:
        """Let the owner leave out what cannot be traded, and take back what he wrote."""
        rules = self._scene.exchange.venue.exchange.rules
        tradable = [each for each in self._scene.story.symbols if rules[each].status == _TRADING]
        self._symbols = tradable or self._scene.story.symbols
        self._down_ms = _CORRECTED_MS
        fill_again = self._clear_disk()
        write_ini(self._home())
        fill_again()

    def _home(self) -> Path:
        return self._folder / f"home-{self._homes}"
