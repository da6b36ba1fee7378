"""Money is where it went: the exchange's sums, the bot's trades, and what the store keeps."""

from collections import deque
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import select
from typing_extensions import override

from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.events import OrderUpdated, UserEvent
from noctule.adapters.sim.faults import Fault
from noctule.adapters.store.database import reading
from noctule.adapters.store.tables import fills
from noctule.app.storm.life import Life
from noctule.app.storm.promises.holdings import OURS
from noctule.app.storm.scene import Rule, Scene, Violation
from noctule.app.storm.story import DiskFailure
from noctule.domain.events.base import Event
from noctule.domain.events.desk import PositionClosed
from noctule.domain.trade import ClosedTrade

__all__ = ["MoneyIsConserved", "StoreTellsTheTruth", "TradesAddUp"]

_NOTHING: Final = Decimal(0)
_UNTROUBLED_MS: Final = 60_000  # since anything went wrong
_AFTER_MS: Final = 5_000  # of a start, until trades are heard one by one
_BEFORE_MS: Final = 60_000  # of an end, within which a trade may not have been told yet
_TOLD_MAX: Final = 3
_ROUNDS: Final = 3


class MoneyIsConserved(Rule):
    """The wallet is what was paid in, and all that was booked since."""

    name = "money is conserved"

    @override
    def calm(self) -> None:
        account = self.scene.account
        booked = sum((each.income for each in account.history.incomes), _NOTHING)
        if booked != account.wallet:
            self.broken(f"the wallet holds {account.wallet:f}, booked were {booked:f}")


class _Round(Struct, kw_only=True):
    """What the exchange booked from the first trade of a position to its last."""

    gross: Decimal = _NOTHING
    fees: Decimal = _NOTHING


class TradesAddUp(Rule):
    """What the bot says that a trade amounted to is what the exchange booked for it."""

    name = "trades add up"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._troubled_ms = -_UNTROUBLED_MS  # when something went wrong last
        self._began_ms = 0  # market time
        self._held: dict[str, Decimal] = {}
        self._rounds: dict[str, deque[_Round]] = {}  # of each symbol, the newest last

    @override
    def befallen(self, fault: Fault, subject: str) -> None:
        self._troubled_ms = self.scene.now_ms

    @override
    def born(self, life: Life) -> None:
        self._began_ms = self.scene.clock.now_ms()

    @override
    def told(self, event: UserEvent) -> None:
        if isinstance(event, OrderUpdated) and event.trade is not None:
            self._book(event.trade)

    @override
    def heard(self, event: Event) -> None:
        if isinstance(event, PositionClosed):
            is_calm = self.scene.now_ms - self._troubled_ms >= _UNTROUBLED_MS
            if is_calm and event.trade.opened_ms > self._began_ms:
                self._compare(event.trade)

    def _book(self, trade: Trade) -> None:
        if not trade.client_id.startswith(OURS):
            self._troubled_ms = self.scene.now_ms  # whose trade it is then, is not told
        symbol, before = trade.symbol, self._held.get(trade.symbol, _NOTHING)
        self._held[symbol] = before + trade.qty * trade.side.sign
        rounds = self._rounds.setdefault(symbol, deque(maxlen=_ROUNDS))
        if not before:
            rounds.append(_Round())
        rounds[-1].gross += trade.realized_pnl
        rounds[-1].fees += trade.commission

    def _compare(self, closed: ClosedTrade) -> None:
        rounds = self._rounds.get(closed.symbol, ())
        if not any(each.gross == closed.gross_pnl and each.fees == closed.fees for each in rounds):
            booked = ", ".join(f"{each.gross:f} with {each.fees:f}" for each in rounds)
            self.broken(
                f"{closed.symbol}: {closed.gross_pnl:f} with {closed.fees:f} of fees, "
                f"the exchange booked {booked}"
            )


class _Alive(Struct, kw_only=True):
    """From when to when a process traded, in market time."""

    from_ms: int
    to_ms: int | None = None


class StoreTellsTheTruth(Rule):
    """Its fills are the exchange's own; none is missing that a living process has heard."""

    name = "the store tells the truth"

    def __init__(self, scene: Scene, tell: Callable[[Violation], None]) -> None:
        super().__init__(scene, tell)
        self._alive: list[_Alive] = []
        self._is_alive = False
        self._home = Path()

    @override
    def born(self, life: Life) -> None:
        self._home = life.place.home

    @override
    def died(self, life: Life) -> None:
        if self._is_alive:
            self._is_alive = False
            self._alive[-1].to_ms = self.scene.clock.now_ms()

    @override
    def look(self) -> None:
        life = self.scene.life
        if not self._is_alive and life is not None and life.is_running:
            self._is_alive = True
            self._alive.append(_Alive(from_ms=self.scene.clock.now_ms()))

    @override
    def over(self) -> None:
        paths = [*(self._home / "state").glob("*.db")]
        if len(paths) != 1:
            return
        with reading(paths[0]) as connection:
            stored = {
                (row["symbol"], row["trade_id"]): _amounts(
                    row["price"], row["quantity"], row["fee"]
                )
                for row in connection.execute(select(fills)).mappings()
            }
        theirs = {(each.symbol, each.trade_id): each for each in self.scene.account.history.trades}
        odd = [*self._odd(stored, theirs)]
        if odd:
            self.broken(f"{len(odd)} fills: {'; '.join(odd[:_TOLD_MAX])}")

    def _odd(
        self,
        stored: dict[tuple[str, int], tuple[Decimal, ...]],
        theirs: dict[tuple[str, int], Trade],
    ) -> Iterator[str]:
        """Yield what is invented, told wrongly, or missing."""
        for key, amounts in stored.items():
            trade = theirs.get(key)
            if trade is None:
                yield f"{key} is invented"
            elif amounts != _amounts(trade.price, trade.qty, trade.commission):
                yield f"{key} is {amounts}"
        if any(isinstance(each, DiskFailure) for each in self.scene.story.troubles):
            return
        for key, trade in theirs.items():
            if key not in stored and self._was_heard(trade):
                yield f"{key} of {trade.client_id} is missing"

    def _was_heard(self, trade: Trade) -> bool:
        return any(
            each.from_ms + _AFTER_MS <= trade.time_ms
            and (each.to_ms is None or trade.time_ms <= each.to_ms - _BEFORE_MS)
            for each in self._alive
        )


def _amounts(*amounts: Decimal) -> tuple[Decimal, ...]:
    return tuple(each.normalize() for each in amounts)
