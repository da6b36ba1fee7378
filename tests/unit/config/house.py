"""A home directory with files in it, loaded: what the tests of the configuration share."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, model_validator

from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError


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


STRATEGIES: dict[str, type[BaseModel]] = {"sma_cross": CrossSettings, "band": BandSettings}


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
    manager = ConfigManager(
        sources, strategy_settings=STRATEGIES.get, strategy_names=tuple(STRATEGIES)
    )
    return manager.load()


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
