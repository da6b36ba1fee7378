"""Which strategy is meant, and with which settings: the configured one, or one that is named."""

from collections.abc import Sequence
from typing import Final, cast

from msgspec import Struct
from pydantic import BaseModel

from noctule.config.bind import bind
from noctule.config.ini import Entry, Header, Layer
from noctule.config.problems import Place
from noctule.config.sections import Section, judge_names
from noctule.config.settings import Settings
from noctule.config.wording import did_you_mean, value_text
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe
from noctule.engine.desk import Desk
from noctule.market.board import Board
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.factory import StrategyFactory

__all__ = ["Choice", "configured", "named", "own_keys"]

_FLAG: Final = Place(source="--set")
_SECTION: Final = "strategy"


class Choice(Struct, frozen=True, kw_only=True):
    """A strategy with its settings, of which every desk gets an instance of its own."""

    label: str
    name: str
    settings: BaseModel

    def told(self) -> str:
        """Write the settings in one line."""
        values = {key: getattr(self.settings, key) for key in type(self.settings).model_fields}
        return ", ".join(f"{key} = {value_text(value)}" for key, value in values.items())

    def desk(
        self, symbol: Symbol, *, base: Timeframe, higher: Sequence[Timeframe], warmup: int
    ) -> Desk:
        """Make the desk that the bot would make."""
        own = cast("StrategySettings", self.settings)  # built from the strategy's own model
        strategy: Strategy = StrategyFactory.create(self.name, own)
        capacity = max(warmup, strategy.warmup_bars, 1)
        board = Board(symbol, base=base, higher=higher, capacity=capacity)
        return Desk(label=self.label, strategy=strategy, board=board)


def own_keys(overrides: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split `key=value` for the strategy itself from `section.key=value` for all else."""
    own = [each for each in overrides if "." not in each.partition("=")[0]]
    return own, [each for each in overrides if each not in own]


def named(name: str, overrides: Sequence[str]) -> Choice:
    """Return a strategy by its name, with its defaults and what `--set` says of it."""
    model = StrategyFactory.settings_of(name)
    if model is None:
        guess = did_you_mean(name, StrategyFactory.names())
        raise ConfigError([f"strategy explain: {name!r} is not a strategy, {guess}"])
    section = Section(name=_SECTION, place=_FLAG, entries=_entries(overrides))
    bound = bind(model, section)
    header = Header(section=_SECTION, place=_FLAG)
    layer = Layer(headers=(header,), entries=tuple(section.entries.values()))
    problems = [*bound.problems, *judge_names([layer], {_SECTION: model.model_fields})]
    if problems or bound.settings is None:
        raise ConfigError([str(each) for each in problems])
    return Choice(label=name, name=name, settings=bound.settings)


def configured(settings: Settings, symbol: Symbol) -> Choice:
    """Return the strategy that the configuration lets trade this symbol, or its only one."""
    choices = settings.strategies
    of_symbol = [each for each in choices if symbol in each.symbols]
    if not of_symbol and len(choices) > 1:
        names = ", ".join(each.label or each.name for each in choices)
        raise ConfigError(
            [f"strategy explain: {symbol} is traded by none of {names}: name a strategy"]
        )
    chosen = (of_symbol or choices)[0]
    return Choice(label=chosen.label or chosen.name, name=chosen.name, settings=chosen.settings)


def _entries(overrides: Sequence[str]) -> dict[str, Entry]:
    entries = {}
    for each in overrides:
        key, equals, text = each.partition("=")
        if not equals or not key.strip():
            raise ConfigError([f"--set: {each!r} is not KEY=VALUE"])
        entries[key.strip()] = Entry(
            section=_SECTION, key=key.strip(), text=text.strip(), place=_FLAG
        )
    return entries
