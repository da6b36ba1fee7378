"""The process environment, the .env file and systemd's credentials: named values, kept secret."""

import os
import re
import stat
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from msgspec import Struct
from pydantic import SecretStr

from noctule.config.problems import Place, Problem
from noctule.config.reading import Unreadable, is_there, read_text
from noctule.config.wording import shortened

__all__ = [
    "KEY_NAME",
    "SECRET_NAME",
    "Variable",
    "Variables",
    "dotenv_variables",
    "environment_variables",
    "systemd_variables",
]

KEY_NAME = "BINANCE_API_KEY"
SECRET_NAME = "BINANCE_API_SECRET"  # noqa: S105  # the name of a variable, not its value

_NAMES = (KEY_NAME, SECRET_NAME)
_LIKE_ONE_OF_THEM = re.compile(r"BINANCE.*(KEY|SECRET).*|API_?(KEY|SECRET)", re.IGNORECASE)
_SYSTEMD_FILES = {"api_key": KEY_NAME, "api_secret": SECRET_NAME}


class Variable(Struct, frozen=True, kw_only=True):
    """One name, its place and its value, which prints as stars."""

    name: str
    value: SecretStr
    place: Place


class Variables(Struct, frozen=True, kw_only=True):
    """All that one source says, and what is wrong with it."""

    source: str
    variables: tuple[Variable, ...] = ()
    problems: tuple[Problem, ...] = ()


def environment_variables(environment: Mapping[str, str]) -> Variables:
    """Take the variables of the process."""
    source = "environment"
    return Variables(
        source=source,
        variables=tuple(
            _variable(name, text, Place(source=f"{source} {name}"))
            for name, text in environment.items()
        ),
    )


def dotenv_variables(path: Path, *, source: str) -> Variables:
    """Read a .env file, if there is one and nobody but its owner may look into it."""
    if not is_there(path):
        return Variables(source=source)
    content = read_text(path)
    if isinstance(content, Unreadable):
        return _refused(source, f"{content.fault}, make it a readable text file")
    if content.mode & (stat.S_IRWXG | stat.S_IRWXO):
        what = f"others may access it (mode {content.mode:o}), run chmod 600 {source}"
        return _refused(source, what)
    return _parsed(content.text, source)


def systemd_variables(directory: Path | None) -> Variables:
    """Read the credentials that systemd's LoadCredential put into a directory.

    A directory that is closed to us holds nothing for us: some containers leave it so, and the
    simulation needs no key. Where one is needed, that it is missing is told.
    """
    source = "systemd credentials"
    if directory is None or not os.access(directory, os.X_OK):
        return Variables(source=source)
    variables = []
    for file, name in _SYSTEMD_FILES.items():
        path = directory / file
        content = read_text(path) if is_there(path) else None
        if isinstance(content, Unreadable):
            return _refused(str(path), f"{content.fault}, make it a readable text file")
        if content is not None:
            variables.append(_variable(name, content.text, Place(source=str(path))))
    return Variables(source=source, variables=tuple(variables))


def _variable(name: str, text: str, place: Place) -> Variable:
    return Variable(name=name, value=SecretStr(text.strip()), place=place)


def _refused(source: str, what: str) -> Variables:
    return Variables(source=source, problems=(Problem(place=Place(source=source), what=what),))


def _parsed(text: str, source: str) -> Variables:
    bindings = tuple(parse_stream(StringIO(text)))
    return Variables(
        source=source,
        variables=tuple(
            _variable(binding.key, binding.value, _place(binding, source))
            for binding in bindings
            if binding.key is not None
            if binding.value is not None
        ),
        problems=tuple(
            Problem(place=_place(binding, source), what=what)
            for binding in bindings
            if (what := _wrong(binding))
        ),
    )


def _wrong(binding: Binding) -> str | None:
    if binding.error or (binding.key is not None and binding.value is None):
        return "is not a variable, write NAME=value"
    name = binding.key or ""
    if name in _NAMES or not _LIKE_ONE_OF_THEM.fullmatch(name):
        return None
    guess = SECRET_NAME if "SECRET" in name.upper() else KEY_NAME
    return f"{shortened(name)} is not read, did you mean {guess}?"


def _place(binding: Binding, source: str) -> Place:
    text = binding.original.string  # begins with the blank lines before the variable
    blank = text[: len(text) - len(text.lstrip())]
    return Place(source=source, line=binding.original.line + blank.count("\n"))
