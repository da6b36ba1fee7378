"""A quick look at what is held, between audits, so that a silent stream hides no fill for long."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.domain.errors import VenueError
from noctule.domain.position import Position
from noctule.domain.values import Symbol
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["AccountPulse"]

_log = get_log(__name__)


class AccountPulse:
    """Asks for positions alone, often while something is at stake; what is odd an audit tells."""

    def __init__(
        self,
        merge: AccountMerge,
        ask: Callable[[], Awaitable[Iterable[Position]]],
        *,
        clock: Clock,
        settings: AccountSettings,
    ) -> None:
        self._merge = merge
        self._ask = ask
        self._clock = clock
        self._settings = settings
        self._asked_ms = self.answered_ms = clock.elapsed_ms()

    @property
    def is_due(self) -> bool:
        """Tell whether nobody has asked what is held for as long as what is at stake allows."""
        return self._clock.elapsed_ms() >= self.due_ms

    @property
    def due_ms(self) -> int:
        """Return the elapsed time at which that is so, as long as nothing more is at stake."""
        settings = self._settings
        return self._asked_ms + (
            settings.pulse_ms if self._merge.is_exposed else settings.flat_pulse_ms
        )

    def note_audit(self) -> None:
        """Know that positions were asked for just now."""
        self._asked_ms = self.answered_ms = self._clock.elapsed_ms()

    async def beat(self) -> None:
        """Ask, and doubt what the stream did not tell; an answer that fails is not missed.

        The doubt counts as an old one, for the stream had its time since the last pulse. It still
        has a tick to tell what has only just happened.
        """
        self._asked_ms = self._clock.elapsed_ms()
        before = self._merge.told_positions()
        try:
            asked = await self._ask()
        except VenueError as exc:
            _log.debug("pulse not taken", cause=str(exc))
            return
        self.answered_ms = self._clock.elapsed_ms()
        since_ms = self.answered_ms - self._settings.patience_ms
        for symbol in _untold(asked, before=before, now=self._merge.told_positions()):
            self._merge.doubts.raise_("position", symbol, elapsed_ms=since_ms)


def _untold(
    asked: Iterable[Position],
    *,
    before: Mapping[Symbol, Position],
    now: Mapping[Symbol, Position],
) -> list[Symbol]:
    """Return the symbols that are held otherwise than was told, before the question and after."""
    held = {each.symbol: each for each in asked}
    return [
        symbol
        for symbol in sorted(held.keys() | now.keys())
        if before.get(symbol) == now.get(symbol)
        and _is_news(held.get(symbol, Position(symbol=symbol)), now.get(symbol))
    ]


def _is_news(held: Position, told: Position | None) -> bool:
    """Tell whether a position differs from the told one; a row older than that is REST's lag."""
    if told is None:
        return not held.is_flat
    is_older = 0 < held.updated_ms < told.updated_ms
    return held.signed_quantity != told.signed_quantity and not is_older
