"""Layers become sections: the later word wins, and names nobody knows are told."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from noctule.config.credentials import HOW_TO_GIVE
from noctule.config.ini import Entry, Layer
from noctule.config.problems import Place, Problem
from noctule.config.wording import did_you_mean

__all__ = ["KnownKeys", "Section", "judge_names", "merge"]

KnownKeys = Mapping[str, Collection[str] | None]  # by section; None: any key may stand there

_SECRET_KEY = re.compile(r"api_?key|secret|private_?key|passphrase|password", re.IGNORECASE)


class Section(Struct, frozen=True, kw_only=True):
    """The winning entry of each key of one section, and where it was opened last."""

    name: str
    place: Place
    entries: Mapping[str, Entry] = {}

    def problem(self, what: str, *, key: str = "") -> Problem:
        """Place a problem at the key's winning entry, or at the section if it is not written."""
        entry = self.entries.get(key)
        place = entry.place if entry else self.place
        return Problem(place=place, section=self.name, key=key, what=what)

    def split(self, keys: Collection[str]) -> "tuple[Section, Section]":
        """Return the part with these keys, and the rest."""
        inside = {key: entry for key, entry in self.entries.items() if key in keys}
        outside = {key: entry for key, entry in self.entries.items() if key not in keys}
        return replace(self, entries=inside), replace(self, entries=outside)

    def means(self, key: str, *, known: Collection[str]) -> bool:
        """Tell whether the key is there, or absent with no misspelled one in its place."""
        return key in self.entries or all(other in known for other in self.entries)


def merge(layers: Iterable[Layer], *, expected: Iterable[str]) -> Mapping[str, Section]:
    """Lay the layers over each other, in order; expected sections exist even if unwritten."""
    places = dict.fromkeys(expected, Place(source="default"))
    entries: dict[str, dict[str, Entry]] = {}
    for layer in layers:
        for header in layer.headers:
            places[header.section] = header.place
        for entry in layer.entries:
            entries.setdefault(entry.section, {})[entry.key] = entry
    return {
        name: Section(name=name, place=place, entries=entries.get(name, {}))
        for name, place in places.items()
    }


def judge_names(layers: Iterable[Layer], known: KnownKeys) -> Iterator[Problem]:
    """Tell each section and key that nobody knows; under an unknown section only the section."""
    for layer in layers:
        for header in layer.headers:
            if header.section not in known:
                what = f"unknown section, {did_you_mean(header.section, known)}"
                yield Problem(place=header.place, section=header.section, what=what)
        for entry in layer.entries:
            wrong = _wrong_name(entry, known)
            if wrong:
                yield Problem(place=entry.place, section=entry.section, key=entry.key, what=wrong)


def _wrong_name(entry: Entry, known: KnownKeys) -> str | None:
    if _SECRET_KEY.search(entry.key):
        return f"a secret must not stand here, remove it and {HOW_TO_GIVE}"
    keys = known.get(entry.section, () if not entry.section else None)
    if keys is None or entry.key in keys:
        return None
    owners = [f"[{name}]" for name, owned in known.items() if owned and entry.key in owned]
    if owners:
        return f"belongs to {' or '.join(owners)}, move it there"
    if not entry.section:
        return "stands before the first section, write it below its [section]"
    return f"unknown key, {did_you_mean(entry.key, keys)}"
