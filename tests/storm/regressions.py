"""Stories that the bot, or its exchange, did not stand once: each stays, with what went wrong.

`python main.py storm` keeps what it has made small under logs/storms; such a file goes into
stories/, and a line for it in here.
"""

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from noctule.app.storm.story import Story

__all__ = ["FOLDER", "REGRESSIONS", "Regression"]

FOLDER: Final = Path(__file__).parent / "stories"


class Regression(Struct, frozen=True, kw_only=True):
    """A story's file, without its ending, and a sentence on what went wrong in it."""

    name: str
    went_wrong: str

    @property
    def path(self) -> Path:
        """Return where the story is."""
        return FOLDER / f"{self.name}.json"

    def story(self) -> Story:
        """Return it."""
        return msgspec.json.decode(self.path.read_bytes(), type=Story)


REGRESSIONS: Final[tuple[Regression, ...]] = (
    Regression(
        name="lost_entry_had_filled",
        went_wrong=(
            "The account's stream closed before it told of an entry's fill, REST denied the "
            "order for a while, and the bot gave it up for lost: what had filled stood without a "
            "stop."
        ),
    ),
    Regression(
        name="full_disk_kept_a_bot_out",
        went_wrong=(
            "A process died on a disk that took nothing, and none came back: nobody could write "
            "into the lock whose it was, and that was taken for a failure."
        ),
    ),
    Regression(
        name="ban_outlived_its_time",
        went_wrong=(
            "A ban that was long over held again when the wall clock was set back by an hour and "
            "a half: no process could start until the clock was there again."
        ),
    ),
    Regression(
        name="own_orders_taken_for_a_second_bot",
        went_wrong=(
            "A clock was set back while a process started, which dated its beginning too early: "
            "stop and target of its last life looked like a second bot's, and the position was "
            "left alone."
        ),
    ),
    Regression(
        name="naked_until_the_next_minute",
        went_wrong=(
            "The exchange could not tell whose a naked position was while a bot started on a "
            "full disk, and it was asked again only a minute later."
        ),
    ),
    Regression(
        name="ban_began_anew_with_each_start",
        went_wrong=(
            "A firewall's three minutes were stored before the wall clock was set back: each "
            "start counted them anew, and had to read the contracts first."
        ),
    ),
    Regression(
        name="lost_word_kept_a_symbol_shut",
        went_wrong=(
            "A stop filled and the account's word of it was lost: by its fills the bot was flat, "
            "by the last word not, and entries stayed off the symbol as if it were another's."
        ),
    ),
)
