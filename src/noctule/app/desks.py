"""One desk per traded symbol, each with a strategy instance of its own."""

from collections.abc import Callable, Container, Mapping
from functools import partial
from typing import cast

from noctule.config.settings import Settings, StrategyChoice
from noctule.domain.errors import ConfigError
from noctule.domain.values import Price, Symbol, observed
from noctule.engine.desk import Desk
from noctule.engine.owners_code import failure_told, files_of
from noctule.market.board import Board
from noctule.strategies.base import Strategy, StrategySettings
from noctule.strategies.factory import StrategyFactory
from noctule.telemetry.attempt import contained

__all__ = ["mark_of", "open_desks"]


def open_desks(
    settings: Settings, *, left_out: Container[Symbol] = frozenset()
) -> Mapping[Symbol, Desk]:
    """Make the desks of every strategy section, but for symbols that cannot be traded."""
    return {
        symbol: _desk(symbol, choice, settings)
        for choice in settings.strategies
        for symbol in choice.symbols
        if symbol not in left_out
    }


def mark_of(desks: Mapping[Symbol, Desk], symbol: Symbol) -> Price | None:
    """Return a symbol's mark price, if it was told."""
    desk = desks.get(symbol)
    if desk is None or desk.board.mark is None:
        return None
    return observed(desk.board.mark.mark_price)


def _desk(symbol: Symbol, choice: StrategyChoice, settings: Settings) -> Desk:
    make = partial(_strategy, choice)
    strategy, warmup_bars = _made(make, symbol, choice)
    trading = settings.trading
    board = Board(
        symbol,
        base=trading.timeframe,
        higher=trading.higher_timeframes,
        capacity=max(
            trading.warmup_candles,
            warmup_bars,
            settings.regime.history_candles if _asks_for_regime(strategy, settings) else 1,
        ),
        regimes=settings.regime,
    )
    reverses = strategy.reverse if choice.reverse is None else choice.reverse
    return Desk(
        label=choice.label or choice.name,
        strategy=strategy,
        board=board,
        reverses=reverses,
        warmup_bars=warmup_bars,
        make=make,
    )


def _made(
    make: Callable[[], Strategy], symbol: Symbol, choice: StrategyChoice
) -> tuple[Strategy, int]:
    """Make one and ask for its warm-up: the owner's code, which may do well twice and then not."""

    def ask() -> tuple[Strategy, int]:
        strategy = make()
        return strategy, strategy.warmup_bars

    made = contained(ask)
    if not isinstance(made, BaseException):
        return made
    files = frozenset[str]() if choice.file is None else files_of(choice.file.kind)
    told = failure_told(made, files)
    raise ConfigError([f"[{choice.section}] {told} while it was made for {symbol}"]) from made


def _strategy(choice: StrategyChoice) -> Strategy:
    own = cast("StrategySettings", choice.settings)  # the configuration built it from the class
    if choice.file is None:
        return StrategyFactory.create(choice.name, own)
    return choice.file.kind(own)


def _asks_for_regime(strategy: Strategy, settings: Settings) -> bool:
    """Tell whether what is entered, or how much of it, depends on the regime."""
    return strategy.reads_regime or bool(settings.risk.regime_scale)
