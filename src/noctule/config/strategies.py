"""The strategy sections: which strategy trades which symbols, with settings of its own."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from pydantic import BaseModel

from noctule.config.bind import Bound, bind
from noctule.config.ini import Layer
from noctule.config.problems import Problem
from noctule.config.sections import KnownKeys, Section
from noctule.config.settings import SECTIONS, StrategyChoice
from noctule.config.wording import did_you_mean
from noctule.domain.values import Symbol
from noctule.engine.settings import SymbolList, TradingSettings

__all__ = ["Catalogue", "Chosen", "choose_strategies"]

_PLAIN = "strategy"
_NAMED = "strategy."
_LABEL = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")  # what the name of a variable can carry


class Catalogue(Struct, frozen=True, kw_only=True):
    """The strategies there are."""

    names: tuple[str, ...]
    settings_of: Callable[[str], type[BaseModel] | None]


class Chosen(Struct, frozen=True, kw_only=True):
    """The choices made, the keys their sections may hold, and what is wrong."""

    choices: tuple[StrategyChoice, ...]
    keys: KnownKeys
    problems: tuple[Problem, ...]


class _Plain(BaseModel, frozen=True, extra="forbid"):
    name: str = "sma_cross"
    symbols: SymbolList = ()  # none: all that are traded
    reverse: bool | None = None  # none: as the strategy itself says


class _Named(_Plain, frozen=True, extra="forbid"):
    name: str


class _Candidate(Struct, frozen=True, kw_only=True):
    section: Section
    frame: _Plain | None = None
    symbols: tuple[Symbol, ...] | None = None  # (): all that are traded; None: unclear
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
    candidates = [_candidate(section, catalogue) for section in _live(sections)]
    understood = _all_understood(layers)
    traded = _traded(trading, sections["trading"], understood=understood)
    return Chosen(
        choices=tuple(_choices(candidates, traded)),
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


def _candidate(section: Section, catalogue: Catalogue) -> _Candidate:
    refusal = _refusal(section)
    if refusal:
        return _Candidate(section=section, problems=(refusal,))
    shared, own = section.split(_Plain.model_fields)
    frame = bind(_Plain if section.name == _PLAIN else _Named, shared)
    named = frame.with_good("name")
    if named is None:
        return _Candidate(section=section, problems=frame.problems)
    model = catalogue.settings_of(named.name)
    if model is None:
        guess = did_you_mean(named.name, catalogue.names)
        unknown = section.problem(f"{named.name!r} is not a strategy, {guess}", key="name")
        return _Candidate(section=section, problems=(*frame.problems, unknown))
    bound = bind(model, own)
    keys = (*_Plain.model_fields, *model.model_fields)
    asking = frame.with_good("symbols") if section.means("symbols", known=keys) else None
    return _Candidate(
        section=section,
        frame=frame.settings,
        symbols=asking.symbols if asking else None,
        settings=bound.settings,
        keys=keys,
        problems=frame.problems + bound.problems,
    )


def _refusal(section: Section) -> Problem | None:
    if not _LABEL.fullmatch(section.name.removeprefix(_NAMED)):
        what = "the name after the dot is small letters, digits and _, write e.g. [strategy.trend]"
        return section.problem(what)
    if "path" in section.entries:
        what = "strategies of your own arrive with a later version, write name = … for now"
        return section.problem(what, key="path")
    return None


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
        frame, section = candidate.frame, candidate.section
        if frame and candidate.settings:
            yield StrategyChoice(
                label=None if section.name == _PLAIN else section.name.removeprefix(_NAMED),
                name=frame.name,
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
