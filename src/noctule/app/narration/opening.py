"""The first block of a run: what runs, on what, and what may be lost."""

from collections.abc import Iterator, Mapping
from typing import Final

from noctule import __version__
from noctule.adapters.binance.settings import Environment
from noctule.app.narration.amounts import money
from noctule.config.settings import Configuration, Settings, StrategyChoice
from noctule.config.wording import value_text
from noctule.domain.figures import share
from noctule.telemetry.narration import Block, Tone

__all__ = ["opening"]

_TITLES: Final[Mapping[Environment, str]] = {
    "sim": "SIMULATION: no real money, no key, no network",
    "paper": "PAPER: Binance's live prices, play money, no order leaves this machine",
    "testnet": "TESTNET: real orders on Binance's demo exchange, play money",
    "live": "LIVE: REAL MONEY on Binance",
}
_TONES: Final[Mapping[Environment, Tone]] = {"live": Tone.BAD, "testnet": Tone.CARE}
_SYMBOLS_MAX: Final = 6  # that are named


def opening(configuration: Configuration) -> Block:
    """Return what a person has to know before anything happens."""
    settings = configuration.settings
    environment = settings.api.environment
    return Block(
        title=f"noctule {__version__}  {_TITLES[environment]}",
        rows=tuple(_rows(settings)),
        tone=_TONES.get(environment, Tone.ACT),
    )


def _rows(settings: Settings) -> Iterator[tuple[str, str]]:
    trading, risk = settings.trading, settings.risk
    yield from _market(settings)
    for choice in settings.strategies:
        yield "strategy", _strategy(choice)
        yield "trades", f"{_named(choice.symbols)} on {trading.timeframe} candles"
    yield (
        "risk",
        f"{_risked(settings)}; stop {share(float(risk.stop_loss))}, "
        f"target {share(float(risk.take_profit))}",
    )
    yield (
        "halts",
        f"{share(float(risk.max_daily_loss))} lost in a day, "
        f"{share(float(risk.max_drawdown))} from the peak, "
        f"{risk.cooldown_losses} losses in a row",
    )
    yield (
        "at most",
        f"{risk.max_positions} positions, leverage {trading.leverage} {trading.margin_type}",
    )
    yield "logs", f"{settings.logging.file}, {settings.logging.trade_log}"


def _market(settings: Settings) -> Iterator[tuple[str, str]]:
    sim, api = settings.sim, settings.api
    if api.rest_url is not None:
        yield "exchange", str(api.rest_url)
    if api.environment != "sim" or api.rest_url is not None:
        return
    if sim.data:
        yield "market", f"replayed from {', '.join(str(each) for each in sim.data)}"
    elif sim.market == "lively":
        yield "market", f"built in, seed {sim.seed}: livelier than you would trade, for the show;"
        yield "", "what is earned here says nothing (set [sim] market = ordinary)"
    else:
        yield "market", f"built in, seed {sim.seed}, as quiet as real ones"
    speed = value_text(sim.speed)
    yield "speed", f"{speed} market minutes a minute" if sim.speed else "as fast as possible"


def _risked(settings: Settings) -> str:
    """Say it in money, too, where the purse is ours to fill."""
    part, of_equity = settings.risk.risk_per_trade, share(float(settings.risk.risk_per_trade))
    if settings.api.environment != "sim":
        return f"{of_equity} of equity a trade"
    balance = settings.sim.balance
    return f"{money(balance * part)} a trade ({of_equity} of {money(balance)})"


def _strategy(choice: StrategyChoice) -> str:
    own = ", ".join(
        f"{key} {value_text(getattr(choice.settings, key))}"
        for key in type(choice.settings).model_fields
    )
    name = choice.name if choice.file is None else f"{choice.name} of {choice.file.path}"
    label = f"{choice.label}, a " if choice.label and choice.label != choice.name else ""
    return f"{label}{name}{f': {own}' if own else ''}"


def _named(symbols: tuple[str, ...]) -> str:
    more = len(symbols) - _SYMBOLS_MAX
    named = ", ".join(symbols[:_SYMBOLS_MAX])
    return f"{named} and {more} more" if more > 0 else named
