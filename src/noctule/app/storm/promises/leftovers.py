"""No order of the bot stays where it holds nothing."""

from collections.abc import Iterator
from typing import Final

from typing_extensions import override

from noctule.app.storm.promises.holdings import OURS, is_entry
from noctule.app.storm.promises.standing import Standing

__all__ = ["NothingLeftOver"]

_LIMIT_MS: Final = 5_000


class NothingLeftOver(Standing):
    """What is left on a flat symbol, or on one that is the owner's, goes within five seconds."""

    name = "nothing left over"

    @property
    @override
    def limit_ms(self) -> int:
        return _LIMIT_MS

    @override
    def stands(self, symbol: str) -> str | None:
        if self.holdings.is_ours(symbol) and self.scene.amount(symbol):
            return None
        left = [*self._left(symbol)]
        return f"{left} rest where the bot holds nothing" if left else None

    def _left(self, symbol: str) -> Iterator[str]:
        """Yield what rests of the bot's, but for an entry, which holds nothing before it trades."""
        for name in self.scene.resting(symbol):
            if name.startswith(OURS) and not is_entry(name):
                yield name
