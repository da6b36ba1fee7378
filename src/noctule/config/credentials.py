"""The exchange's key and secret: two halves of one source, and never printed."""

import re
from collections.abc import Iterable

from msgspec import Struct
from pydantic import SecretStr

from noctule.config.problems import Problem
from noctule.config.variables import KEY_NAME, SECRET_NAME, Variable, Variables

__all__ = ["HOW_TO_GIVE", "Credentials", "Found", "find_credentials"]

HOW_TO_GIVE = f"set {KEY_NAME} and {SECRET_NAME} in the environment, .env or systemd credentials"

# Shorter ones could not be starred in the logs; what else stands in them would break a header.
_SHAPE = re.compile(r"[!-~]{6,}")
_SHOWN_AS = {KEY_NAME: "API key", SECRET_NAME: "secret key"}


class Credentials(Struct, frozen=True, kw_only=True):
    """Key and secret, which print as stars, and the source they came from."""

    api_key: SecretStr
    api_secret: SecretStr
    origin: str


class Found(Struct, frozen=True, kw_only=True):
    """The credentials of the first source that has any, or what is wrong with them."""

    credentials: Credentials | None = None
    problems: tuple[Problem, ...] = ()


def find_credentials(sources: Iterable[Variables]) -> Found:
    """Look through the sources in turn; a key is never paired with another source's secret."""
    for source in sources:
        key = _named(KEY_NAME, source)
        secret = _named(SECRET_NAME, source)
        problems = tuple(_misshapen(each) for each in (key, secret) if each and not _fits(each))
        if problems:
            return Found(problems=problems)
        if key and secret:
            return Found(
                credentials=Credentials(
                    api_key=key.value, api_secret=secret.value, origin=source.source
                )
            )
        if key:
            return _half(key, missing=SECRET_NAME)
        if secret:
            return _half(secret, missing=KEY_NAME)
    return Found()


def _named(name: str, source: Variables) -> Variable | None:
    """Return the last variable of this name, unless it is empty as in .env.example."""
    named = [variable for variable in source.variables if variable.name == name]
    return named[-1] if named and named[-1].value.get_secret_value() else None


def _fits(variable: Variable) -> bool:
    return _SHAPE.fullmatch(variable.value.get_secret_value()) is not None


def _misshapen(variable: Variable) -> Problem:
    what = (
        f"is not what the exchange shows as {_SHOWN_AS[variable.name]}, write it whole: one line "
        "of letters and digits, usually 64, without blanks"
    )
    return Problem(place=variable.place, what=what)


def _half(variable: Variable, *, missing: str) -> Found:
    what = f"stands alone, set {missing} in the same place"
    return Found(problems=(Problem(place=variable.place, what=what),))
