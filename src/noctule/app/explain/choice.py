"""Which strategy is meant, with which settings, on which timeframes: as the bot would be told."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from pydantic import BaseModel

from noctule.app.explain.recorded import Recording
from noctule.config.bind import bind
from noctule.config.ini import Entry, Header, Layer
from noctule.config.problems import Place
from noctule.config.sections import judge_names, merge
from noctule.config.settings import Settings, StrategyChoice
from noctule.config.strategies import Catalogue, choose_strategies
from noctule.config.wording import value_text
from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol
from noctule.engine.settings import TradingSettings

__all__ = ["Wish", "label_of", "own_keys", "settings_for", "told_settings"]

_SET: Final = Place(source="--set")

Load = Callable[[Sequence[str]], Settings]  # the configuration, with overrides laid over it


class Wish(Struct, frozen=True, kw_only=True):
    """What the command line says of strategy and timeframes."""

    strategy: str | None  # NAME, FILE:CLASS, or a section's; None: whatever trades the symbol
    own: Sequence[str]  # KEY=VALUE
    higher: str | None  # None: the configured ones
    command: str = "strategy explain"  # which one was given this


def own_keys(overrides: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split `key=value` for the strategy itself from `section.key=value` for all else."""
    own = [each for each in overrides if "." not in each.partition("=")[0]]
    return own, [each for each in overrides if each not in own]


def settings_for(recording: Recording, wish: Wish, *, load: Load, catalogue: Catalogue) -> Settings:
    """Return settings of one strategy that trades the recorded symbol, and nothing else."""
    settings = load(())
    choice = _configured(settings, recording.symbol, wish.strategy)
    if choice is None:
        assert wish.strategy is not None, "without a name one is configured"
        choice = _named(wish, wish.strategy, recording.symbol, catalogue)
    elif wish.own:
        again = load([f"{choice.section}.{each}" for each in wish.own])
        choice = next(each for each in again.strategies if each.section == choice.section)
    trading = _trading(recording, wish.higher, settings.trading)
    alone = choice.model_copy(update={"symbols": (recording.symbol,)})
    return settings.model_copy(update={"strategies": (alone,), "trading": trading})


def label_of(settings: Settings) -> str:
    """Name the one strategy there is."""
    (choice,) = settings.strategies
    return choice.label or choice.name


def told_settings(settings: Settings) -> Mapping[str, str]:
    """Write each of the strategy's own settings as its line in an INI file would."""
    (choice,) = settings.strategies
    return {
        key: value_text(getattr(choice.settings, key)) for key in type(choice.settings).model_fields
    }


def _configured(settings: Settings, symbol: Symbol, name: str | None) -> StrategyChoice | None:
    """Return the section that is called so; without a name the one that trades the symbol."""
    choices = settings.strategies
    if name is not None:
        return next((each for each in choices if each.label == name), None)
    of_symbol = [each for each in choices if symbol in each.symbols]
    if not of_symbol and len(choices) > 1:
        names = ", ".join(each.label or each.name for each in choices)
        raise ConfigError([f"strategy explain: none of {names} trades {symbol}, name a strategy"])
    return (of_symbol or choices)[0]


def _named(wish: Wish, name: str, symbol: Symbol, catalogue: Catalogue) -> StrategyChoice:
    """Return a strategy by its name or file, with its defaults and what `--set` says of it."""
    named = Place(source=wish.command)
    entries = [_entry("strategy", "path" if _is_file(name) else "name", name, named)]
    for each in wish.own:
        key, equals, text = each.partition("=")
        if not equals or not key.strip():
            raise ConfigError([f"--set: {each!r} names no setting, write KEY=VALUE"])
        entries.append(_entry("strategy", key.strip(), text.strip(), _SET))
    entries.append(_entry("trading", "symbols", symbol, Place(source="--symbol")))
    headers = (Header(section="strategy", place=named), Header(section="trading", place=named))
    layers = (Layer(headers=headers, entries=tuple(entries)),)
    sections = merge(layers, expected=("strategy", "trading"))
    model: type[BaseModel] = TradingSettings
    trading = bind(model, sections["trading"])
    chosen = choose_strategies(layers, sections, catalogue=catalogue, trading=trading)
    known = {**chosen.keys, "trading": TradingSettings.model_fields}
    problems = {*trading.problems, *chosen.problems, *judge_names(layers, known)}
    if problems:
        raise ConfigError([str(each) for each in sorted(problems)])
    return chosen.choices[0]


def _trading(recording: Recording, higher: str | None, usual: TradingSettings) -> TradingSettings:
    """Return what is traded: the recorded candles, and the bars asked for that these can build."""
    if higher is None:
        fitting = [
            each for each in usual.higher_timeframes if each.is_built_from(recording.timeframe)
        ]
        higher = ", ".join(fitting)
    told = {
        "symbols": ("--symbol", recording.symbol),
        "timeframe": ("--interval", recording.timeframe.value),
        "higher_timeframes": ("--higher", higher),
        "warmup_candles": ("default", str(usual.warmup_candles)),
    }
    entries = [
        _entry("trading", key, text, Place(source=source)) for key, (source, text) in told.items()
    ]
    layer = Layer(entries=tuple(entries))
    bound = bind(TradingSettings, merge([layer], expected=("trading",))["trading"])
    if bound.problems or bound.settings is None:
        raise ConfigError([str(each) for each in bound.problems])
    return bound.settings


def _is_file(name: str) -> bool:
    return ":" in name or name.endswith(".py")


def _entry(section: str, key: str, text: str, place: Place) -> Entry:
    return Entry(section=section, key=key, text=text, place=place)
