"""The layers in order: default, noctule.ini, profile, --config, .env, environment, --set."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from noctule.adapters.control.settings import ControlSettings
from noctule.config.addresses import judge_addresses
from noctule.config.bind import bind
from noctule.config.credentials import find_credentials
from noctule.config.disk import judge_files
from noctule.config.ini import Layer
from noctule.config.layers import flags_layer, read_file, variables_layer
from noctule.config.problems import Place, Problem
from noctule.config.reading import is_there
from noctule.config.sections import KnownKeys, Section, judge_names, merge
from noctule.config.settings import SECTIONS, Configuration, Setting, Settings
from noctule.config.strategies import Catalogue, choose_strategies
from noctule.config.timeframes import judge_timeframes
from noctule.config.variables import (
    Variables,
    dotenv_variables,
    environment_variables,
    systemd_variables,
)
from noctule.domain.errors import ConfigError
from noctule.engine.settings import TradingSettings

__all__ = ["ConfigManager", "Sources"]

_TOLD_MAX = 100
_READ_FROM = {"code": "path"}  # what is not written itself, but the place it is read from
_KEYS: KnownKeys = {name: model.model_fields for name, model in SECTIONS.items()}


class Sources(Struct, frozen=True, kw_only=True):
    """Everything a configuration is made from; relative paths begin at home."""

    home: Path  # where .env lies
    directory: Path  # where noctule.ini and profiles/ lie
    environment: Mapping[str, str]
    profile: str | None = None
    files: tuple[Path, ...] = ()
    overrides: tuple[str, ...] = ()  # section.key=value


class _Teller(Protocol):
    @property
    def problems(self) -> tuple[Problem, ...]: ...


class ConfigManager:
    """Turns files, variables and flags into one checked Configuration."""

    def __init__(self, sources: Sources, *, catalogue: Catalogue) -> None:
        self._sources = sources
        self._catalogue = catalogue

    def load(self) -> Configuration:
        """Read and check everything; raise ConfigError with every problem there is."""
        process, dotenv, systemd = self._variables()
        layers = tuple(self._layers(dotenv=dotenv, process=process))
        sections = merge(layers, expected=(*SECTIONS, "strategy"))
        bound = {name: bind(model, sections[name]) for name, model in SECTIONS.items()}
        chosen = choose_strategies(
            layers, sections, catalogue=self._catalogue, trading=bound["trading"]
        )
        found = find_credentials((process, dotenv, systemd))
        tellers: list[_Teller] = [*layers, process, dotenv, systemd, *bound.values(), chosen, found]
        _raise_if_any(
            *(problem for teller in tellers for problem in teller.problems),
            *judge_names(layers, {**_KEYS, **chosen.keys}),
            *judge_addresses(bound["api"], sections["api"]),
            *judge_timeframes(bound["regime"], bound["trading"], sections["regime"]),
            *judge_files(bound, sections, home=self._sources.home),
        )
        self._catalogue.files.close()  # whoever loads again must not have new code run
        models = {name: each.settings for name, each in bound.items()}
        settings = Settings.model_validate({**models, "strategies": chosen.choices})
        return Configuration(
            settings=settings,
            credentials=found.credentials,
            origins=_origins(settings, {**sections, **chosen.sections}),
        )

    def load_trading(self) -> TradingSettings:
        """Read and check [trading] alone, so that no strategy has to be loaded."""
        process, dotenv, _ = self._variables()
        layers = tuple(self._layers(dotenv=dotenv, process=process))
        bound = bind(TradingSettings, merge(layers, expected=("trading",))["trading"])
        named = [each for each in judge_names(layers, _KEYS) if each.section == "trading"]
        _raise_if_any(
            *(each for layer in layers for each in layer.problems), *bound.problems, *named
        )
        assert bound.settings is not None, "there is no problem, and there are no settings"
        return bound.settings

    def load_control(self) -> tuple[ControlSettings, tuple[str, ...]]:
        """Read [control] alone, and tell what is wrong with the files it may stand in.

        A bot that runs must obey, whatever became of its files since.
        """
        process, dotenv, _ = self._variables()
        layers = tuple(self._layers(dotenv=dotenv, process=process))
        bound = bind(ControlSettings, merge(layers, expected=("control",))["control"])
        _raise_if_any(*bound.problems)
        assert bound.settings is not None, "there is no problem, and there are no settings"
        told = sorted({str(each) for layer in layers for each in layer.problems})
        return bound.settings, tuple(told[:_TOLD_MAX])

    def _variables(self) -> tuple[Variables, Variables, Variables]:
        environment = self._sources.environment
        systemd = environment.get("CREDENTIALS_DIRECTORY")
        return (
            environment_variables(environment),
            dotenv_variables(self._sources.home / ".env", source=".env"),
            systemd_variables(Path(systemd) if systemd else None),
        )

    def _layers(self, *, dotenv: Variables, process: Variables) -> Iterator[Layer]:
        base = self._sources.directory / "noctule.ini"
        if is_there(self._path(base)):
            yield self._read(base)
        if self._sources.profile is not None:
            yield self._profile(self._sources.profile)
        yield from map(self._read, self._sources.files)
        yield variables_layer(dotenv)
        yield variables_layer(process)
        yield flags_layer(self._sources.overrides)

    def _profile(self, name: str) -> Layer:
        folder = self._sources.directory / "profiles"
        names = _stems(self._path(folder))
        path = folder / f"{name}.ini"
        if name in names:
            return self._read(path)
        what = f"there is no profile {name!r}, choose one of {', '.join(names) or 'none'}"
        return Layer(problems=(Problem(place=Place(source=self._shown(path)), what=what),))

    def _read(self, path: Path) -> Layer:
        return read_file(self._path(path), source=self._shown(path))

    def _path(self, path: Path) -> Path:
        return self._sources.home / path

    def _shown(self, path: Path) -> str:
        home = self._sources.home
        return str(path.relative_to(home) if path.is_relative_to(home) else path)


def _stems(folder: Path) -> list[str]:
    try:
        return sorted(path.stem for path in folder.glob("*.ini"))
    except OSError:  # not to be looked at
        return []


def _raise_if_any(*problems: Problem) -> None:
    told = [str(problem) for problem in sorted(set(problems))]
    more = len(told) - _TOLD_MAX
    if more > 0:
        told[_TOLD_MAX:] = [f"and {more} more"]
    if told:
        raise ConfigError(told)


def _origins(settings: Settings, sections: Mapping[str, Section]) -> Mapping[str, str]:
    def origin(setting: Setting) -> str:
        entry = sections[setting.section].entries.get(_READ_FROM.get(setting.key, setting.key))
        return str(entry.place) if entry else "default"

    return MappingProxyType(
        {f"{each.section}.{each.key}": origin(each) for each in settings.each()}
    )
