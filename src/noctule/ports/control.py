"""The running bot, for whoever speaks to its owner: a socket, a page, a chat."""

from typing import Protocol

from noctule.domain.commands import AnyCommand, CommandOutcome, CommandRefused, ReloadOutcome
from noctule.domain.status import StatusView

__all__ = ["Control"]


class Control(Protocol):
    """What may be asked of a bot; every action names who asked, and from where."""

    def status(self) -> StatusView:
        """Return how things are now; asking changes nothing."""
        ...

    async def submit(self, command: AnyCommand) -> CommandOutcome | CommandRefused:
        """Have a command carried out, and return what it came to, or why it was not."""
        ...

    def reload(self, *, actor: str, origin: str) -> ReloadOutcome:
        """Read the configuration anew: log levels and limits change, all else waits."""
        ...
