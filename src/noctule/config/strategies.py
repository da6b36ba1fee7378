"""The strategy sections: which strategy trades which symbols, with settings of its own."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from msgspec import Struct
from pydantic import BaseModel

from noctule.config.bind import Bound, bind
from noctule.config.ini import Layer
from noctule.config.picking import Pick, pick_strategy
from noctule.config.problems import Problem
from noctule.config.sections import KnownKeys, Section
from noctule.config.settings import SECTIONS, StrategyChoice, StrategyFile
from noctule.config.wording import did_you_mean
from noctule.domain.values import Symbol
from noctule.engine.settings import SymbolList, TradingSettings

__all__ = ["LABEL", "Catalogue", "Chosen", "StrategyFiles", "choose_strategies"]

LABEL: Final = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")  # what the name of a variable can carry

_PLAIN = "strategy"
_NAMED = "strategy."
_DEFAULT = "sma_cross"

R = TypeVar("R")


class StrategyFiles(Protocol):
    """Loads strategies from the owner's files; what is wrong with one is told in a sentence."""

    def load(self, reference: str) -> StrategyFile | str:
        """Return the strategy that `FILE.py:CLASS` stands for."""

    def try_out(self, file: StrategyFile, settings: BaseModel) -> str | None:
        """Say what keeps it from being made with these settings."""

    def blame(self, file: StrategyFile, error: BaseException) -> str:
        """Say what its code raised, and where."""

    def contained(self, call: Callable[[], R]) -> R | BaseException:
        """Return what a call of the owner's code returns, or what it raised, whatever it was."""

    def close(self) -> None:
        """Load no file from now on that was not loaded before."""


class Catalogue(Struct, frozen=True, kw_only=True):
    """The strategies there are: those that came with the program, and files."""

    names: tuple[str, ...]
    settings_of: Callable[[str], type[BaseModel] | None]
    files: StrategyFiles


class Chosen(Struct, frozen=True, kw_only=True):
    """The choices made, the sections as they count, the keys these may hold, and what is wrong."""

    choices: tuple[StrategyChoice, ...]
    sections: Mapping[str, Section]
    keys: KnownKeys
    problems: tuple[Problem, ...]


class _Frame(BaseModel, frozen=True, extra="forbid"):
    name: str = ""
    path: str | None = None
    symbols: SymbolList = ()  # none: all that are traded
    reverse: bool | None = None  # none: as the strategy itself says


_SHARED: Final = ("symbols", "reverse")  # keys that belong to no strategy


class _Meant(Struct, frozen=True, kw_only=True):
    """The strategy that a section means."""

    name: str
    model: type[BaseModel]
    file: StrategyFile | None


class _Candidate(Struct, frozen=True, kw_only=True):
    section: Section
    frame: _Frame | None = None
    symbols: tuple[Symbol, ...] | None = None  # (): all that are traded; None: unclear
    meant: _Meant | None = None
    settings: BaseModel | None = None
    keys: tuple[str, ...] | None = None
    problems: tuple[Problem, ...]


def choose_strategies(
    layers: Sequence[Layer],
    sections: Mapping[str, Section],
    *,
    catalogue: Catalogue,
    trading: Bound[BaseModel],
) -> Chosen:
    """Read every [strategy.NAME], or else the plain [strategy], and share out the symbols."""
    candidates = [_candidate(section, layers, catalogue) for section in _live(sections)]
    understood = _all_understood(layers)
    traded = _traded(trading, sections["trading"], understood=understood)
    return Chosen(
        choices=tuple(_choices(candidates, traded)),
        sections={each.section.name: each.section for each in candidates},
        keys={_PLAIN: None} | {each.section.name: each.keys for each in candidates},
        problems=(
            *(problem for each in candidates for problem in each.problems),
            *_without_effect(layers),
            *_clashes(candidates, traded),
            *(_orphans(candidates, traded, sections["trading"]) if understood else ()),
        ),
    )


def _live(sections: Mapping[str, Section]) -> list[Section]:
    named = [section for name, section in sections.items() if name.startswith(_NAMED)]
    return named or [sections[_PLAIN]]


def _candidate(section: Section, layers: Sequence[Layer], catalogue: Catalogue) -> _Candidate:
    if not LABEL.fullmatch(section.name.removeprefix(_NAMED)):
        what = "the name after the dot is small letters, digits and _, write e.g. [strategy.trend]"
        return _Candidate(section=section, problems=(section.problem(what),))
    picked = pick_strategy(
        section,
        layers,
        shared=_SHARED,
        default=_DEFAULT if section.name == _PLAIN else None,
        keys_of=lambda name: getattr(catalogue.settings_of(name), "model_fields", None),
    )
    shared, own = picked.section.split(_Frame.model_fields)
    frame = bind(_Frame, shared)
    problems = picked.problems + frame.problems
    if picked.pick is None or frame.with_good(picked.pick.key) is None:
        return _Candidate(section=picked.section, problems=problems)
    meant = _meant(picked.pick, catalogue)
    if isinstance(meant, str):
        unusable = picked.section.problem(meant, key=picked.pick.key)
        return _Candidate(section=picked.section, problems=(*problems, unusable))
    bound = _bound(meant, own, catalogue)
    if isinstance(bound, str):
        unusable = picked.section.problem(bound, key="path")
        return _Candidate(section=picked.section, problems=(*problems, unusable))
    keys = (*_Frame.model_fields, *meant.model.model_fields)
    asking = frame.with_good("symbols") if own.means("symbols", known=keys) else None
    return _Candidate(
        section=picked.section,
        frame=frame.settings,
        symbols=asking.symbols if asking else None,
        meant=meant,
        settings=bound.settings,
        keys=(*keys, *picked.left_behind),
        problems=(*problems, *bound.problems, *_misfits(picked.section, meant, bound, catalogue)),
    )


