"""A home directory with files in it, loaded: what the tests of the configuration share."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, TypeVar

from pydantic import BaseModel, Field, model_validator
from typing_extensions import override

from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import Configuration, StrategyFile
from noctule.config.strategies import Catalogue
from noctule.domain.errors import ConfigError
from noctule.strategies import Candle, MarketView, Signal, Strategy, StrategySettings
from noctule.telemetry.attempt import contained

R = TypeVar("R")


class CrossSettings(BaseModel, frozen=True, extra="forbid"):
    fast: int = 10
    slow: int = 30

    @model_validator(mode="after")
    def _fast_is_below_slow(self) -> "CrossSettings":
        if self.fast >= self.slow:
            raise ValueError(f"fast = {self.fast} is not below slow = {self.slow}, lower fast")
        return self


class BandSettings(BaseModel, frozen=True, extra="forbid"):
    width: float  # no default: must be given


class IdeaSettings(StrategySettings, frozen=True):
    lookback: int = Field(default=20, ge=2, le=500)
    slow: int = 7  # as one of sma_cross is called, too

    @model_validator(mode="after")
    def _lookback_is_not_13(self) -> "IdeaSettings":
        if self.lookback == 13:
            raise ZeroDivisionError("13")
        return self


class MyIdea(Strategy):
    Settings: ClassVar[type[StrategySettings]] = IdeaSettings

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        raise AssertionError("nobody trades here")


class NotedFiles:
    """Knows one file, and says what was asked of it."""

    def load(self, reference: str) -> StrategyFile | str:
        if reference == "my_idea.py":
            return StrategyFile(path=reference, name="my_idea", code="c0de", kind=MyIdea)
        return f"there is no file {reference}, name one that exists"

    def try_out(self, file: StrategyFile, settings: BaseModel) -> str | None:
        assert isinstance(settings, IdeaSettings)
        return "my_idea.py:9: ValueError: 66, mend it there" if settings.lookback == 66 else None

    def blame(self, file: StrategyFile, error: BaseException) -> str:
        return f"{file.path}:3: {type(error).__name__}: {error}"

    def contained(self, call: Callable[[], R]) -> R | BaseException:
        return contained(call)

    def close(self) -> None:
        """Load the one again and again."""


STRATEGIES: dict[str, type[BaseModel]] = {"sma_cross": CrossSettings, "band": BandSettings}
CATALOGUE = Catalogue(names=tuple(STRATEGIES), settings_of=STRATEGIES.get, files=NotedFiles())


def load(
    home: Path,
    *,
    base: str | None = None,
    environment: Mapping[str, str] | None = None,
    profile: str | None = None,
    files: tuple[str, ...] = (),
    overrides: tuple[str, ...] = (),
) -> Configuration:
    if base is not None:
        write(home / "configs/noctule.ini", base)
    sources = Sources(
        home=home,
        directory=Path("configs"),
        environment=environment or {},
        profile=profile,
        files=tuple(Path(file) for file in files),
        overrides=overrides,
    )
    return ConfigManager(sources, catalogue=CATALOGUE).load()


def problems(
    home: Path,
    *,
    base: str | None = None,
    environment: Mapping[str, str] | None = None,
    profile: str | None = None,
    files: tuple[str, ...] = (),
    overrides: tuple[str, ...] = (),
) -> list[str]:
    try:
        load(
            home,
            base=base,
            environment=environment,
            profile=profile,
            files=files,
            overrides=overrides,
        )
    except ConfigError as exc:
        return list(exc.problems)
    return []


def write(path: Path, text: str, *, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
