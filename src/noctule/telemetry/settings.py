"""The [logging] section: what is written where, and how much of it."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator

__all__ = ["LevelName", "LogFormat", "LoggingSettings"]

LevelName = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["text", "json"]

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_PACKAGE = Path(__file__).parents[1]
_PREFIX = f"{_PACKAGE.name}."
_OTHERS = (
    *("root", "aiohttp", "asyncio", "binance", "py.warnings"),
    *("requests", "urllib3", "websocket", "websockets"),
)
_LIKENESS = 0.75
_LENGTH_OFF_MAX = 2  # my_market is not a misspelled market


class LoggingSettings(BaseModel, frozen=True, extra="forbid"):
    """Console, files and levels of the program's logs."""

    level: LevelName = "INFO"
    console: LogFormat = "text"
    file: Path = Path("logs/noctule.log")
    file_format: LogFormat = "text"
    rotate_mb: int = Field(default=10, ge=1, le=1000)
    keep_files: int = Field(default=10, ge=1, le=1000)
    trade_log: Path = Path("logs/trades.jsonl")
    audit_log: Path = Path("logs/audit.jsonl")
    levels: tuple[str, ...] = ()  # component=LEVEL, e.g. adapters.binance=DEBUG

    @field_validator("levels")
    @classmethod
    def _each_names_a_component_and_a_level(cls, levels: tuple[str, ...]) -> tuple[str, ...]:
        for entry in levels:
            component, _, level = entry.partition("=")
            if not component.strip() or level.strip() not in _LEVELS:
                raise ValueError(f"{entry!r} is not component=LEVEL, e.g. risk=WARNING")
            if not _may_speak(component.strip()):
                raise ValueError(f"{component.strip()!r} is not a component, {_hint(component)}")
        return levels


def _may_speak(component: str) -> bool:
    """Tell whether this is a module of ours, or a package we cannot take for a misspelled one."""
    ours = _ours()
    if component in ("root", _PACKAGE.name) or component.removeprefix(_PREFIX) in ours:
        return True
    top = component.split(".")[0]
    if top in _OTHERS or component in _OTHERS:
        return True
    return top != _PACKAGE.name and top not in ours and _meant(component) is None


def _hint(component: str) -> str:
    meant = _meant(component.strip())
    tops = ", ".join(name for name in _ours() if "." not in name)
    return f"did you mean {meant!r}?" if meant else f"write one of {tops}"


def _meant(component: str) -> str | None:
    """Return the name this looks like: the one that ends so, a whole one, or its first part."""
    name = component.removeprefix(_PREFIX)
    ours = _ours()
    ends = [known for known in ours if known.endswith(f".{name}")]
    whole = _like(name.lower(), (*ours, *_OTHERS))
    alone = ends if len(ends) == 1 else []
    return next(iter([*alone, *whole, *_like(name.split(".")[0], _OTHERS)]), None)


def _like(name: str, known: Iterable[str]) -> list[str]:
    near = [each for each in known if abs(len(each) - len(name)) <= _LENGTH_OFF_MAX]
    return get_close_matches(name, near, n=1, cutoff=_LIKENESS)


@cache
def _ours() -> tuple[str, ...]:
    """List our packages and modules as they are named in log lines."""
    paths = (path.relative_to(_PACKAGE) for path in _PACKAGE.rglob("*.py"))
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths}
    return tuple(sorted(names - {"__init__", "__main__"}))
