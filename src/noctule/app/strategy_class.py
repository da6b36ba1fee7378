"""The class in a file of the owner's own: which one is meant, and whether it can be asked."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError

from noctule.app.strategy_source import Reference, Source
from noctule.config.explain import explain
from noctule.config.strategies import LABEL
from noctule.config.wording import did_you_mean, shortened
from noctule.strategies.base import Strategy, StrategySettings

__all__ = ["RESERVED", "class_flaw", "find_class", "label_of"]

RESERVED: Final = frozenset({"name", "path", "symbols", "reverse", "code"})  # keys of the section

_BASE: Final = "noctule.strategies.Strategy"
_WANTED: Final = "write def analyze(self, candle, view):"
_UNWRITABLE: Final = (dict, list, set, frozenset)  # an INI file has no way to say them


def find_class(reference: Reference, source: Source, names: Mapping[str, Any]) -> type | str:
    """Return the class that is meant among what the file defines, or say why there is none."""
    module = names["__name__"]
    own = {
        name: each
        for name, each in names.items()
        if isinstance(each, type) and issubclass(each, Strategy) and each.__module__ == module
    }
    if reference.wanted is not None:
        return _named(reference.wanted, source, names, own)
    whole = {name: each for name, each in own.items() if not inspect.isabstract(each)} or own
    if len({*whole.values()}) == 1:
        return next(iter(whole.values()))
    if not whole:
        return f"{source.at(1)}: holds no strategy, write class MyIdea({_BASE.split('.')[-1]}):"
    choice = f"write one of {', '.join(f'{source.shown}:{name}' for name in whole)}"
    return f"{source.at(1)}: holds {len(whole)} strategies, {choice}"


def _named(
    wanted: str, source: Source, names: Mapping[str, Any], own: Mapping[str, type]
) -> type | str:
    found = names.get(wanted)
    if found is None:
        guess = did_you_mean(wanted, [*own]) if own else "write class " + wanted + "(Strategy):"
        return f"{source.at(1)}: has no class {wanted}, {guess}"
    if not (isinstance(found, type) and issubclass(found, Strategy)):
        line = source.line_of(wanted)
        return f"{source.at(line)}: {wanted} is no subclass of {_BASE}, write {wanted}(Strategy)"
    return found


def label_of(kind: type) -> str:
    """Return what stands for the class in logs and ids: for `MyIdea` it is `my_idea`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind.__name__)
    return re.sub("_+", "_", words).strip("_").lower()


def class_flaw(kind: type[Strategy], source: Source) -> str | None:
    """Say what would keep the class from being asked, with its line; None when nothing would."""
    for judge in _JUDGES:
        found = judge(kind)
        if found is not None:
            member, what = found
            return f"{source.at(source.line_of(kind.__name__, member))}: {what}"
    return None


_Flaw = tuple[str | None, str]  # the member it is about, and what is wrong with it


def _judge_name(kind: type[Strategy]) -> _Flaw | None:
    if LABEL.fullmatch(label_of(kind)):
        return None
    what = f"the name {kind.__name__} is to stand in orders and logs, write Latin letters"
    return None, what


def _judge_analyze(kind: type[Strategy]) -> _Flaw | None:
    if "analyze" in getattr(kind, "__abstractmethods__", ()):
        return None, f"{kind.__name__} has no analyze, {_WANTED}"
    missing = sorted(getattr(kind, "__abstractmethods__", ()))
    if missing:
        return None, f"{kind.__name__} leaves {', '.join(missing)} abstract, write it"
    analyze: object = kind.analyze  # whatever the owner put there
    if not callable(analyze):
        return "analyze", f"analyze is {shortened(repr(analyze))}, {_WANTED}"
    if inspect.iscoroutinefunction(analyze) or inspect.isasyncgenfunction(analyze):
        return "analyze", "analyze is async: nothing may be waited for in it, take async away"
    if inspect.isgeneratorfunction(analyze):
        return "analyze", "analyze yields: it is to return a Signal or None, write return"
    return _judge_parameters(kind, analyze)


def _judge_parameters(kind: type[Strategy], analyze: Callable[..., object]) -> _Flaw | None:
    bare = inspect.getattr_static(kind, "analyze")
    given = 3 if isinstance(bare, FunctionType) else 2  # of a static method no self
    signature = inspect.signature(analyze)
    try:
        signature.bind(*[None] * given)
    except TypeError:
        return "analyze", f"analyze takes {_bare(signature)}, {_WANTED}"
    return None


def _bare(signature: inspect.Signature) -> inspect.Signature:
    """Take away what is written about types: it says nothing of what is wrong here."""
    bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    return signature.replace(parameters=bare, return_annotation=signature.empty)


def _judge_reverse(kind: type[Strategy]) -> _Flaw | None:
    reverse: object = kind.reverse
    if isinstance(reverse, bool):
        return None
    return "reverse", f"reverse is {shortened(repr(reverse))}, write True or False"


def _judge_settings(kind: type[Strategy]) -> _Flaw | None:
    model: object = kind.Settings
    if not (isinstance(model, type) and issubclass(model, StrategySettings)):
        wanted = "write class Settings(StrategySettings):"
        return (
            "Settings",
            f"Settings is no subclass of noctule.strategies.StrategySettings, {wanted}",
        )
    return next((("Settings", what) for what in _settings_flaws(model)), None)


def _settings_flaws(model: type[BaseModel]) -> Iterator[str]:
    for key, field in model.model_fields.items():
        if key in RESERVED:
            yield f"Settings.{key} is a key of the section itself, give it another name"
        if field.alias is not None:
            yield f"Settings.{key} has the alias {field.alias!r}, take it away"
        if get_origin(field.annotation) in _UNWRITABLE or field.annotation in _UNWRITABLE:
            wanted = "write a tuple, e.g. tuple[int, ...]"
            yield f"Settings.{key} is something that no INI file can say, {wanted}"
        if field.is_required():
            yield f"Settings.{key} has no default, write {key}: {_shown(field.annotation)} = …"
    yield from _default_flaws(model)


def _shown(annotation: object) -> str:
    name = getattr(annotation, "__name__", None)
    return str(annotation) if name is None or get_args(annotation) else str(name)


def _default_flaws(model: type[BaseModel]) -> Iterator[str]:
    """Find the defaults that the settings themselves would not take."""
    try:
        defaults = {
            key: field.get_default(call_default_factory=True, validated_data={})
            for key, field in model.model_fields.items()
        }
        model.model_validate(defaults)
    except ValidationError as exc:
        error = exc.errors(include_url=False)[0]
        key = str(error["loc"][0]) if error["loc"] else ""
        what = explain(error, model.model_fields.get(key))
        yield (
            f"the default of Settings.{key} {what}" if key else f"the defaults of Settings: {what}"
        )


_JUDGES: Final = (_judge_name, _judge_analyze, _judge_reverse, _judge_settings)
