"""The caretaker of one world, put together: recovery, the minute's check, and who takes over."""

from collections.abc import Awaitable, Callable

from noctule.app.recovery_terms import recovery_terms
from noctule.app.world import World
from noctule.config.settings import Settings
from noctule.domain.events.base import OrderEvent
from noctule.engine.account_check import AccountCheck
from noctule.engine.caretaker import Caretaker
from noctule.engine.contracts import Contracts
from noctule.engine.halts import Halts
from noctule.engine.recovery import Recovery
from noctule.engine.takeover import TakeOver
from noctule.positions.account_book import AccountBook

__all__ = ["make_caretaker"]


def make_caretaker(  # noqa: PLR0913  # what it stands on
    world: World,
    publish: Callable[[OrderEvent], Awaitable[None]],
    settings: Settings,
    *,
    contracts: Contracts,
    takeover: TakeOver,
    book: AccountBook,
    halts: Halts,
) -> Caretaker:
    """Make it; it does nothing until it is told to begin."""
    account = world.account_tag or ""
    recovery = Recovery(
        venue=world.venue,
        clock=world.clock,
        successor=takeover,
        instrument_of=contracts.instrument,
        publish=publish,
        terms=recovery_terms(settings, account=account),
    )
    check = AccountCheck(
        venue=world.venue,
        clock=world.clock,
        recovery=recovery,
        successor=takeover,
        doubter=takeover,
        publish=publish,
        account=account,
    )
    return Caretaker(
        recovery=recovery,
        check=check,
        book=book,
        venue=world.venue,
        halts=halts,
        clock=world.clock,
    )
