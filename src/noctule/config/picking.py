"""Which strategy a section means, by name or by file, when several sources have their say."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from noctule.config.ini import Entry, Layer
from noctule.config.problems import Problem
from noctule.config.sections import Section

__all__ = ["Pick", "Picked", "pick_strategy"]

_Key = Literal["name", "path"]
_KEYS: Final[tuple[_Key, ...]] = ("name", "path")


class Pick(Struct, frozen=True, kw_only=True):
    """A strategy by the name of a built-in one, or by the path of a file."""

    key: _Key
    text: str


class Picked(Struct, frozen=True, kw_only=True):
    """What a section means in the end, and what of it still counts."""

    pick: Pick | None  # None: nothing that anybody could tell
    section: Section  # without what was written for a strategy that is not meant any more
    left_behind: frozenset[str]  # keys of that one: they may stand where they stand
    problems: tuple[Problem, ...]


def pick_strategy(
    section: Section,
    layers: Sequence[Layer],
    *,
    shared: Collection[str],
    default: str | None,
    keys_of: Callable[[str], Collection[str] | None],
) -> Picked:
    """Find the strategy that the last source to name one names; exactly one of name and path.

    Whoever chooses another strategy begins with its own defaults: the keys that an earlier source
    wrote for the one before are left behind. Shared keys belong to no strategy.
    """
    picks = list(_picks(section.name, layers, default))
    pick = picks[-1] if picks else _first(default)
    problems = tuple(_conflicts(section.name, layers))
    if problems:
        pick = None
    elif pick is None:
        problems = (_absent(section, default),)
    gone = list(_left_behind(section.name, layers, picks, shared=shared, keys_of=keys_of))
    entries = {
        key: entry
        for key, entry in section.entries.items()
        if not any(entry is each for each in gone)
        if key not in _KEYS or (pick is not None and key == pick.key)
    }
    return Picked(
        pick=pick,
        section=replace(section, entries=entries),
        left_behind=frozenset(entry.key for entry in gone),
        problems=problems,
    )


def _first(default: str | None) -> Pick | None:
    return None if default is None else Pick(key="name", text=default)


def _picks(section: str, layers: Sequence[Layer], default: str | None) -> Iterator[Pick | None]:
    """Yield what is meant after each source; an empty value takes back what its key said."""
    said: dict[_Key, str] = {} if default is None else {"name": default}
    for layer in layers:
        for key, entry in _said(section, layer).items():
            said.pop(key, None)  # the latest stands last
            if entry.text:
                said[key] = entry.text
        last = next(reversed(said.items()), None)
        yield None if last is None else Pick(key=last[0], text=last[1])


def _said(section: str, layer: Layer) -> Mapping[_Key, Entry]:
    """Return the last word of a source on each of the two keys."""
    entries = {entry.key: entry for entry in layer.entries if entry.section == section}
    return {key: entries[key] for key in _KEYS if key in entries}


def _left_behind(
    section: str,
    layers: Sequence[Layer],
    picks: Sequence[Pick | None],
    *,
    shared: Collection[str],
    keys_of: Callable[[str], Collection[str] | None],
) -> Iterator[Entry]:
    for layer, pick in zip(layers, picks, strict=True):
        if pick is None or pick == picks[-1]:
            continue
        known = keys_of(pick.text) if pick.key == "name" else None  # of a file: any
        for entry in layer.entries:
            is_own = entry.section == section and entry.key not in (*shared, *_KEYS)
            if is_own and (entry.key in (known or ()) or pick.key == "path"):
                yield entry


def _conflicts(section: str, layers: Sequence[Layer]) -> Iterator[Problem]:
    for layer in layers:
        said = _said(section, layer)
        if all(key in said and said[key].text for key in _KEYS):
            what = f"stands beside name = {said['name'].text}, keep one of the two"
            yield Problem(place=said["path"].place, section=section, key="path", what=what)


def _absent(section: Section, default: str | None) -> Problem:
    emptied = next((key for key in _KEYS if key in section.entries), None)
    example = f", e.g. {default}" if default else " or path = FILE.py:CLASS"
    if emptied is None:
        return section.problem("is missing, write name = … or path = FILE.py:CLASS", key="name")
    return section.problem(f"is empty, write a value{example}", key=emptied)
