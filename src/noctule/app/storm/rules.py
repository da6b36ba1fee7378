"""The promises that every storm is judged by."""

from typing import Final

from noctule.app.storm.promises.blind import NoBlindEntry
from noctule.app.storm.promises.books import BooksAgree
from noctule.app.storm.promises.bounds import NothingGrows
from noctule.app.storm.promises.candles import CandlesAreTrue
from noctule.app.storm.promises.comeback import ProcessComesBack
from noctule.app.storm.promises.entries import NoNameTwice, OneEntryPerSignal
from noctule.app.storm.promises.exits import ExitsOnlyClose, FilledWithinQuantity, OneExitGroup
from noctule.app.storm.promises.foreign import ForeignIsLeftAlone
from noctule.app.storm.promises.gates import GatesSpeakForEntries
from noctule.app.storm.promises.halted import NoEntryWhileHalted
from noctule.app.storm.promises.keys import KeyIsRenewed
from noctule.app.storm.promises.leftovers import NothingLeftOver
from noctule.app.storm.promises.limits import LimitsHold
from noctule.app.storm.promises.manners import (
    NeverTooOften,
    NoHammering,
    OrdersFitTheirContract,
)
from noctule.app.storm.promises.money import MoneyIsConserved, StoreTellsTheTruth, TradesAddUp
from noctule.app.storm.promises.naked import NeverNaked
from noctule.app.storm.promises.naming import EveryOrderIsNamed
from noctule.app.storm.promises.obeyed import ExitIsObeyed, ReversalIsWhole
from noctule.app.storm.promises.overlap import OldStopGoesLast
from noctule.app.storm.promises.passed import PassedStopCloses
from noctule.app.storm.promises.patience import NoIsTaken
from noctule.app.storm.promises.progress import AllGoesOn
from noctule.app.storm.promises.sizing import RiskIsKept
from noctule.app.storm.promises.timely import EntryDiesWithItsProcess, EntryHasItsTime
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
    CandlesAreTrue,
    GatesSpeakForEntries,
    NoBlindEntry,
    KeyIsRenewed,
    EntryHasItsTime,
    EntryDiesWithItsProcess,
    ExitIsObeyed,
    ReversalIsWhole,
    PassedStopCloses,
    OldStopGoesLast,
    NoIsTaken,
    LimitsHold,
    RiskIsKept,
    AllGoesOn,
    ProcessComesBack,
    NothingGrows,
    MoneyIsConserved,
    TradesAddUp,
    StoreTellsTheTruth,
)
