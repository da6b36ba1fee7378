"""A section's texts become its frozen model; what does not fit is told with its place."""

from types import NoneType
from typing import Generic, TypeVar, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from noctule.config.explain import Unusable, example, explain
from noctule.config.problems import Problem
from noctule.config.sections import Section
from noctule.config.texts import unfit

__all__ = ["Bound", "bind"]

Model = TypeVar("Model", bound=BaseModel)


class Bound(Struct, Generic[Model], frozen=True, kw_only=True):
    """A section's model, as far as it could be made.

    Wrong keys hold their defaults, so that rules between sections can still be told for the
    others; without a model not even that was possible.
    """

    settings: Model | None
    wrong: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def with_good(self, key: str) -> Model | None:
        """Return the model if this key of it says what was written."""
        return None if key in self.wrong else self.settings


def bind(model: type[Model], section: Section) -> Bound[Model]:
    """Build the model from the section's entries.

    Keys it does not know are judged elsewhere; beside one of them no rule of the section as a
    whole is told, for it may have been judged by a default that was not meant.
    """
    inputs = {
        key: _input(section.entries[key].text, field)
        for key, field in model.model_fields.items()
        if key in section.entries
    }
    settings, errors = _validated(model, inputs)
    if not errors:
        return Bound(settings=settings)
    wrong = frozenset(str(error["loc"][0]) for error in errors if error["loc"])
    rest = {key: value for key, value in inputs.items() if key not in wrong}
    settings, _ = _validated(model, rest)
    misspelled = any(key not in model.model_fields for key in section.entries)
    problems = tuple(
        _problem(error, section, model) for error in errors if error["loc"] or not misspelled
    )
    return Bound(settings=settings, wrong=wrong, problems=problems)


def _input(text: str, field: FieldInfo) -> object:
    is_list = get_origin(field.annotation) is tuple
    if not text:
        return _absent(field)
    wrong = unfit(text, field.annotation)
    if wrong:
        return Unusable(wrong)
    if not is_list:
        return text
    items = tuple(item.strip() for item in text.split(","))
    if not all(items):
        return Unusable("has an empty item, write the items with one comma between them")
    return items


def _absent(field: FieldInfo) -> object:
    if NoneType in get_args(field.annotation):
        return None
    default = field.get_default()
    if default in ((), ""):
        return default
    return Unusable(f"is empty, write a value{example(field)}")


def _validated(
    model: type[Model], inputs: dict[str, object]
) -> tuple[Model | None, list[ErrorDetails]]:
    try:
        return model.model_validate(inputs), []
    except ValidationError as exc:
        return None, _innermost(exc.errors(include_url=False))


def _innermost(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out what only follows: a list without its wrong items may be too short, too."""
    within = {error["loc"][:-1] for error in errors if len(error["loc"]) > 1}
    return [error for error in errors if error["loc"] not in within]


def _problem(error: ErrorDetails, section: Section, model: type[BaseModel]) -> Problem:
    key = str(error["loc"][0]) if error["loc"] else ""
    return section.problem(explain(error, model.model_fields.get(key)), key=key)