def _meant(pick: Pick, catalogue: Catalogue) -> _Meant | str:
    if pick.key == "path":
        file = catalogue.files.load(pick.text)
        return file if isinstance(file, str) else _of_file(file)
    model = catalogue.settings_of(pick.text)
    if model is None:
        return f"{pick.text!r} is not a strategy, {did_you_mean(pick.text, catalogue.names)}"
    return _Meant(name=pick.text, model=model, file=None)


def _of_file(file: StrategyFile) -> _Meant:
    return _Meant(name=file.name, model=file.kind.Settings, file=file)


def _bound(meant: _Meant, own: Section, catalogue: Catalogue) -> Bound[BaseModel] | str:
    """Bind the strategy's own keys; validators of a file's may raise anything."""
    if meant.file is None:
        return bind(meant.model, own)
    bound = catalogue.files.contained(lambda: bind(meant.model, own))
    if isinstance(bound, BaseException):
        return catalogue.files.blame(meant.file, bound)
    return bound


def _misfits(
    section: Section, meant: _Meant, bound: Bound[BaseModel], catalogue: Catalogue
) -> Iterator[Problem]:
    """Try a strategy of a file out with its settings, if these are what was meant."""
    if meant.file is None or bound.settings is None or bound.problems:
        return
    flaw = catalogue.files.try_out(meant.file, bound.settings)
    if flaw:
        yield section.problem(flaw, key="path")


def _all_understood(layers: Iterable[Layer]) -> bool:
    """Tell whether no section is misspelled or unread, so that what is not found is not there."""
    return not any(layer.problems for layer in layers) and all(
        header.section in SECTIONS or header.section == _PLAIN or header.section.startswith(_NAMED)
        for layer in layers
        for header in layer.headers
    )


def _traded(trading: Bound[BaseModel], section: Section, *, understood: bool) -> tuple[Symbol, ...]:
    """Return the traded symbols; none when nobody can tell."""
    settings = trading.with_good("symbols")
    if "symbols" not in section.entries and not understood:
        return ()
    if not section.means("symbols", known=TradingSettings.model_fields):
        return ()
    return settings.symbols if isinstance(settings, TradingSettings) else ()


def _choices(
    candidates: Iterable[_Candidate], traded: tuple[Symbol, ...]
) -> Iterator[StrategyChoice]:
    for candidate in candidates:
        frame, section, meant = candidate.frame, candidate.section, candidate.meant
        if frame and meant and candidate.settings:
            yield StrategyChoice(
                label=None if section.name == _PLAIN else section.name.removeprefix(_NAMED),
                name=meant.name,
                file=meant.file,
                symbols=frame.symbols or traded,
                reverse=frame.reverse,
                settings=candidate.settings,
            )


def _without_effect(layers: Iterable[Layer]) -> Iterator[Problem]:
    """Tell each plain section that does not stand in an earlier source than all named ones."""
    named = ""
    for layer in layers:
        opened = [header.section for header in layer.headers]
        named = named or next((name for name in opened if name.startswith(_NAMED)), "")
        for header in layer.headers if named else ():
            if header.section == _PLAIN:
                what = f"has no effect beside [{named}], write [strategy.NAME] here, too"
                yield Problem(place=header.place, section=_PLAIN, what=what)


def _clashes(candidates: Iterable[_Candidate], traded: tuple[Symbol, ...]) -> Iterator[Problem]:
    owners: dict[Symbol, str] = {}
    for candidate in candidates:
        section = candidate.section
        symbols = _wanted(candidate, traded)
        strange = [symbol for symbol in symbols if traded and symbol not in traded]
        taken = [symbol for symbol in symbols if symbol in owners]
        if strange:
            what = f"{', '.join(strange)} not in [trading] symbols, add there or remove here"
            yield section.problem(what, key="symbols")
        if taken:
            what = f"{', '.join(taken)} traded by [{owners[taken[0]]}], too, keep in one of the two"
            yield section.problem(what, key="symbols")
        owners |= dict.fromkeys(symbols, section.name)


def _orphans(
    candidates: Sequence[_Candidate], traded: tuple[Symbol, ...], trading: Section
) -> Iterator[Problem]:
    if any(candidate.symbols is None for candidate in candidates):
        return
    owned = {symbol for candidate in candidates for symbol in _wanted(candidate, traded)}
    orphans = [symbol for symbol in traded if symbol not in owned]
    if orphans:
        what = f"no strategy trades {', '.join(orphans)}, add to a strategy's symbols or remove"
        yield trading.problem(what, key="symbols")


def _wanted(candidate: _Candidate, traded: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    if candidate.symbols is None:
        return ()
    return candidate.symbols or traded
