"""What the owner has limited is never exceeded by an entry of the bot."""

from collections import deque
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from typing_extensions import override

from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.app.storm.exchange import Asked
from noctule.app.storm.life import Life
from noctule.app.storm.promises.hearing import Hearing
from noctule.app.storm.promises.holdings import Holdings, is_entry
from noctule.app.storm.promises.meddling import Meddling
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.story import Step
from noctule.domain.ids import parse_client_order_id
from noctule.risk.limits import RiskLimits

__all__ = ["LimitsHold"]

_WINDOW_MS: Final = 50_000  # of a minute: entries that were decided apart may arrive together
_KEPT_MS: Final = 10_000  # old limits, for what was decided by them
_TOLERANCE: Final = Decimal("1.05")  # prices move between a decision and its order
_RATE_MAX: Final = 1_200  # the most that may be allowed


class LimitsHold(Rule):
    """Positions, exposure, notional, entries a minute, the day's loss: seen by the exchange."""

    name = "limits hold"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._holdings = Holdings()
        self._hearing = Hearing(scene)
        self._meddling = Meddling(scene)
        self._limits: list[tuple[int, RiskLimits]] = []  # since when; the last ones hold
        self._entries: dict[str, int] = {}  # client id, and when it was first asked for
        self._sent_ms: deque[int] = deque(maxlen=_RATE_MAX)  # of signals

    @override
    def born(self, life: Life) -> None:
        self._limits.clear()
        self._sent_ms.clear()

    @override
    def told(self, event: UserEvent) -> None:
        self._holdings.told(event)
        self._meddling.told(event)

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._hearing.befallen(subject)

    @override
    def look(self) -> None:
        life = self.scene.life
        if life is not None and life.is_made:
            self._note_limits(life)

    @override
    def asking(self, asked: Asked) -> None:
        if asked.method != "POST" or asked.step is not Step.ENTRY:
            return
        life, name = self.scene.life, asked.sent.get("newClientOrderId", "")
        if life is None or not life.is_made or name in self._entries:
            return
        self._note(name)
        why = [*self._exceeded(asked, life)]
        if why:
            self.broken(f"{asked.sent['symbol']} is entered with {', '.join(why)}")

    def _note(self, name: str) -> None:
        """Count an entry that is asked for the first time; slices of one are one."""
        key = parse_client_order_id(name)
        is_first = key is not None and key.attempt == 0
        self._entries[name] = self.scene.now_ms
        if is_first:
            self._sent_ms.append(self.scene.now_ms)

    def _exceeded(self, asked: Asked, life: Life) -> Iterator[str]:
        """Yield what is too much by every one of the limits that may have held."""
        limits, symbol = self._may_hold(life), asked.sent["symbol"]
        others = [each for each in self.scene.story.symbols if each != symbol and self._is_in(each)]
        if len(others) >= max(each.max_positions for each in limits):
            yield f"{others} held already"
        recent = sum(self.scene.now_ms - at_ms < _WINDOW_MS for at_ms in self._sent_ms)
        if recent > max(each.max_orders_per_minute for each in limits):
            yield f"{recent} entries in {_WINDOW_MS // 1_000} s"
        if self._meddling.is_recent or self._hearing.may_be_deaf:
            return
        yield from self._too_large(asked, limits)

    def _is_in(self, symbol: str) -> bool:
        if self._holdings.is_ours(symbol):
            return True
        return any(is_entry(name) for name in self.scene.ours(symbol))

    def _too_large(self, asked: Asked, limits: list[RiskLimits]) -> Iterator[str]:
        symbol, scene = asked.sent["symbol"], self.scene
        exchange = scene.exchange.venue.exchange
        worth = Decimal(asked.sent["quantity"]) * exchange.quote(symbol).mark
        notional_max = [each.max_position_notional for each in limits]
        if None not in notional_max and worth > _TOLERANCE * max(filter(None, notional_max)):
            yield f"a notional of {worth:.2f}"
        held = sum(
            (abs(leg.amount) * exchange.quote(leg.symbol).mark for leg in scene.account.held()),
            Decimal(0),
        )
        equity = exchange.margins(scene.account).margin_balance
        allowed = equity * max(each.max_total_exposure for each in limits)
        if held + worth > _TOLERANCE * allowed:
            yield f"an exposure of {held + worth:.2f}, at most {allowed:.2f}"

    def _may_hold(self, life: Life) -> list[RiskLimits]:
        """Return the limits that hold now, and those that held when this was decided."""
        self._note_limits(life)
        while len(self._limits) > 1 and self.scene.now_ms - self._limits[1][0] > _KEPT_MS:
            del self._limits[0]
        return [each for _, each in self._limits]

    def _note_limits(self, life: Life) -> None:
        newest = life.bot.trading.risk.limits
        if not self._limits or self._limits[-1][1] is not newest:
            self._limits.append((self.scene.now_ms, newest))
