"""Loads the strategies that stand in files of the owner's own, and says what is wrong with one."""

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final, TypeVar, cast

from pydantic import BaseModel
from typing_extensions import override

from noctule.app.exits import abandon, refuse
from noctule.app.neighbours import code_of, confused_neighbour, let_import_neighbours
from noctule.app.strategy_class import class_flaw, find_class, label_of
from noctule.app.strategy_source import (
    MUST_NOT_END,
    Reference,
    Source,
    read_reference,
    read_source,
)
from noctule.app.time_limit import TimeIsUp, time_limit
from noctule.config.settings import StrategyFile
from noctule.config.strategies import Catalogue, StrategyFiles
from noctule.config.wording import shortened
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.factory import StrategyFactory
from noctule.telemetry.attempt import contained

__all__ = ["UserStrategies", "strategy_catalogue"]

WARMUP_BARS_MAX: Final = 10_000  # as of [trading] warmup_candles
_LOADING_S_MAX: Final = 10.0
_RUNNING_S_MAX: Final = 1.0  # for a bot that trades and is told to reload
_MODULE: Final = "_noctule_strategy"  # no name that a file would import

T = TypeVar("T")


def strategy_catalogue(home: Path) -> Catalogue:
    """Return every strategy there is: those built in, and those in files seen from home."""
    return Catalogue(
        names=StrategyFactory.names(),
        settings_of=StrategyFactory.settings_of,
        files=UserStrategies(home),
    )


class UserStrategies(StrategyFiles):
    """Runs each file once, however often and for whatever of its classes it is asked."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._modules: dict[Path, ModuleType | str] = {}
        self._sources: dict[str, Source] = {}  # by what they are called by
        self._is_closed = False

    @override
    def load(self, reference: str) -> StrategyFile | str:
        """Return the strategy that `FILE.py:CLASS` stands for, or say what is wrong and where."""
        meant = read_reference(reference, home=self._home)
        if isinstance(meant, str):
            return meant
        source = read_source(meant)
        if isinstance(source, str):
            return source
        self._sources[meant.text] = source
        module = self._module(source)
        if isinstance(module, str):
            return module
        kind = find_class(meant, source, vars(module))
        if isinstance(kind, str):
            return kind
        flaw = self.contained(lambda: class_flaw(kind, source))  # defaults are made by its code
        if isinstance(flaw, BaseException):
            return f"{source.failure(flaw)} while its settings were read, mend it there"
        return flaw or _file(meant, source, kind)

    @override
    def try_out(self, file: StrategyFile, settings: BaseModel) -> str | None:
        """Make two, as of two symbols, and ask for the warm-up: all of it is the owner's code."""
        own = cast("StrategySettings", settings)  # made of the class's own Settings
        warmup_bars = self.contained(lambda: [file.kind(own).warmup_bars for _ in range(2)][-1])
        if isinstance(warmup_bars, BaseException):
            return self.blame(file, warmup_bars)
        source = self._sources[file.path]
        where = source.at(source.line_of(file.kind.__name__, "warmup_bars"))
        if type(warmup_bars) is not int:
            told = self.contained(lambda: shortened(repr(warmup_bars)))
            what = told if isinstance(told, str) else f"a {type(warmup_bars).__name__}"
            return f"{where}: warmup_bars is {what}, return a whole number"
        if not 0 <= warmup_bars <= WARMUP_BARS_MAX:
            return f"{where}: warmup_bars is {warmup_bars}, allowed is 0 to {WARMUP_BARS_MAX}"
        return None

    @override
    def blame(self, file: StrategyFile, error: BaseException) -> str:
        """Say what the owner's code raised while a strategy was made, and where."""
        return f"{self._sources[file.path].failure(error)} while it was made, mend it there"

    @override
    def contained(self, call: Callable[[], T]) -> T | BaseException:
        """Return what the owner's code returns, or what it raised; it may neither hang nor end us.

        What it prints is not ours: it goes where errors go.
        """
        if self._is_closed:  # where nothing else helps, the bot that guards positions starts anew
            seconds, give_up = _RUNNING_S_MAX, abandon
        else:
            seconds, give_up = _LOADING_S_MAX, refuse

        def limited() -> T:
            with time_limit(seconds, give_up=give_up), redirect_stdout(sys.stderr):
                return call()

        return contained(limited)

    @override
    def close(self) -> None:
        """Run no file from now on that did not run before: a bot that trades must not wait."""
        self._is_closed = True

    def _module(self, source: Source) -> ModuleType | str:
        known = self._modules.get(source.path)
        if known is not None:
            return known
        if self._is_closed:
            what = "a running bot loads no other strategy"
            return f"{source.shown} was not loaded at the start, {what}: restart it"
        self._modules[source.path] = loaded = self._run(source)
        return loaded

    def _run(self, source: Source) -> ModuleType | str:
        """Run a file as a module of a name of its own; say what it raised."""
        tag = hashlib.sha256(str(source.path).encode()).hexdigest()[:8]
        name = f"{_MODULE}_{tag}_{source.path.stem}"
        spec = importlib.util.spec_from_file_location(name, source.path)
        assert spec is not None, f"{source.path} is no Python file"
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses and annotations look their module up
        let_import_neighbours(source.path.parent)
        code = compile(source.tree, str(source.path), "exec")
        run = partial(exec, code, vars(module))  # what the owner asked for
        failure = self.contained(run)
        if isinstance(failure, BaseException):
            sys.modules.pop(name, None)  # it may have done so itself
            return _told(source, failure)
        return confused_neighbour(source) or module


def _file(reference: Reference, source: Source, kind: type[Strategy]) -> StrategyFile:
    return StrategyFile(path=reference.text, name=label_of(kind), code=code_of(source), kind=kind)


def _told(source: Source, failure: BaseException) -> str:
    match failure:
        case ModuleNotFoundError(name=str(missing)):
            remedy = f"install {missing.partition('.')[0]} or write without it"
        case ImportError() if "relative import" in str(failure):
            remedy = "write import NAME: files beside it are found by their names"
        case TimeIsUp():
            remedy = "do no work while a file is imported"
        case SystemExit() | KeyboardInterrupt():
            remedy = MUST_NOT_END
        case _:
            remedy = "mend it there"
    return f"{source.failure(failure)} while it was imported, {remedy}"
