"""Files, variables and flags, each read into the same layer of sections and keys."""

from collections.abc import Sequence
from pathlib import Path

from noctule.config.ini import Entry, Header, Layer, read_ini
from noctule.config.problems import Place, Problem
from noctule.config.reading import Unreadable, read_text
from noctule.config.settings import SECTIONS
from noctule.config.variables import Variable, Variables
from noctule.config.wording import closest

__all__ = ["flags_layer", "read_file", "variables_layer"]

_PREFIX = "NOCTULE_"
_FLAG = "--set"
_SETTABLE = tuple(
    f"{section}__{key}".upper() for section, model in SECTIONS.items() for key in model.model_fields
)


def read_file(path: Path, *, source: str) -> Layer:
    """Read an INI file that has to be there."""
    content = read_text(path)
    if isinstance(content, Unreadable):
        return Layer(problems=(Problem(place=Place(source=source), what=str(content)),))
    return read_ini(content.text, source=source)


def variables_layer(variables: Variables) -> Layer:
    """Read NOCTULE_<SECTION>__<KEY>; variables of other programs are left alone."""
    ours = [variable for variable in variables.variables if variable.name.startswith(_PREFIX)]
    return _joined([_variable(variable) for variable in ours])


def flags_layer(flags: Sequence[str]) -> Layer:
    """Read section.key=value; the key begins after the last dot before the equals sign."""
    last = {flag.partition("=")[0].strip(): flag for flag in flags}
    return _joined([_flag(flag) for flag in last.values()])


def _variable(variable: Variable) -> Layer:
    name = variable.name.removeprefix(_PREFIX)
    section, _, key = name.lower().rpartition("__")
    if not (section and key):
        guess = closest(name, _SETTABLE)
        hint = f"did you mean {_PREFIX}{guess}?" if guess else f"write {_PREFIX}<SECTION>__<KEY>"
        what = f"is not a setting, {hint}"
        return Layer(problems=(Problem(place=variable.place, what=what),))
    return _single(
        section=section.replace("__", "."),
        key=key,
        text=variable.value.get_secret_value(),
        place=variable.place,
    )


def _flag(flag: str) -> Layer:
    name, equals, text = flag.partition("=")
    section, _, key = name.strip().rpartition(".")
    place = Place(source=_FLAG)
    if not (
        equals and section and key
    ):  # what stands after the sign is not repeated: it may be a secret
        what = f"{name!r} names no setting, write {_FLAG} section.key=value"
        return Layer(problems=(Problem(place=place, what=what),))
    return _single(section=section, key=key, text=text, place=place)


def _single(*, section: str, key: str, text: str, place: Place) -> Layer:
    return Layer(
        headers=(Header(section=section, place=place),),
        entries=(Entry(section=section, key=key, text=text.strip(), place=place),),
    )


def _joined(layers: Sequence[Layer]) -> Layer:
    return Layer(
        headers=tuple(header for layer in layers for header in layer.headers),
        entries=tuple(entry for layer in layers for entry in layer.entries),
        problems=tuple(problem for layer in layers for problem in layer.problems),
    )
