"""What a storm is told by, line by line: who did what, and how both books stood then."""

from collections.abc import Callable

from msgspec import Struct

__all__ = ["Note", "TellNote"]


class Note(Struct, frozen=True, kw_only=True):
    """One line of the story, with the books after it."""

    at_ms: int  # since the opening
    who: str  # fate, bot, exchange, market, owner, log or watch
    text: str
    theirs: str = ""  # the exchange's book, of the symbols in question
    ours: str = ""  # the bot's


TellNote = Callable[[Note], None]
