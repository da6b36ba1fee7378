"""No position of the bot is without a stop for longer than it was told."""

from collections.abc import Callable

from typing_extensions import override

from noctule.app.storm.promises.standing import Standing, round_trip_ms
from noctule.app.storm.scene import Scene, Violation, is_covered

__all__ = ["NeverNaked"]


class NeverNaked(Standing):
    """Within the limit a stop guards it, or it is closed."""

    name = "never naked"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._round_trip_ms = round_trip_ms(scene)
        self._naked_ms = 0  # the longest that any bracket was told

    @property
    @override
    def limit_ms(self) -> int:
        life = self.scene.life
        if life is not None and life.is_made:
            self._naked_ms = max(self._naked_ms, life.bot.trading.desk.settings.patience.naked_ms)
        return (self._naked_ms or 2_000) + self._round_trip_ms

    @override
    def stands(self, symbol: str) -> str | None:
        if not self.holdings.is_ours(symbol):
            return None
        amount = self.scene.amount(symbol)
        if not amount or is_covered(self.scene.account, symbol, amount):
            return None
        return f"{amount:f} without a stop"
