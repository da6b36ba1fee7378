"""The process environment, the .env file and systemd's credentials: named values, kept secret."""

import stat
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from msgspec import Struct
from pydantic import SecretStr

from noctule.config.problems import Place, Problem

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
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            return _refused(source, f"others may access it (mode {mode:o}), run chmod 600 {source}")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Variables(source=source)
    except OSError as exc:
        return _refused(source, f"cannot be read ({exc.strerror}), make it a readable file")
    except UnicodeDecodeError:
        return _refused(source, "is not UTF-8 text, save it as UTF-8")
    return _parsed(text, source)


def systemd_variables(directory: Path | None) -> Variables:
    """Read the credentials that systemd's LoadCredential put into a directory."""
    source = "systemd credentials"
    if directory is None:
        return Variables(source=source)
    paths = {name: directory / file for file, name in _SYSTEMD_FILES.items()}
    try:
        variables = tuple(
            _variable(name, path.read_text("utf-8"), Place(source=str(path)))
            for name, path in paths.items()
            if path.exists()
        )
    except (OSError, UnicodeDecodeError):
        return _refused(source, "cannot be read, make api_key and api_secret readable text files")
    return Variables(source=source, variables=variables)


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
            Problem(place=_place(binding, source), what="is not a variable, write NAME=value")
            for binding in bindings
            if binding.error or (binding.key is not None and binding.value is None)
        ),
    )


def _place(binding: Binding, source: str) -> Place:
    text = binding.original.string  # begins with the blank lines before the variable
    blank = text[: len(text) - len(text.lstrip())]
    return Place(source=source, line=binding.original.line + blank.count("\n"))
