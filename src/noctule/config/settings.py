"""What a loaded configuration is: one field per section, frozen, each model owned elsewhere."""

import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping

from msgspec import Struct
from pydantic import BaseModel, SerializeAsAny

from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.control.settings import ControlSettings
from noctule.adapters.sim.settings import SimSettings
from noctule.adapters.store.settings import StoreSettings
from noctule.adapters.web.settings import WebSettings
from noctule.config.credentials import HOW_TO_GIVE, Credentials
from noctule.config.wording import value_text
from noctule.domain.values import Symbol
from noctule.engine.settings import ShutdownSettings, TradingSettings
from noctule.market.regime_settings import RegimeSettings
from noctule.risk.limits import RiskLimits
from noctule.strategies.base import Strategy
from noctule.telemetry.settings import LoggingSettings

__all__ = ["SECTIONS", "Configuration", "Setting", "Settings", "StrategyChoice", "StrategyFile"]

_NEED_CREDENTIALS = ("testnet", "live")


class StrategyFile(BaseModel, frozen=True, extra="forbid"):
    """A strategy of the owner's own: where its code stands, and what it makes."""

    path: str  # FILE.py or FILE.py:CLASS, as it is written
    name: str  # its class's, as a section would be named
    code: str  # a hash of its text, and of the files beside it that it imports
    kind: type[Strategy]


class StrategyChoice(BaseModel, frozen=True, extra="forbid"):
    """One strategy section: which strategy, on which symbols, with which settings of its own."""

    label: str | None = None  # NAME of [strategy.NAME]; the plain [strategy] has none
    name: str
    file: StrategyFile | None = None  # None: the built-in one of this name
    symbols: tuple[Symbol, ...]
    reverse: bool | None = None  # whether to enter the other side; None: as the strategy says
    settings: SerializeAsAny[BaseModel]

    @property
    def section(self) -> str:
        """Return the name of the section this was read from."""
        return f"strategy.{self.label}" if self.label else "strategy"


class Setting(Struct, frozen=True, kw_only=True):
    """One effective key, in the text an INI file would hold."""

    section: str
    key: str
    text: str


class Settings(BaseModel, frozen=True, extra="forbid"):
    """Everything the program can be told, apart from its secrets."""

    api: ApiSettings = ApiSettings()
    sim: SimSettings = SimSettings()
    trading: TradingSettings = TradingSettings()
    strategies: tuple[StrategyChoice, ...]
    regime: RegimeSettings = RegimeSettings()
    risk: RiskLimits = RiskLimits()
    shutdown: ShutdownSettings = ShutdownSettings()
    logging: LoggingSettings = LoggingSettings()
    store: StoreSettings = StoreSettings()
    control: ControlSettings = ControlSettings()
    web: WebSettings = WebSettings()

    def each(self) -> Iterator[Setting]:
        """Yield every setting, section by section."""
        for name in type(self).model_fields:
            if name in SECTIONS:
                yield from _settings_of(name, getattr(self, name))
            else:
                yield from self._each_of_strategies()

    def _each_of_strategies(self) -> Iterator[Setting]:
        for choice in self.strategies:
            shared = {"symbols": choice.symbols, "reverse": choice.reverse}
            for key, value in {**_which(choice), **shared}.items():
                yield Setting(section=choice.section, key=key, text=value_text(value))
            yield from _settings_of(choice.section, choice.settings)


class Configuration(Struct, frozen=True, kw_only=True):
    """Settings and credentials as loaded, and where each came from."""

    settings: Settings
    credentials: Credentials | None
    origins: Mapping[str, str]  # "section.key" of every setting -> where its value was written

    @property
    def fingerprint(self) -> str:
        """Return a hash that is the same for the same settings; secrets are no part of it."""
        pairs = {f"{each.section}.{each.key}": each.text for each in self.settings.each()}
        return hashlib.sha256(json.dumps(pairs, sort_keys=True).encode()).hexdigest()

    @property
    def credentials_problem(self) -> str | None:
        """Say what is missing when the environment needs credentials and has none."""
        environment = self.settings.api.environment
        if self.credentials is not None or environment not in _NEED_CREDENTIALS:
            return None
        origin = self.origins["api.environment"]
        return f"{origin} [api] environment: {environment} needs credentials, {HOW_TO_GIVE}"


SECTIONS: Mapping[str, type[BaseModel]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if inspect.isclass(field.annotation) and issubclass(field.annotation, BaseModel)
}


def _which(choice: StrategyChoice) -> Mapping[str, str]:
    """Return the keys that say which strategy is meant; of a file also what was loaded."""
    if choice.file is None:
        return {"name": choice.name, "path": ""}
    return {"path": choice.file.path, "code": choice.file.code}


def _settings_of(section: str, model: BaseModel) -> Iterator[Setting]:
    for key in type(model).model_fields:
        yield Setting(section=section, key=key, text=value_text(getattr(model, key)))
