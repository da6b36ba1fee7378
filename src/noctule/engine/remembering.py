"""What the desk writes down whenever it changes, and reads when it begins anew."""

from msgspec.structs import replace

from noctule.domain.memory import BracketMemory, DeskMemory
from noctule.engine.halts import Halts
from noctule.engine.order_desk import OrderDesk
from noctule.orders.bracket import Bracket
from noctule.ports.clock import Clock
from noctule.ports.memory import Memory
from noctule.positions.account_book import AccountBook

__all__ = ["Remembering"]


class Remembering:
    """Saves the whole small memory at once; the port writes it behind our back.

    Until the books are taken up, what the dead process remembered of them stays as it was: whoever
    is killed during the start leaves all to the next.
    """

    def __init__(
        self, *, memory: Memory, book: AccountBook, desk: OrderDesk, halts: Halts, clock: Clock
    ) -> None:
        self._memory = memory
        self._book = book
        self._desk = desk
        self._halts = halts
        self._clock = clock
        self._recalled = DeskMemory()
        self.is_kept = True  # else nothing is written down: nobody will begin anew

    def recall(self) -> DeskMemory:
        """Return what was saved last; an empty memory if there is none."""
        self._recalled = self._memory.recall() or DeskMemory()
        return self._recalled

    def save(self) -> None:
        """Write down what is true now; nothing before the account was told."""
        if not self.is_kept or not self._book.is_told:
            return
        halts, brackets = self._halts.memory(), self._desk.brackets
        led = tuple(map(_memory_of, brackets.values()))
        if self._book.is_recovered:
            now = DeskMemory(saved_ms=self._clock.now_ms(), halts=halts, brackets=led)
            self._memory.save(self._book.remembered(now))
        else:
            left = (each for each in self._recalled.brackets if each.symbol not in brackets)
            self._memory.save(replace(self._recalled, halts=halts, brackets=(*led, *left)))


def _memory_of(bracket: Bracket) -> BracketMemory:
    plan = bracket.plan
    return BracketMemory(
        symbol=plan.symbol,
        strategy=plan.strategy,
        trace=plan.trace,
        key=plan.key,
        direction=plan.direction,
        stop=bracket.stop,
        target=bracket.target,
        signal_price=plan.signal_price,
    )
