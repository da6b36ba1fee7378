"""The promises that every storm is judged by."""

from typing import Final

from noctule.app.storm.promises.books import BooksAgree
from noctule.app.storm.promises.entries import NoNameTwice, OneEntryPerSignal
from noctule.app.storm.promises.exits import ExitsOnlyClose, FilledWithinQuantity, OneExitGroup
from noctule.app.storm.promises.foreign import ForeignIsLeftAlone
from noctule.app.storm.promises.halted import NoEntryWhileHalted
from noctule.app.storm.promises.leftovers import NothingLeftOver
from noctule.app.storm.promises.manners import (
    NeverTooOften,
    NoHammering,
    OrdersFitTheirContract,
)
from noctule.app.storm.promises.naked import NeverNaked
from noctule.app.storm.promises.naming import EveryOrderIsNamed
from noctule.app.storm.promises.traces import AuditTrailHolds
from noctule.app.storm.scene import Rule

__all__ = ["RULES"]

RULES: Final[tuple[type[Rule], ...]] = (
    OneEntryPerSignal,
    NoNameTwice,
    NeverNaked,
    NothingLeftOver,
    ExitsOnlyClose,
    OneExitGroup,
    FilledWithinQuantity,
    BooksAgree,
    EveryOrderIsNamed,
    ForeignIsLeftAlone,
    NoEntryWhileHalted,
    NoHammering,
    NeverTooOften,
    OrdersFitTheirContract,
    AuditTrailHolds,
)
